"""PINs and new leads that come from the server's command line: never unheard by those who lead already."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from phonetree.desk.means import Means
from phonetree.desk.outbox import audit, queue_text, tell_leads
from phonetree.desk.people import LEAD, WITH_PIN, find_person
from phonetree.models import Lane, Person, Pin, Sender, Site
from phonetree.words.i18n import _
from phonetree.words.numbers import PhoneNumber


def set_pin(session: Session, means: Means, number: PhoneNumber, pin: str) -> bool:
    """Set the PIN of this phone wherever it is a lead's or the network's; whether it is one anywhere."""
    found = [
        person
        for sender in session.scalars(select(Sender))
        if (person := find_person(session, means, sender, number)) and _may_have_pin(person)
    ]
    for person in found:
        is_new = session.get(Pin, person.id) is None
        session.merge(Pin(person_id=person.id, hashed=means.pins.hash(pin), set_at=means.now(), texted_at=None))
        site = next(member.site for member in person.memberships if member.role in WITH_PIN)
        audit(session, means, "PIN set by an operator", site=site, actor=None)
        if not is_new:
            _tell_of_new_pin(session, means, person)
    return bool(found)


def tell_of_new_leads(session: Session, means: Means, site: Site, before: Sequence[Person], count: int) -> None:
    """A roster made *count* phones leads: those who led before hear of it, so that nobody becomes one unheard."""
    words = _("{n} new leads were added on the server. If none of you asked for it, call each other.", n=count)
    for lead in before if count else ():
        queue_text(session, means, lead, site, words, lane=Lane.NOW)


def _tell_of_new_pin(session: Session, means: Means, person: Person) -> None:
    """Whoever changes a PIN at the server could send with that phone: its school's leads hear of it, it too."""
    words = _("A lead's PIN was changed on the server. If none of you asked for it, call each other.")
    for member in person.memberships:
        if member.role == LEAD:
            tell_leads(session, means, member.site, words)


def _may_have_pin(person: Person) -> bool:
    return any(member.role in WITH_PIN for member in person.memberships)
