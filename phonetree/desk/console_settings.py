"""The school's file at the console: as it was loaded, looked at before it is loaded anew, and loaded with the PIN."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from phonetree.desk.console_doors import SignedIn
from phonetree.desk.console_people import mark_of
from phonetree.desk.console_turns import exchange_of
from phonetree.desk.exchange import Exchange
from phonetree.desk.means import Means
from phonetree.desk.outbox import audit, tell_leads
from phonetree.desk.schools import CodeIsACommand, NumberTaken, load_school, school_of
from phonetree.desk.simulation import Changed, compare
from phonetree.desk.texted_pins import count_texted
from phonetree.models import Site, reading, writing
from phonetree.school.notices import notices
from phonetree.school.problems import Problem
from phonetree.school.reading import read_school
from phonetree.school.schema import Confirm, School
from phonetree.school.writing import write_school
from phonetree.words.i18n import _

LOADED = "loaded the school file"


class NotText(ValueError):
    """The file is no UTF-8 text."""


class OtherSchool(ValueError):
    """The file is of another school, or names another number for this one: that is done at the server."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The file as it is in force: its code, since when, and what is worth a second look in it."""

    code: str
    loaded_on: date
    notices: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file would change: who hears what, which other of its tables; and what is newly worth a second look."""

    changed: Changed
    tables: tuple[str, ...]
    notices: tuple[Problem, ...]
    mark: str

    @property
    def is_the_same(self) -> bool:
        return not (self.changed or self.tables)


def kept_at(engine: Engine, means: Means, lead: SignedIn) -> Kept:
    with reading(engine) as session:
        site = exchange_of(session, means, lead).site
        school = school_of(means, site)
        return Kept(site.code, site.loaded_at.astimezone(school.site.timezone).date(), notices(school))


def file_of(engine: Engine, means: Means, lead: SignedIn) -> str:
    with reading(engine) as session:
        return write_school(school_of(means, exchange_of(session, means, lead).site))


def look_at_file(engine: Engine, means: Means, lead: SignedIn, raw: bytes) -> Checked:
    """Raises SchoolRefused, NotText, OtherSchool, PlanChanged."""
    school = _read(raw)
    with writing(engine) as session:  # loaded and taken back: all that loading refuses is refused here
        x = exchange_of(session, means, lead, is_locked=True)
        before = school_of(means, x.site)
        _load(session, means, x.site, school)
        session.rollback()
    known = set(notices(before))
    new = tuple(each for each in notices(school) if each not in known)
    return Checked(compare(before, school), _tables(before, school), new, mark_of(raw))


def load_file(engine: Engine, means: Means, lead: SignedIn, raw: bytes) -> int:
    """Load it, and tell the other leads. Returns how many PINs may be read in phones and should be set anew.

    Raises what looking at it raises.
    """
    school = _read(raw)
    with writing(engine) as session:
        x = exchange_of(session, means, lead, is_locked=True)
        if _load(session, means, x.site, school):
            _tell(session, x, school)
        texted = count_texted(session, x.site) if school.protocol.confirm is Confirm.CALL else 0
    means.doorbell.ring()
    return texted


def _read(raw: bytes) -> School:
    try:
        return read_school(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise NotText from None


def _load(session: Session, means: Means, site: Site, school: School) -> bool:
    if school.site.code != site.code:
        raise OtherSchool
    try:
        return load_school(session, means, school)
    except (NumberTaken, CodeIsACommand):
        raise OtherSchool from None


def _tell(session: Session, x: Exchange, school: School) -> None:
    """Who hears what is in this file: nobody changes it unheard."""
    audit(session, x.means, LOADED, site=x.site, actor=x.person)
    words = _(
        "{s}: Another lead changed the school's file at the console. If none of you asked for it, call each other.",
        s=school.site.short,
    )
    tell_leads(session, x.means, x.site, words, besides=x.person.id)


def _tables(before: School, after: School) -> tuple[str, ...]:
    """Which tables differ, besides the protocol's."""
    was, becomes = before.model_dump(mode="json"), after.model_dump(mode="json")
    return tuple(name for name in School.model_fields if name != "protocol" and was[name] != becomes[name])
