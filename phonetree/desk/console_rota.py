"""The hotline's week at the console: each shift, how many could take it in each language, and where nobody could."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from phonetree.desk.alert_texts import local
from phonetree.desk.console_doors import SignedIn
from phonetree.desk.console_turns import exchange_of
from phonetree.desk.duty import on_duty
from phonetree.desk.means import Means
from phonetree.desk.rota import WARNED, operators_of, spoken_by
from phonetree.desk.schools import school_of
from phonetree.desk.shifts import suits, uncovered, window_of
from phonetree.models import AuditEntry, Site, reading
from phonetree.school.schema import School, Shift

DAYS = 7


@dataclass(frozen=True, slots=True)
class Cover:
    """How many people there are for a shift in one language; None: in any."""

    language: str | None
    people: int
    is_gap: bool


@dataclass(frozen=True, slots=True)
class Slot:
    """One shift on one day. *is_now*: it is open, and *cover* counts who is on, not who could be."""

    hours: str
    is_now: bool
    cover: tuple[Cover, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A shift that began without anybody, as the leads were warned of it."""

    began: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Week:
    """From today on. *past*: the gaps of the last seven days, the newest first."""

    days: tuple[tuple[date, tuple[Slot, ...]], ...]
    on_now: int
    past: tuple[Gap, ...]
    has_shifts: bool


Spoken = Sequence[tuple[str | None, str | None]]


def week_at(engine: Engine, means: Means, lead: SignedIn) -> Week:
    with reading(engine) as session:
        site = exchange_of(session, means, lead).site
        school = school_of(means, site)
        here = local(school, means.now())
        on = [spoken_by(person) for person in on_duty(session, means, site.id)]
        could = [spoken_by(person) for person in operators_of(session, site)]
        days = [here.date() + timedelta(days=later) for later in range(DAYS)]
        return Week(
            days=tuple((day, tuple(_slots(school, day, here, on, could))) for day in days),
            on_now=len(on),
            past=tuple(_past(session, site, here)),
            has_shifts=bool(school.shifts),
        )


def _slots(school: School, day: date, here: datetime, on: Spoken, could: Spoken) -> Iterator[Slot]:
    for shift in school.shifts:
        if day.weekday() in shift.days.days:
            window = window_of(shift, here)
            is_now = window is not None and window.began.date() == day
            yield Slot(shift.hours.words, is_now, _cover(shift, on if is_now else could))


def _cover(shift: Shift, people: Spoken) -> tuple[Cover, ...]:
    gaps = uncovered(shift, people)
    return tuple(
        Cover(language, _count(shift, language, people), language in gaps) for language in shift.languages or (None,)
    )


def _count(shift: Shift, language: str | None, people: Spoken) -> int:
    if language is None:
        return sum(suits(shift, *spoken) for spoken in people)
    return sum(language in spoken for spoken in people)


def _past(session: Session, site: Site, here: datetime) -> Iterator[Gap]:
    since = here - timedelta(days=DAYS)
    warned = select(AuditEntry.about).where(
        AuditEntry.site_id == site.id, AuditEntry.what == WARNED, AuditEntry.at > since
    )
    for about in session.scalars(warned.order_by(AuditEntry.id.desc()).limit(50)):
        day, clock, *language = about.split()
        yield Gap(f"{day} {clock}", language[0] if language else None)
