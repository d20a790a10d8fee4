"""PINs for those who may send, set by an operator."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from phonetree.desk.means import Means
from phonetree.desk.outbox import audit
from phonetree.desk.people import WITH_PIN, find_person
from phonetree.models import Person, Pin, Sender
from phonetree.words.numbers import PhoneNumber


def set_pin(session: Session, means: Means, number: PhoneNumber, pin: str) -> bool:
    """Set the PIN of this phone wherever it is a lead's or the network's; whether it is one anywhere."""
    found = [
        person
        for sender in session.scalars(select(Sender))
        if (person := find_person(session, means, sender, number)) and _may_have_pin(person)
    ]
    for person in found:
        session.merge(Pin(person_id=person.id, hashed=means.pins.hash(pin), set_at=means.now()))
        site = next(member.site for member in person.memberships if member.role in WITH_PIN)
        audit(session, means, "PIN set by an operator", site=site, actor=None)
    return bool(found)


def _may_have_pin(person: Person) -> bool:
    return any(member.role in WITH_PIN for member in person.memberships)
