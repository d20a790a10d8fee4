"""People at the desk: find a phone, enrol it, opt in and out, forget."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from phonetree.desk.means import Means, number_row
from phonetree.models import Consent, Conversation, Delivery, Forgotten, Membership, Person, Sender, Site, State, new_id
from phonetree.words.numbers import PhoneNumber

LEAD = "lead"
PARENT = "parent"
STAFF_ROLES = ("staff", "lead", "operator", "counselor")
"""Who counts as staff where a protocol says so."""


def find_person(
    session: Session, means: Means, sender: Sender, number: PhoneNumber, *, lock: bool = True
) -> Person | None:
    """The person of this phone, locked for the rest of the transaction where the database locks rows."""
    indexes = means.vault(sender.id).indexes(number)
    chosen = select(Person).where(Person.sender_id == sender.id, Person.number_index.in_(indexes))
    chosen = chosen.options(joinedload(Person.memberships))
    found = session.scalars(chosen.with_for_update(key_share=True, of=Person) if lock else chosen)
    return found.unique().one_or_none()


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


def leads_of(session: Session, site: Site) -> list[Person]:
    """The leads of a school who can be texted."""
    chosen = (
        select(Person)
        .join(Membership)
        .where(Membership.site_id == site.id, Membership.role == LEAD, Person.stopped_at.is_(None))
        .order_by(Membership.id)
    )
    return list(session.scalars(chosen))


def opt_in(session: Session, means: Means, person: Person, site: Site, *, held: bool, how: str = "sms") -> None:
    """Join as a parent by the person's own word: it lifts a stop and a forgetting (decisions 25)."""
    person.stopped_at, person.language_is_chosen = None, True
    session.execute(
        delete(Forgotten).where(
            Forgotten.sender_id == person.sender_id,
            Forgotten.number_index.in_(means.vault(person.sender_id).indexes(means.number_of(person))),
        )
    )
    if not any(m.site_id == site.id and m.role == PARENT for m in person.memberships):
        person.memberships.append(Membership(site_id=site.id, role=PARENT, calls="all", is_held=held))
    _note(session, means, person, "opt_in", site, how)


def opt_out(session: Session, means: Means, person: Person, how: str = "sms") -> None:
    """Stop all sending at once, also what is already queued. What was chosen is kept for 30 days."""
    person.stopped_at = person.stopped_at or means.now()
    queued = select(Delivery).where(Delivery.person_id == person.id, Delivery.state == State.PENDING)
    for delivery in session.scalars(queued):
        delivery.state = State.CANCELLED
        delivery.final_at = means.now()
    _note(session, means, person, "opt_out", None, how)


def come_back(session: Session, means: Means, person: Person, how: str = "sms") -> None:
    if person.stopped_at is not None:
        person.stopped_at = None
        _note(session, means, person, "come_back", None, how)


def forget(session: Session, means: Means, person: Person) -> None:
    """Forget the person; a keyed hash stays, which refuses a re-import."""
    vault = means.vault(person.sender_id)
    index = vault.index(means.number_of(person))
    session.merge(Forgotten(sender_id=person.sender_id, number_index=index, at=means.now()))
    session.execute(delete(Conversation).where(Conversation.person_id == person.id))
    session.delete(person)


def _note(session: Session, means: Means, person: Person, what: str, site: Site | None, how: str = "sms") -> None:
    where = None if site is None else site.id
    session.add(Consent(person_id=person.id, site_id=where, what=what, how=how, at=means.now()))
