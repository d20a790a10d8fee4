"""PINs and new leads that come from the server's command line: never unheard by those who lead already."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from phonetree.desk.means import Means
from phonetree.desk.outbox import audit, queue_text, tell_leads
from phonetree.desk.people import LEAD, WITH_PIN, find_person
from phonetree.desk.schools import school_of
from phonetree.models import Lane, Membership, Person, Pin, Pretence, Sender, Site
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
        # The second PIN goes with the first: nobody knows any more whether the two can be mistaken for each other.
        hashed, now = means.pins.hash(pin), means.now()
        session.merge(Pin(person_id=person.id, hashed=hashed, duress_hashed=None, set_at=now, texted_at=None))
        _end_pretences(session, means, person)
        site = next(member.site for member in person.memberships if member.role in WITH_PIN)
        audit(session, means, "PIN set by an operator", site=site, actor=None)
        if not is_new:
            _tell_of_new_pin(session, means, person)
    return bool(found)


class DuressPin(StrEnum):
    """What became of a second PIN."""

    SET = "set"
    NOT_A_LEAD = "no lead has this number"
    NOT_THE_PIN = "the first line is not this lead's PIN"
    IS_OFF = "no school of this lead turns it on: [protocol] duress = true"
    IS_ALONE = "it calls the other leads: there must be one more lead with a PIN"


def set_duress_pin(session: Session, means: Means, number: PhoneNumber, pin: str, second: str) -> DuressPin:
    """Set the second PIN of a lead who has *pin*, at schools that turn it on and have another lead with a PIN."""
    found = [
        person
        for sender in session.scalars(select(Sender))
        if (person := find_person(session, means, sender, number)) and _sites_led(person)
    ]
    if not found:
        return DuressPin.NOT_A_LEAD
    on = [person for person in found if any(school_of(means, s).protocol.duress for s in _sites_led(person))]
    if not on:
        return DuressPin.IS_OFF
    if any(not _others_with_pin(session, person) for person in on):
        return DuressPin.IS_ALONE
    pins = [session.get(Pin, person.id) for person in on]
    known = [kept for kept in pins if kept is not None and means.pins.verify(kept.hashed, pin)]
    if len(known) != len(on):
        return DuressPin.NOT_THE_PIN
    for person, kept in zip(on, known, strict=True):
        kept.duress_hashed = means.pins.hash(second)
        audit(session, means, "second PIN set by an operator", site=_sites_led(person)[0], actor=None)
    return DuressPin.SET


def _sites_led(person: Person) -> list[Site]:
    return [member.site for member in person.memberships if member.role == LEAD]


def _others_with_pin(session: Session, person: Person) -> bool:
    """Wherever it is on: somebody else who leads there and has a PIN."""
    sites = [site.id for site in _sites_led(person)]
    here = (Membership.site_id.in_(sites), Membership.role == LEAD, Membership.person_id != person.id)
    others = select(Pin.person_id).join(Membership, Membership.person_id == Pin.person_id).where(*here)
    return session.scalar(others.limit(1)) is not None


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


def _end_pretences(session: Session, means: Means, person: Person) -> None:
    """Somebody at the server knows that this lead is free again: that phone sees what is true."""
    shown = (Pretence.person_id == person.id, Pretence.ended_at.is_(None))
    session.execute(update(Pretence).where(*shown).values(ended_at=means.now()))


def _may_have_pin(person: Person) -> bool:
    return any(member.role in WITH_PIN for member in person.memberships)
