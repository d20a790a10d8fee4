"""One turn of a call in, one answer out: the transaction that every webhook of a call goes through."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from phonetree.desk import alert_calls, people, schools
from phonetree.desk.call_answers import (
    AnsweredBy,
    CallAnswer,
    CallAnswered,
    CallBegan,
    HangUp,
    HeardCall,
    JoinNow,
    UnknownCall,
)
from phonetree.desk.call_codec import dump_answer, load_answer
from phonetree.desk.call_speech import say_turn
from phonetree.desk.call_turns import read_turn
from phonetree.desk.conversations import NotOurNumber
from phonetree.desk.exchange import Exchange, Incoming
from phonetree.desk.lead_calls import weigh_pin
from phonetree.desk.means import Means
from phonetree.desk.outbox import QUEUED
from phonetree.desk.recognition import choose_school
from phonetree.desk.weighing import Evidence
from phonetree.models import Call, Delivery, Heard, Person, Sender, Site, State, new_id, writing
from phonetree.models.database import once_more
from phonetree.words.numbers import PhoneNumber


def take_turn(engine: Engine, means: Means, heard: HeardCall) -> CallAnswer:
    """Answer one webhook of a call. The same again gets the same answer and has no second effect.

    Raises ``UnknownCall`` for a call or a turn that is none of ours, and ``NotOurNumber``.
    """
    evidence = weigh_pin(engine, means, heard)
    said, is_queued = once_more(lambda: _once(engine, means, heard, evidence))
    if is_queued:
        means.doorbell.ring()
    return said


def _once(engine: Engine, means: Means, heard: HeardCall, evidence: Evidence | None) -> tuple[CallAnswer, bool]:
    """The answer, and whether anything was queued that a worker should be woken for."""
    with writing(engine) as session:
        call = session.scalar(select(Call).where(Call.sid == heard.sid).with_for_update(key_share=True))
        if before := session.get(Heard, heard.name):
            return _as_before(means, call, before), False
        x = _exchange(session, means, call, heard)
        x.last_text_at = None if x.is_withheld else people.last_safety_text_at(session, x.person)
        x.evidence = evidence
        said = _converse(session, x, heard)
        return said, QUEUED in session.info


def _as_before(means: Means, call: Call | None, before: Heard) -> CallAnswer:
    if call is None or before.answer_sealed is None:
        return HangUp()
    return load_answer(means.vault(call.sender_id).open(before.answer_sealed, row=f"heard|{before.sid}"))


@dataclass(frozen=True, slots=True)
class _Party:
    """Who is on the line of a call that has just begun, and where its conversation begins."""

    sender: Sender
    site: Site
    person: Person
    is_withheld: bool = False
    delivery: Delivery | None = None


def _exchange(session: Session, means: Means, call: Call | None, heard: HeardCall) -> Exchange:
    match heard.event:
        case CallBegan(caller, number) if call is None:
            return _begun(session, means, heard, _caller(session, means, caller, number))
        case CallAnswered(attempt) if call is None:
            return _begun(session, means, heard, _called(session, attempt))
        case CallBegan() | CallAnswered():
            raise UnknownCall
        case _ if call is None or call.ended_at is not None or heard.turn != call.turn:
            raise UnknownCall
        case _:
            return _under_way(session, means, call, heard)


def _begun(session: Session, means: Means, heard: HeardCall, party: _Party) -> Exchange:
    call = Call(
        id=party.person.id if party.is_withheld else new_id(),
        sid=heard.sid,
        sender_id=party.sender.id,
        site_id=party.site.id if party.delivery else None,
        person_id=None if party.is_withheld else party.person.id,
        delivery_id=party.delivery.id if party.delivery else None,
        language=party.person.language,
        is_machine=isinstance(heard.event, CallAnswered) and heard.event.by is AnsweredBy.MACHINE,
        began_at=means.now(),
        updated_at=means.now(),
    )
    session.add(call)
    session.flush()
    x = Exchange(means, Incoming(heard.name, ""), party.sender, party.person, party.site, call)
    x.delivery = party.delivery
    if party.delivery is not None:
        call.step = party.delivery.begins
        alert_calls.answered(session, means, party.delivery, is_machine=call.is_machine)
        x.has_chosen_site = True
    else:
        choose_school(session, x)
    return x


def _caller(session: Session, means: Means, caller: PhoneNumber | None, number: PhoneNumber) -> _Party:
    sender = schools.find_sender(session, means, number)
    if sender is None or not sender.sites:
        raise NotOurNumber
    site = sender.sites[0]
    language = schools.school_of(means, site).site.languages[0]
    if caller is None or caller == number:
        return _Party(sender, site, _nobody(means, sender, language, new_id()), is_withheld=True)
    person = people.find_person(session, means, sender, caller)
    return _Party(sender, site, person or people.enrol(session, means, sender, caller, language))


def _nobody(means: Means, sender: Sender, language: str, identity: str) -> Person:
    """Who withholds their number is asked and answered like anyone, and is nowhere written down."""
    return Person(
        id=identity,
        sender_id=sender.id,
        number_index=b"",
        number_sealed=b"",
        language=language,
        language_is_chosen=False,
        first_seen=means.now().date(),
        memberships=[],
    )


def _called(session: Session, attempt: str) -> _Party:
    """Somebody picked up a call of ours."""
    chosen = select(Delivery).where(Delivery.attempt == attempt, Delivery.channel == "voice")
    delivery = session.scalar(chosen.with_for_update(key_share=True))
    if delivery is None or not delivery.begins or delivery.is_to_end or delivery.state == State.CANCELLED:
        raise UnknownCall
    person = session.get_one(Person, delivery.person_id)
    sender = session.get_one(Sender, delivery.sender_id)
    site = session.get(Site, delivery.site_id) or sender.sites[0]
    return _Party(sender, site, person, delivery=delivery)


def _under_way(session: Session, means: Means, call: Call, heard: HeardCall) -> Exchange:
    sender = session.get_one(Sender, call.sender_id)
    site = session.get_one(Site, call.site_id) if call.site_id else sender.sites[0]
    person = session.get(Person, call.person_id) if call.person_id else None
    x = Exchange(
        means,
        Incoming(heard.name, getattr(heard.event, "keys", "")),
        sender,
        person or _nobody(means, sender, call.language, call.id),
        site,
        call,
        has_chosen_site=call.site_id is not None,
    )
    x.delivery = session.get(Delivery, call.delivery_id) if call.delivery_id else None
    return x


def _converse(session: Session, x: Exchange, heard: HeardCall) -> CallAnswer:
    call = x.call
    if call is None:
        raise UnknownCall
    answers = alert_calls.answers_of(session, x.means, x.delivery) if x.delivery and heard.turn == 0 else {}
    turn = read_turn(session, x, heard.event, answers)
    call.turn = heard.turn + 1
    said = say_turn(session, x, turn)
    if isinstance(said, HangUp | JoinNow):
        call.ended_at = x.means.now()
    _remember(session, x, said)
    if x.forget_at_the_end:
        people.forget(session, x.means, x.person)
    return said


def _remember(session: Session, x: Exchange, said: CallAnswer) -> None:
    sealed = x.means.vault(x.sender.id).seal(dump_answer(said), row=f"heard|{x.heard.sid}")
    person_id = None if x.is_withheld else x.person.id
    session.add(Heard(sid=x.heard.sid, person_id=person_id, answer_sealed=sealed, at=x.means.now()))
