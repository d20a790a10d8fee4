"""Schools at the desk: load a school file into the database, find a school, read it back."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, lru_cache

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import Session, joinedload

from phonetree.desk.means import Means, sender_row
from phonetree.desk.plans import record
from phonetree.dialogue.keywords import Unknown, understand
from phonetree.models import Sender, Site, new_id
from phonetree.school.reading import dump_school, load_stored
from phonetree.school.schema import School
from phonetree.words.crypto import CannotDecrypt, Vault
from phonetree.words.numbers import PhoneNumber


class CodeIsACommand(Exception):
    """The school's code means something else when it is texted."""


class NumberTaken(Exception):
    """The school is already loaded on another number; moving it would strand its families."""


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A stored school file. What was sealed once is known by its seal: no two begin alike."""

    row: str
    seal: bytes
    document: bytes = field(compare=False, repr=False)
    vault: Vault = field(compare=False, repr=False)


@lru_cache(maxsize=256)
def _read(stored: _Sealed) -> School:
    return load_stored(stored.vault.open(stored.document, row=stored.row))


def school_of(means: Means, site: Site) -> School:
    """The school's file as it was loaded. It is opened and read once, for every turn asks for it."""
    vault, document = means.vault(site.sender_id), site.document_sealed
    return _read(_Sealed(_row(site.code), vault.seal_of(document), document, vault))


def find_sender(session: Session, means: Means, number: PhoneNumber) -> Sender | None:
    """The sender that is this number of ours, with its schools."""
    indexes = means.common_vault().named_indexes(number)
    return session.scalars(_sender(tuple(indexes)), indexes).unique().one_or_none()


@cache
def _sender(names: tuple[str, ...]) -> Select[Sender]:
    by_number = Sender.number_index.in_([bindparam(name) for name in names])
    return select(Sender).where(by_number).options(joinedload(Sender.sites))


def can_read(session: Session, means: Means) -> bool:
    """Whether our keys open what this database holds: another key folder would quietly begin anew beside it."""
    try:
        for sender in session.scalars(select(Sender)):
            means.number_of_sender(sender)
            for site in sender.sites:
                school_of(means, site)
    except CannotDecrypt:
        return False
    return True


def find_site(session: Session, code: str) -> Site | None:
    return session.scalar(select(Site).where(Site.code == code.upper()))


def find_to_join(session: Session, word: str) -> Site | None:
    """The school that is joined with this word. Where a lead made one, its code is no more than any other word."""
    said = word.strip().upper()
    by_code = (Site.code == said) & Site.join_word.is_(None)
    return session.scalar(select(Site).where(or_(Site.join_word == said, by_code)))


def load_school(session: Session, means: Means, school: School) -> bool:
    """Load *school*; true when anything changed. The caller's transaction makes it all or nothing.

    Raises PlanChanged where its safety plan is one that was loaded before, in other words.
    """
    if not isinstance(understand(school.site.code, language=None), Unknown):
        raise CodeIsACommand(school.site.code)
    sender = _sender_for(session, means, school)
    site = find_site(session, school.site.code)
    document = dump_school(school)
    if site is None:
        sealed = means.vault(sender.id).seal(document, row=_row(school.site.code))
        site = Site(sender=sender, code=school.site.code, document_sealed=sealed, loaded_at=means.now())
        session.add(site)
        _record_plan(session, means, site, school)
        return True
    if site.sender_id != sender.id:
        raise NumberTaken(school.site.code)
    _record_plan(session, means, site, school)
    if dump_school(school_of(means, site)) == document:
        return False
    site.document_sealed = means.vault(sender.id).seal(document, row=_row(site.code))
    site.loaded_at = means.now()
    return True


def _record_plan(session: Session, means: Means, site: Site, school: School) -> None:
    if school.plan is not None:
        session.flush()
        record(session, means, site, school.plan)


def _sender_for(session: Session, means: Means, school: School) -> Sender:
    rate, calls = school.sender.segments_per_second, school.sender.calls_per_second
    if sender := find_sender(session, means, school.site.number):
        sender.segments_per_second, sender.calls_per_second = rate, calls
        _limit(sender, school)
        return sender
    identity, vault = new_id(), means.common_vault()
    sender = Sender(
        id=identity,
        number_index=vault.index(school.site.number),
        number_sealed=vault.seal(school.site.number.e164, row=sender_row(identity)),
        segments_per_second=rate,
        tokens=max(1.0, rate),
        refilled_at=means.now(),
        calls_per_second=calls,
        call_tokens=max(1.0, calls),
    )
    _limit(sender, school)
    session.add(sender)
    session.flush()
    return sender


def _limit(sender: Sender, school: School) -> None:
    """What a day may take and cost."""
    sender.segments_per_day, sender.daily_budget = school.sender.segments_per_day, float(school.sender.daily_budget)


def next_number(session: Session, site: Site) -> int:
    """The next public three-digit number of this school (decisions 15)."""
    lock_site(session, site)
    number = site.next_number
    site.next_number = 100 if number >= 999 else number + 1  # noqa: PLR2004 - three digits
    return number


def lock_site(session: Session, site: Site) -> None:
    """Until the transaction ends, no other one numbers, freezes or removes anything at this school."""
    session.refresh(site, ["next_number"], with_for_update={"key_share": True})


def _row(code: str) -> str:
    return f"sites|{code}|document"
