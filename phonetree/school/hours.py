"""When something is open, as a volunteer writes it ("Mon-Fri 07:00-16:00"), for hotlines, shifts and counselors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
EVERY_DAY = frozenset(range(7))
SCHOOL_DAYS = frozenset(range(5))
_WHOLE_DAYS = {"every day": EVERY_DAY, "school days": SCHOOL_DAYS}
_TIMES = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})", re.ASCII)
_DAYS_AND_TIMES = re.compile(r"([^0-9]+)\s([0-9].*)", re.DOTALL)
_MIDNIGHT = 24 * 60


class NotHours(ValueError):
    """The words name no days or no times; the message says how to write them."""


@dataclass(frozen=True, slots=True)
class Days:
    """Days of the week, 0 = Monday, with the words they were written in. The file knows no holidays."""

    words: str
    days: frozenset[int]


@dataclass(frozen=True, slots=True)
class Times:
    """From ``opens`` until just before ``closes``, in minutes since midnight; overnight where closes comes first."""

    words: str
    opens: int
    closes: int

    @property
    def is_overnight(self) -> bool:
        return self.closes < self.opens


@dataclass(frozen=True, slots=True)
class Hours:
    """Days and times together, such as "Mon-Sun 06:00-21:00"."""

    days: Days
    times: Times

    @property
    def words(self) -> str:
        return f"{self.days.words} {self.times.words}"

    def covers(self, local: datetime) -> bool:
        """Whether it is open at this time of the site's own clock. A night belongs to the day on which it begins."""
        minute, day = local.hour * 60 + local.minute, local.weekday()
        if not self.times.is_overnight:
            return day in self.days.days and self.times.opens <= minute < self.times.closes
        if minute >= self.times.opens:
            return day in self.days.days
        return minute < self.times.closes and (day - 1) % 7 in self.days.days

    def opens_next(self, local: datetime) -> datetime:
        """When it opens, at the site's own clock: *local* itself where it is open now."""
        if self.covers(local):
            return local
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        opens = (midnight + timedelta(days=day, minutes=self.times.opens) for day in range(len(DAY_NAMES) + 1))
        return next(at for at in opens if at > local and at.weekday() in self.days.days)


def parse_days(words: str) -> Days:
    """Read "Mon-Fri", "Mon, Wed", "Fri-Mon", "every day" or "school days"; raises NotHours."""
    plain = " ".join(words.split())
    days = _WHOLE_DAYS.get(plain.lower())
    if days is None:
        days = frozenset(day for part in plain.split(",") for day in _days_of(part))
    return Days(plain, days)


def parse_times(words: str) -> Times:
    """Read "07:00-16:00", also past midnight ("22:00-06:00"), also until "24:00"; raises NotHours."""
    plain = " ".join(words.split())
    matched = _TIMES.fullmatch(plain)
    if matched is None:
        raise NotHours('must be times such as "08:00-18:00"')
    from_hour, from_minute, to_hour, to_minute = (int(part) for part in matched.groups())
    return Times(plain, *_checked_times(from_hour, from_minute, to_hour, to_minute))


def parse_hours(words: str) -> Hours:
    """Read days and times in one; raises NotHours."""
    matched = _DAYS_AND_TIMES.fullmatch(words.strip())
    if matched is None:
        raise NotHours('must be days and times such as "Mon-Fri 08:00-18:00"')
    return Hours(parse_days(matched[1]), parse_times(matched[2]))


def _checked_times(from_hour: int, from_minute: int, to_hour: int, to_minute: int) -> tuple[int, int]:
    opens, closes = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    if max(from_minute, to_minute) >= 60 or opens >= _MIDNIGHT or closes > _MIDNIGHT:  # noqa: PLR2004
        raise NotHours("must be times between 00:00 and 24:00")
    if opens == closes:
        raise NotHours("opens and closes at the same time; for a whole day write 00:00-24:00")
    return opens, closes


def _days_of(part: str) -> list[int]:
    first, dash, last = part.partition("-")
    start = _day(first)
    if not dash:
        return [start]
    return [(start + step) % 7 for step in range((_day(last) - start) % 7 + 1)]


def _day(name: str) -> int:
    try:
        return DAY_NAMES.index(name.strip().title())
    except ValueError:
        raise NotHours('must be days such as "Mon-Fri", "Mon, Wed", "every day" or "school days"') from None
