from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonetree.school.hours import DAY_NAMES, NotHours, parse_days, parse_hours, parse_times

WEEK = dict(zip(DAY_NAMES, (f"2026-09-{day}" for day in range(14, 21)), strict=True))


@pytest.mark.parametrize(
    ("words", "local", "is_open"),
    [
        ("Mon-Sun 06:00-21:00", "Sun 06:00", True),
        ("Mon-Sun 06:00-21:00", "Sun 20:59", True),
        ("Mon-Sun 06:00-21:00", "Sun 21:00", False),
        ("Mon-Sun 06:00-21:00", "Mon 05:59", False),
        ("school days 08:00-18:00", "Fri 08:00", True),
        ("school days 08:00-18:00", "Sat 08:00", False),
        ("every day 00:00-24:00", "Sun 23:59", True),
        ("mon, wed 16:00 - 19:00", "Wed 18:00", True),
        ("Mon,Wed 16:00-19:00", "Tue 18:00", False),
        ("Fri-Mon 9:00-10:00", "Sun 09:30", True),
        ("Fri-Mon 9:00-10:00", "Tue 09:30", False),
        ("Fri 22:00-06:00", "Fri 23:00", True),
        ("Fri 22:00-06:00", "Sat 05:59", True),
        ("Fri 22:00-06:00", "Sat 06:00", False),
        ("Fri 22:00-06:00", "Fri 05:00", False),
        ("Sun 22:00-06:00", "Mon 01:00", True),
    ],
)
def test_hours_cover_what_they_say(words: str, local: str, is_open: bool) -> None:  # noqa: FBT001 - a row of a table
    day, time = local.split()
    assert parse_hours(words).covers(datetime.fromisoformat(f"{WEEK[day]} {time}")) is is_open


@pytest.mark.parametrize(
    "words",
    [
        "",
        "always",
        "06:00-21:00",
        "Mon",
        "Mon 6-9",
        "Mon 24:00-25:00",
        "Mon 06:60-07:00",
        "Mon- 06:00-07:00",
        "Mon \u06606:00-07:00",
    ],
)
def test_other_words_are_no_hours(words: str) -> None:
    with pytest.raises(NotHours):
        parse_hours(words)


@given(st.integers(0, 6), st.integers(0, 6), st.integers(0, 1439), st.integers(0, 1439))
def test_a_stretch_covers_each_of_its_minutes_once_a_day(first: int, last: int, opens: int, closes: int) -> None:
    if opens == closes:
        return
    clock = "{:02}:{:02}-{:02}:{:02}".format(*divmod(opens, 60), *divmod(closes, 60))
    hours = parse_hours(f"{DAY_NAMES[first]}-{DAY_NAMES[last]} {clock}")
    middle = [datetime.fromisoformat(f"{date} {opens // 60:02}:{opens % 60:02}") for date in WEEK.values()]
    assert sum(hours.covers(each) for each in middle) == (last - first) % 7 + 1
    assert parse_hours(hours.words) == hours


@given(st.text(max_size=20))
def test_any_words_are_read_or_refused(words: str) -> None:
    for parse in (parse_days, parse_times, parse_hours):
        try:
            assert parse(words).words
        except NotHours as wrong:
            assert str(wrong)  # noqa: PT017 - either outcome is right


@pytest.mark.parametrize(
    ("words", "local", "opens"),
    [
        ("school days 08:00-18:00", "Wed 09:30", "Wed 09:30"),
        ("school days 08:00-18:00", "Wed 07:59", "Wed 08:00"),
        ("school days 08:00-18:00", "Wed 18:00", "Thu 08:00"),
        ("Mon-Sat 08:00-18:00", "Sat 18:00", "Mon 08:00"),
        ("Wed 08:00-18:00", "Wed 19:00", "Wed 08:00"),
        ("Fri 22:00-06:00", "Sat 05:00", "Sat 05:00"),
        ("Fri 22:00-06:00", "Sat 06:00", "Fri 22:00"),
        ("every day 00:00-24:00", "Sun 23:59", "Sun 23:59"),
    ],
)
def test_when_it_opens_next(words: str, local: str, opens: str) -> None:
    day, time = local.split()
    now = datetime.fromisoformat(f"{WEEK[day]} {time}")
    found = parse_hours(words).opens_next(now)
    assert f"{found:%a %H:%M}" == opens
    assert timedelta(0) <= found - now <= timedelta(days=7)
