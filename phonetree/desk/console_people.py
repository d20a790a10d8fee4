"""The people of a school in counts, for its leads at the console; and their list, looked at first and then taken in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import ColumnElement, Engine, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from phonetree.desk.audit_chain import in_letters
from phonetree.desk.console_doors import SignedIn
from phonetree.desk.console_turns import exchange_of
from phonetree.desk.held_joins import find_held
from phonetree.desk.means import Means
from phonetree.desk.rosters import Imported, import_people
from phonetree.desk.schools import school_of
from phonetree.models import Membership, Person, reading, writing
from phonetree.school.problems import Problem
from phonetree.school.roster import read_roster


@dataclass(frozen=True, slots=True)
class People:
    """Counts of phones. Who left is in *left* alone, who waits for a lead in *held* alone."""

    by_language: Mapping[str, Mapping[str, int]]
    """For each language, by role."""
    speakers: Mapping[str, int]
    """For each language; a phone with two roles once."""
    by_channel: Mapping[str, int]
    phones: int
    left: int
    held: tuple[int, ...]
    """The numbers under which somebody waits to join."""
    more_held: int

    @property
    def roles(self) -> Mapping[str, int]:
        """By role, in all languages."""
        found: dict[str, int] = {}
        for counts in self.by_language.values():
            for role, count in counts.items():
                found[role] = found.get(role, 0) + count
        return found


def people_at(engine: Engine, means: Means, lead: SignedIn) -> People:
    with reading(engine) as session:
        x = exchange_of(session, means, lead)
        here = (Membership.site_id == lead.site_id, Membership.is_held.is_(False))
        there = (*here, Person.stopped_at.is_(None))
        held = find_held(session, x)
        return People(
            by_language=_by_language(session, there),
            speakers=_phones_by(session, Person.language, there),
            by_channel=_phones_by(session, Membership.channel, there),
            phones=_phones(session, there),
            left=_phones(session, (*here, Person.stopped_at.is_not(None))),
            held=held.numbers,
            more_held=held.more,
        )


Which = tuple[ColumnElement[bool], ...]


def _by_language(session: Session, which: Which) -> dict[str, dict[str, int]]:
    counted = select(Person.language, Membership.role, func.count()).join(Membership).where(*which)
    found: dict[str, dict[str, int]] = {}
    for language, role, count in session.execute(counted.group_by(Person.language, Membership.role)):
        found.setdefault(language, {})[role] = count
    return found


def _phones_by(session: Session, what: InstrumentedAttribute[str], which: Which) -> dict[str, int]:
    phones = func.count(func.distinct(Membership.person_id))
    counted = select(what, phones).select_from(Membership).join(Person).where(*which).group_by(what)
    return {row[0]: row[1] for row in session.execute(counted)}


def _phones(session: Session, which: Which) -> int:
    phones = func.count(func.distinct(Membership.person_id))
    return session.scalar(select(phones).select_from(Membership).join(Person).where(*which)) or 0


# --- the list ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Preview:
    """What a list would change, and the mark by which the same file is known again."""

    would: Imported
    notices: tuple[Problem, ...]
    mark: str


def mark_of(raw: bytes) -> str:
    """In letters: no page shows what could be taken for a number."""
    return in_letters(sha256(raw).digest())


def look_at_list(engine: Engine, means: Means, lead: SignedIn, raw: bytes) -> Preview:
    """Taken in and taken back, by the very rules; raises RosterRefused."""
    would, notices = _import(engine, means, lead, raw, is_kept=False)
    return Preview(would, notices, mark_of(raw))


def take_in_list(engine: Engine, means: Means, lead: SignedIn, raw: bytes) -> Imported:
    """All of it or nothing, and the other leads hear of new ones; raises RosterRefused."""
    imported, _notices = _import(engine, means, lead, raw, is_kept=True)
    means.doorbell.ring()
    return imported


def _import(
    engine: Engine, means: Means, lead: SignedIn, raw: bytes, *, is_kept: bool
) -> tuple[Imported, tuple[Problem, ...]]:
    with reading(engine) as looking:
        x = exchange_of(looking, means, lead)
        roster = read_roster(raw, languages=school_of(means, x.site).site.languages)
    with writing(engine) as session:
        x = exchange_of(session, means, lead, is_locked=True)
        imported = import_people(session, means, x.site, roster, by=x.person)
        if not is_kept:
            session.rollback()
    return imported, roster.notices
