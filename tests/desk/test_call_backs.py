"""Whom the tree calls back, how often, and what each such call begins with: a number that is shown may be forged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import get_args

import pytest
from hotline_calls import Phone, calls, rung, texts, words
from sqlalchemy import select
from stage import ANA, BOB, LEAD, ROSA, all_of, crowd, say, send

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk import people
from phonetree.desk.call_backs import MANY, STRANGER, call_back
from phonetree.desk.exchange import Exchange, Incoming
from phonetree.dialogue.effects import About, CallBack
from phonetree.dialogue.outcomes import CallComing, NoCall, Outcome
from phonetree.flows import STEPS
from phonetree.flows.call_backs import CALL_BACKS
from phonetree.models import AuditEntry, Call, CallLane, Delivery, Person, Sender, State, new_id, writing
from phonetree.words.numbers import PhoneNumber

ABROAD, PREMIUM = PhoneNumber("+525555550102"), PhoneNumber("+19005550102")


def asks(tree: Rehearsal, who: PhoneNumber | None, about: About, **answers: str) -> Outcome:
    """The phone asks to be called back, in a call that came in."""
    with writing(tree.database) as session:
        sender = session.scalars(select(Sender)).one()
        person = people.find_person(session, tree.means, sender, who) if who else None
        if person is None:
            person = people.enrol(session, tree.means, sender, who or BOB, "en")
        call = Call(
            sid=f"CA{new_id()}", sender_id=sender.id, person_id=person.id if who else None, language="en",
            began_at=tree.clock(), updated_at=tree.clock(),
        )  # fmt: skip
        session.add(call)
        x = Exchange(tree.means, Incoming(call.sid, ""), sender, person, sender.sites[0], call)
        return call_back(session, x, CallBack(about, tuple(answers.items())))


def called(tree: Rehearsal) -> Sequence[Delivery]:
    return all_of(tree, select(Delivery).where(Delivery.channel == "voice").order_by(Delivery.id))


def ring_all(tree: Rehearsal) -> None:
    """What waits goes out, so that the next one asked for is another call."""
    rung(tree)


def test_every_call_back_begins_with_a_step_of_its_own() -> None:
    assert set(CALL_BACKS) == set(get_args(About))
    assert len({step.name for step in CALL_BACKS.values()}) == len(CALL_BACKS)
    assert all(STEPS[step.name] is step for step in CALL_BACKS.values())


def test_a_call_back_goes_first_and_not_late(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    assert isinstance(asks(tree, ANA, "language", language="es"), CallComing)
    (delivery,) = called(tree)
    assert (delivery.lane, delivery.begins) == (CallLane.NOW, "language.confirm")
    assert delivery.expires_at - delivery.created_at == timedelta(minutes=1)


def test_a_call_to_speak_waits_longer(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    asks(tree, ANA, "hotline")
    (delivery,) = called(tree)
    assert delivery.lane == CallLane.HOTLINE
    assert delivery.expires_at - delivery.created_at == timedelta(minutes=10)


@pytest.mark.parametrize("who", [None, ABROAD, PREMIUM])
def test_who_is_never_called(tree: Rehearsal, who: PhoneNumber | None) -> None:
    assert asks(tree, who, "join") == NoCall()
    assert not called(tree)


def test_a_stranger_is_called_once_a_day(tree: Rehearsal) -> None:
    assert isinstance(asks(tree, BOB, "join"), CallComing)
    ring_all(tree)
    assert isinstance(asks(tree, BOB, "join"), NoCall)
    assert isinstance(asks(tree, BOB, "hotline"), NoCall)
    tree.clock.at += timedelta(hours=23, minutes=59)
    assert isinstance(asks(tree, BOB, "join"), NoCall)
    tree.clock.at += timedelta(minutes=2)
    assert isinstance(asks(tree, BOB, "join"), CallComing)


def test_a_member_who_asks_to_join_is_called_once_a_day(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    assert isinstance(asks(tree, ANA, "join"), CallComing)
    ring_all(tree)
    assert isinstance(asks(tree, ANA, "join"), NoCall)
    assert isinstance(asks(tree, ANA, "leave"), CallComing)


def test_ten_strangers_an_hour_at_one_school(tree: Rehearsal) -> None:
    for who in crowd()[:10]:
        assert isinstance(asks(tree, who, "join"), CallComing)
    assert isinstance(asks(tree, crowd()[10], "join"), NoCall)
    tree.enrol(ANA, "parent", "en")
    assert isinstance(asks(tree, ANA, "leave"), CallComing), "who is on the list is not kept out by strangers"
    tree.clock.at += timedelta(hours=1, seconds=1)
    assert isinstance(asks(tree, crowd()[11], "join"), CallComing)


def test_ten_calls_an_hour_to_one_phone(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    for _call in range(10):
        assert isinstance(asks(tree, ANA, "leave"), CallComing)
        ring_all(tree)
    assert isinstance(asks(tree, ANA, "erase"), NoCall)
    assert len(called(tree)) == 10


def test_more_than_ten_an_hour_are_told_to_the_leads_once(tree: Rehearsal) -> None:
    for who in crowd()[:14]:
        asks(tree, who, "join")
    assert [text for text in texts(tree, LEAD) if "call-backs" in text] == [
        "More than ten call-backs in an hour were asked for. Somebody may be playing with the phone tree."
    ]
    assert len(all_of(tree, select(AuditEntry).where(AuditEntry.what == MANY))) == 1


def test_a_lead_is_called_whatever_strangers_do(tree: Rehearsal) -> None:
    for who in crowd()[:12]:
        asks(tree, who, "join")
    assert isinstance(asks(tree, LEAD, "lead"), CallComing)


def test_a_forged_key_of_leads_does_not_use_up_the_calls_for_the_pin(tree: Rehearsal) -> None:
    for _call in range(10):
        asks(tree, LEAD, "lead")
        ring_all(tree)
    assert isinstance(asks(tree, LEAD, "lead"), NoCall)
    say(tree, LEAD, "ALERT 2 1 2")
    assert isinstance(asks(tree, LEAD, "confirm"), CallComing)


def test_nobody_but_a_lead_is_called_for_a_pin(tree: Rehearsal) -> None:
    tree.enrol(ANA, "staff", "en")
    assert isinstance(asks(tree, ANA, "lead"), NoCall)
    assert isinstance(asks(tree, BOB, "confirm"), NoCall)


def test_the_same_again_before_it_went_out_is_one_call(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    asks(tree, ANA, "language", language="es")
    asks(tree, ANA, "language", language="es")
    assert len(called(tree)) == 1
    asks(tree, ANA, "language", language="ko")
    assert len(called(tree)) == 2


# --- who was stopped by the carrier -----------------------------------------------------------------------------------


def picks_up(tree: Rehearsal, who: PhoneNumber) -> str:
    phone: Phone = rung(tree)[who]
    return words(phone.picks_up())


def test_who_joins_again_after_the_carriers_stop_is_called_once(tree: Rehearsal) -> None:
    say(tree, ANA, "JOIN MAPLE")
    say(tree, ANA, "1")
    say(tree, ANA, "STOP")
    say(tree, ANA, "JOIN MAPLE")
    say(tree, ANA, "1")
    assert "blocked by the carrier" in picks_up(tree, ANA)
    say(tree, ANA, "JOIN MAPLE")
    say(tree, ANA, "1")
    assert rung(tree) == {}


def test_who_comes_back_in_our_words_after_the_carriers_stop_is_called(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    say(tree, ANA, "STOP")
    say(tree, ANA, "COME BACK")
    said = picks_up(tree, ANA)
    assert said.startswith("This is Maple Parents Phone Tree.")
    assert said.endswith("text START to this number.")


@pytest.mark.parametrize("again", ["START", "UNSTOP"])
def test_the_carriers_own_start_needs_no_call(tree: Rehearsal, again: str) -> None:
    tree.enrol(ANA, "parent", "en")
    say(tree, ANA, "STOP")
    say(tree, ANA, again)
    assert not called(tree)
    with writing(tree.database) as session:
        assert not [one for one in session.scalars(select(Person)) if one.stopped_at]


def test_a_stop_in_our_words_blocks_nothing(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    say(tree, ANA, "NO MORE")
    say(tree, ANA, "COME BACK")
    assert not called(tree)


@pytest.mark.parametrize(("word", "is_called"), [("STOP", True), ("NO MORE", False)])
def test_a_staff_phone_that_the_carrier_stops_during_an_alert_is_called(
    tree: Rehearsal, word: str, *, is_called: bool
) -> None:
    tree.enrol(ROSA, "staff", "en")
    send(tree, "ALERT 2 1 2")
    say(tree, ROSA, word)
    assert [delivery.begins for delivery in called(tree)] == ["call_backs.blocked"] * is_called
    assert any("STOP from a staff phone" in text for text in texts(tree, LEAD))


def test_outside_an_alert_a_stop_is_a_stop(tree: Rehearsal) -> None:
    tree.enrol(ROSA, "staff", "en")
    say(tree, ROSA, "STOP")
    assert not called(tree)


def test_a_strangers_call_is_known_as_one(tree: Rehearsal) -> None:
    calls(tree, BOB)
    asks(tree, BOB, "hotline")
    (delivery,) = called(tree)
    assert (delivery.matter, delivery.state) == (STRANGER, State.PENDING)
