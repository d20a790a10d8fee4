"""People at the desk: find a phone, enrol it, opt in and out, forget."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, delete, select, update
from sqlalchemy.orm import Session, joinedload

from phonetree.desk.forgetting import let_go_of
from phonetree.desk.means import Means, number_row
from phonetree.models import (
    TEXT,
    Broadcast,
    Consent,
    Conversation,
    Delivery,
    Forgotten,
    Membership,
    Person,
    Pretence,
    Report,
    Sender,
    Site,
    State,
    TextForm,
    new_id,
)
from phonetree.words.numbers import PhoneNumber

LEAD = "lead"
PARENT = "parent"
NETWORK = "network"
WITH_PIN = frozenset({LEAD, NETWORK})
"""Whose code and PIN are worth weighing."""
STAFF_ROLES = ("staff", "lead", "operator", "counselor")
"""Who counts as staff where a protocol says so."""


def find_person(
    session: Session, means: Means, sender: Sender, number: PhoneNumber, *, lock: bool = True
) -> Person | None:
    """The person of this phone, locked for the rest of the transaction where the database locks rows."""
    indexes = means.vault(sender.id).named_indexes(number)
    chosen = _person(tuple(indexes), lock=lock)
    return session.scalars(chosen, {"sender": sender.id, **indexes}).unique().one_or_none()


@dataclass(frozen=True, slots=True)
class Texter:
    """Who texts, and where their conversation by text stands."""

    person: Person
    conversation: Conversation | None
    last_text_at: datetime | None
    """When the last safety text was handed over to this phone."""


def find_texter(session: Session, means: Means, sender: Sender, number: PhoneNumber) -> Texter | None:
    """The person of this phone and what a turn by text needs to know of them, in one go. Nothing is locked."""
    indexes = means.vault(sender.id).named_indexes(number)
    found = session.execute(_texter(tuple(indexes)), {"sender": sender.id, **indexes}).unique().one_or_none()
    return None if found is None else Texter(*found)


def lock_texter(session: Session, means: Means, sender: Sender, number: PhoneNumber) -> Texter | None:
    """The same for a turn that does something: whoever else writes of this person waits until it is over.

    One after the other: what is read beside a row that was waited for may be older than that row.
    """
    person = find_person(session, means, sender, number)
    if person is None:
        return None
    conversation = session.get(Conversation, (person.id, TEXT), with_for_update=True)
    return Texter(person, conversation, last_safety_text_at(session, person))


def last_safety_text_at(session: Session, person: Person) -> datetime | None:
    """When the last alert, update, end or drill was handed over to this phone."""
    return session.scalar(_handed_over_at().where(Delivery.person_id == person.id))


@cache
def _person(names: tuple[str, ...], *, lock: bool) -> Select[Person]:
    by_number = Person.number_index.in_([bindparam(name) for name in names])
    chosen = select(Person).where(Person.sender_id == bindparam("sender"), by_number)
    chosen = chosen.options(joinedload(Person.memberships))
    return chosen.with_for_update(key_share=True, of=Person) if lock else chosen


@cache
def _texter(names: tuple[str, ...]) -> Select[Any]:
    theirs = (Conversation.person_id == Person.id) & (Conversation.channel == TEXT)
    last_at = _handed_over_at().where(Delivery.person_id == Person.id).correlate(Person).scalar_subquery()
    return _person(names, lock=False).add_columns(Conversation, last_at).outerjoin(Conversation, theirs)


def _handed_over_at() -> Select[datetime | None]:
    """The last alert, update, end or drill first."""
    of_an_alert = (Broadcast.id == Delivery.broadcast_id) & Broadcast.alert_id.is_not(None)
    chosen = select(Delivery.submitted_at).join(Broadcast, of_an_alert)
    chosen = chosen.where(Delivery.channel == TEXT, Delivery.submitted_at.is_not(None))
    return chosen.order_by(Delivery.id.desc()).limit(1)


def enrol(session: Session, means: Means, sender: Sender, number: PhoneNumber, language: str) -> Person:
    """A new person for a phone that nobody knows yet. It belongs to no school until it opts in."""
    identity, vault = new_id(), means.vault(sender.id)
    person = Person(
        id=identity,
        sender_id=sender.id,
        number_index=vault.index(number),
        number_sealed=vault.seal(number.e164, row=number_row(identity)),
        language=language,
        first_seen=means.now().date(),
    )
    session.add(person)
    session.flush()
    return person


def roles_at(person: Person, site: Site) -> frozenset[str]:
    return frozenset(m.role for m in person.memberships if m.site_id == site.id and not m.is_held)


def has_pin_role(person: Person) -> bool:
    """Whether texts of theirs may hold a PIN: those of leads, and of the network's phones."""
    return any(m.role in WITH_PIN for m in person.memberships)


