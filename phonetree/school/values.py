"""The kinds of values in a school file (durations, words, numbers, languages), each refused in a volunteer's words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Hashable, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, PlainSerializer, PlainValidator, Strict, StringConstraints
from pydantic_core import PydanticCustomError

from phonetree.school.hours import Days, Hours, NotHours, Times, parse_days, parse_hours, parse_times
from phonetree.words.languages import LANGUAGES, UnknownLanguage, normalise_code
from phonetree.words.numbers import NotAPhoneNumber, PhoneNumber, parse_number

_Value = TypeVar("_Value", bound=Hashable)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_DURATION = re.compile(r"(\d{1,8})\s*([smhd])", re.ASCII)
_LONGEST = timedelta(days=366)
_LINK = re.compile(r"https?:|www\.|\w\.(com|org|net|edu|gov|info|us|io|ly|me|app|link)\b", re.IGNORECASE)
_EMOJI = re.compile("[\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\u20e3\ufe0f\U0001f000-\U0001faff]")
# Control characters, halves of characters and the marks that turn the direction of what follows them.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def refused(reason: str) -> PydanticCustomError:
    """A refusal in plain words. They follow the key's name: "is not …", "must be …"."""
    # Pydantic fills in braces; these words have none to fill.
    return PydanticCustomError("refused", "{reason}", {"reason": reason})


def _duration(raw: object) -> timedelta:
    if isinstance(raw, timedelta):
        return raw
    matched = _DURATION.fullmatch(raw.strip()) if isinstance(raw, str) else None
    if matched is None:
        raise refused('must be a duration such as "90s", "20m", "2h" or "7d"')
    duration = timedelta(**{_UNITS[matched[2]]: int(matched[1])})
    if not timedelta(0) < duration <= _LONGEST:
        raise refused("must be more than nothing and at most a year")
    return duration


def _duration_or_never(raw: object) -> timedelta | None:
    if raw is None or raw == "never":
        return None
    try:
        return _duration(raw)
    except PydanticCustomError as wrong:
        raise refused(f'{wrong.message()}, or "never"') from None


def write_duration(duration: timedelta | None) -> str:
    """The duration as the file writes it, in the largest unit that holds it wholly; None is "never"."""
    if duration is None:
        return "never"
    for letter, unit in reversed(_UNITS.items()):
        if not duration % (one := timedelta(**{unit: 1})):
            return f"{duration // one}{letter}"
    raise ValueError("a duration in a school file has no fractions of a second")


def _day(raw: object) -> date:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    try:
        return date.fromisoformat(raw if isinstance(raw, str) else "")
    except ValueError:
        raise refused("must be a day such as 2027-06-30") from None


def _zone(raw: object) -> ZoneInfo:
    if isinstance(raw, ZoneInfo):
        return raw
    try:
        return ZoneInfo(raw if isinstance(raw, str) else "")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise refused('must be the name of a time zone such as "America/Los_Angeles"') from None


def _number(raw: object) -> PhoneNumber:
    if isinstance(raw, PhoneNumber):
        return raw
    if not isinstance(raw, str):
        raise refused("must be a phone number in quotes")
    try:
        return parse_number(raw)
    except NotAPhoneNumber as wrong:
        raise refused(f"cannot be used: {wrong}") from None


def _language(raw: object) -> str:
    try:
        code = normalise_code(raw if isinstance(raw, str) else "")
    except UnknownLanguage:
        code = ""
    if code not in LANGUAGES:
        raise refused("is not a language we know; see `phonetree languages`")
    return code


def _has_text(code: str) -> str:
    if not LANGUAGES[code].has_text:
        raise refused("is spoken from recordings and has no texts")
    return code


def _plain(words: str) -> str:
    if _UNSEEN.search(words):
        raise refused("must be one line without invisible characters")
    if _LINK.search(words):
        raise refused("holds a web address; carriers stop texts with links")
    if _EMOJI.search(words):
        raise refused("holds an emoji or a picture character; many phones show a box")
    return unicodedata.normalize("NFC", words)


def _said(parse: Callable[[str], _Value], raw: object) -> _Value:
    try:
        return parse(raw if isinstance(raw, str) else "")
    except NotHours as wrong:
        raise refused(str(wrong)) from None


def _hours(raw: object) -> Hours:
    return raw if isinstance(raw, Hours) else _said(parse_hours, raw)


def _days(raw: object) -> Days:
    return raw if isinstance(raw, Days) else _said(parse_days, raw)


def _times(raw: object) -> Times:
    return raw if isinstance(raw, Times) else _said(parse_times, raw)


def no_repeats(several: tuple[_Value, ...]) -> tuple[_Value, ...]:
    if len(set(several)) < len(several):
        raise refused("names the same one twice")
    return several


Whole = Annotated[int, Strict()]
YesNo = Annotated[bool, Strict()]
Rate = Annotated[float, Strict(), Field(gt=0, le=1000, allow_inf_nan=False)]
"""So many a second or a minute; fractions allowed."""

Duration = Annotated[timedelta, PlainValidator(_duration), PlainSerializer(write_duration)]
DurationOrNever = Annotated[timedelta | None, PlainValidator(_duration_or_never), PlainSerializer(write_duration)]
Day = Annotated[date, PlainValidator(_day), PlainSerializer(date.isoformat)]
Zone = Annotated[ZoneInfo, PlainValidator(_zone), PlainSerializer(lambda zone: zone.key)]
Number = Annotated[PhoneNumber, PlainValidator(_number), PlainSerializer(lambda number: number.e164)]
OpenHours = Annotated[Hours, PlainValidator(_hours), PlainSerializer(lambda hours: hours.words)]
OpenDays = Annotated[Days, PlainValidator(_days), PlainSerializer(lambda days: days.words)]
OpenTimes = Annotated[Times, PlainValidator(_times), PlainSerializer(lambda times: times.words)]

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,31}$")]
"""What the school calls a thing in its file, such as "front-gate"."""

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000), AfterValidator(_plain)]
"""One line of the school's own words, fit for a text: no links, no emoji."""

Language = Annotated[str, PlainValidator(_language)]
"""A code of ours; "zh-Hans" and "tl" are accepted and become zh_Hans and fil."""

TextLanguage = Annotated[str, PlainValidator(_language), AfterValidator(_has_text)]
Languages = Annotated[tuple[Language, ...], AfterValidator(no_repeats)]
Named = Annotated[Mapping[TextLanguage, Words], AfterValidator(MappingProxyType), PlainSerializer(dict)]
"""The same words by language code."""

NamedLines = Annotated[
    Mapping[TextLanguage, Annotated[tuple[Words, ...], Field(min_length=1, max_length=3)]],
    AfterValidator(MappingProxyType),
    PlainSerializer(dict),
]
"""One to three texts by language code."""
