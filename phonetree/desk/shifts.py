"""When the shifts of a school's file begin and end, on its own clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from phonetree.school.schema import Shift


@dataclass(frozen=True, slots=True)
class Window:
    """One time of one shift, in local time."""

    began: datetime
    ends: datetime


def window_of(shift: Shift, local: datetime) -> Window | None:
    """The window of this shift that is open at *local*; a night belongs to the day on which it begins."""
    if not shift.covers(local):
        return None
    times = shift.hours
    since_yesterday = times.is_overnight and local.hour * 60 + local.minute < times.closes
    midnight = datetime.combine(local.date() - timedelta(days=since_yesterday), time(), local.tzinfo)
    closes = times.closes + (24 * 60 if times.is_overnight else 0)
    return Window(midnight + timedelta(minutes=times.opens), midnight + timedelta(minutes=closes))


def suits(shift: Shift, *languages: str | None) -> bool:
    """Whether it is a shift of one of these languages; one that names none is everybody's."""
    return not shift.languages or any(language in shift.languages for language in languages)


def uncovered(shift: Shift, spoken: Sequence[Sequence[str | None]]) -> tuple[str | None, ...]:
    """The languages of *shift* that none of these people speaks; None stands for a shift of no language and nobody."""
    known = {language for one in spoken for language in one}
    wanted = shift.languages or (None,)
    return tuple(language for language in wanted if (not spoken if language is None else language not in known))
