"""A call between the two sides of a request: who may ask for it, whom it rings, and what they are told before."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from phonetree.desk.call_ledger import answers_of, seal_answers
from phonetree.desk.exchange import Exchange, Target
from phonetree.desk.masked import REACHED_NOW, Named, Standing, named, other_side
from phonetree.desk.passing_on import take_message
from phonetree.dialogue.masked import AskToTalk, MayTalk
from phonetree.dialogue.outcomes import Outcome
from phonetree.flows import masked_calls
from phonetree.models import CALL, CallLane, Delivery, Note, Person, Recording, State, new_id

RINGS_FOR = timedelta(minutes=2)


def may_talk(session: Session, x: Exchange, asked: AskToTalk) -> Outcome:
    """Whether 8 and this number join the caller with somebody. What a lead has yet to hear is heard first."""
    found = _named(session, x, asked.number)
    if found is None or x.is_withheld:
        return MayTalk(is_theirs=False)
    is_theirs = found.standing in REACHED_NOW
    has_taken = found.request.taken_by == x.person.id
    return MayTalk(is_theirs and not _is_to_be_heard(session, x, found), has_taken)


def target(session: Session, x: Exchange) -> Target | None:
    """The other side, in our call to the one who asked. None where it was closed or muted meanwhile."""
    number = answers_of(x.means, x.delivery).get("number", "") if x.delivery else ""
    found = _named(session, x, number)
    if found is None or found.standing not in REACHED_NOW:
        return None
    if found.standing is Standing.TO_TAKE and not take_message(session, x, found.request):
        return None
    other = other_side(session, found.request, x.person)
    return None if other is None else Target(x.means.number_of(other), _whisper(session, x, other, number).attempt)


def is_whisper(delivery: Delivery | None) -> bool:
    """Whether this is the leg of somebody whom the other side of a request is to be joined to."""
    return delivery is not None and delivery.begins == masked_calls.before_talking.name


def _named(session: Session, x: Exchange, number: str) -> Named | None:
    return named(session, x, number) if re.fullmatch("[1-9][0-9]{2}", number) else None


def _is_to_be_heard(session: Session, x: Exchange, found: Named) -> bool:
    """A message that was left by voice, before a lead; once it is dealt with, its sound is gone."""
    if found.request.person_id == x.person.id:
        return False
    note = select(Note.recording_id).where(Note.site_id == found.request.site_id, Note.number == found.request.number)
    sound = session.scalar(note.where(Note.recording_id.is_not(None)).order_by(Note.id.desc()).limit(1))
    recording = session.get(Recording, sound) if sound else None
    return recording is not None and recording.handled_at is None


def _whisper(session: Session, x: Exchange, other: Person, number: str) -> Delivery:
    """The leg of the other side. The carrier rings it for the call at hand, so no worker places it."""
    matter = x.call.id if x.call else ""
    of_this_call = select(Delivery).where(Delivery.matter == matter, Delivery.person_id == other.id)
    if before := session.scalar(of_this_call.limit(1)):
        return before
    leg = Delivery(
        site_id=x.site.id,
        sender_id=x.sender.id,
        person_id=other.id,
        channel=CALL,
        lane=CallLane.HOTLINE,
        language=other.language,
        segments=0,
        begins=masked_calls.before_talking.name,
        matter=matter,
        state=State.SUBMITTED,
        attempt=new_id(),
        expires_at=x.means.now() + RINGS_FOR,
        created_at=x.means.now(),
        submitted_at=x.means.now(),
    )
    session.add(leg)
    session.flush()
    seal_answers(x.means, leg, {"number": number})
    return leg