def leads_of(session: Session, site: Site) -> list[Person]:
    """The leads of a school who can be texted. Who is under duress is told nothing of what the others do."""
    coerced = select(Pretence.person_id).where(Pretence.site_id == site.id, Pretence.ended_at.is_(None))
    chosen = (
        select(Person)
        .join(Membership)
        .where(Membership.site_id == site.id, Membership.role == LEAD)
        .where(Person.stopped_at.is_(None), Person.id.not_in(coerced))
        .order_by(Membership.id)
    )
    return list(session.scalars(chosen))


def opt_in(session: Session, means: Means, person: Person, site: Site, *, held: bool, how: str = "sms") -> None:
    """Join as a parent by the person's own word: it lifts a stop and a forgetting (decisions 25)."""
    person.stopped_at, person.language_is_chosen = None, True
    _lift(session, means, person)
    if not any(m.site_id == site.id and m.role == PARENT for m in person.memberships):
        person.memberships.append(Membership(site_id=site.id, role=PARENT, calls="all", is_held=held))
    elif person.text_form == TextForm.VOICE and how == "sms":
        take_texts(person)
    _note(session, means, person, "opt_in", site, how)


def take_texts(person: Person) -> None:
    """Again, in letters that the phone shows: of who had chosen calls in their place."""
    person.text_form = TextForm.LATIN
    for membership in person.memberships:
        if membership.role == PARENT:
            membership.channel = TEXT


def reconfirm(session: Session, means: Means, person: Person, site: Site, how: str) -> None:
    """A year later, they agree again."""
    _note(session, means, person, "confirmed", site, how)


def note_move(session: Session, means: Means, person: Person) -> None:
    """The new phone asked for it by its own text; what was agreed stands."""
    _lift(session, means, person)
    _note(session, means, person, "moved", None)


def opt_out(session: Session, means: Means, person: Person, how: str = "sms") -> None:
    """Stop all sending at once, also what is already queued. What was chosen is kept for 30 days."""
    person.stopped_at = person.stopped_at or means.now()
    queued = select(Delivery).where(Delivery.person_id == person.id, Delivery.state == State.PENDING)
    for delivery in session.scalars(queued):
        delivery.state = State.CANCELLED
        delivery.final_at = means.now()
    _note(session, means, person, "opt_out", None, how)


def _lift(session: Session, means: Means, person: Person) -> None:
    """They may be on the school's list again."""
    theirs = means.vault(person.sender_id).forgotten_indexes(means.number_of(person))
    session.execute(
        delete(Forgotten).where(Forgotten.sender_id == person.sender_id, Forgotten.number_index.in_(theirs))
    )


def come_back(session: Session, means: Means, person: Person, how: str = "sms") -> None:
    """``START``: it undoes a stop, also where only the keyed hash of it is left (decisions 25)."""
    _lift(session, means, person)
    if person.stopped_at is not None:
        person.stopped_at = None
        _note(session, means, person, "come_back", None, how)


def forget(session: Session, means: Means, person: Person) -> None:
    """Forget the person; a keyed hash stays, which refuses a re-import."""
    keep_hash(session, means, person)
    let_go_of(session, [person.id], means.now())
    session.execute(update(Report).where(Report.person_id == person.id).values(words_sealed=None))
    session.execute(delete(Conversation).where(Conversation.person_id == person.id))
    session.delete(person)


def keep_hash(session: Session, means: Means, person: Person) -> None:
    """What refuses a re-import, under a key that outlives the school year's."""
    index = means.vault(person.sender_id).forgotten_indexes(means.number_of(person))[0]
    session.merge(Forgotten(sender_id=person.sender_id, number_index=index, at=means.now()))


def _note(session: Session, means: Means, person: Person, what: str, site: Site | None, how: str = "sms") -> None:
    where = None if site is None else site.id
    session.add(Consent(person_id=person.id, site_id=where, what=what, how=how, at=means.now()))
