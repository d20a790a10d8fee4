"""Calls between the two sides of a request: the tree calls who asked, then the other; a voicemail never talks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from exchanges import asked_for, change, request_of
from hotline_calls import Phone, calls, new_call, rung, texts, words
from sqlalchemy import select
from stage import ANA, BOB, LEAD, ROSA, SUE, all_of, say

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.call_answers import (
    AnsweredBy,
    CallAnswer,
    CallAnswered,
    DialEnded,
    DialOut,
    DialResult,
    Gather,
    HangUp,
    HeardCall,
    JoinNow,
    KeysPressed,
    SoundRecorded,
    TakeRecording,
)
from phonetree.desk.calls import take_turn
from phonetree.models import Delivery, Recording, RecordingState, writing
from phonetree.words.numbers import PhoneNumber

WRONG_KEY = "Sorry, we did not understand."


@pytest.fixture
def taken(tree: Rehearsal) -> Rehearsal:
    """Bob, a counselor, has taken 417, which Ana asked for; Rosa and Sue have nothing to do with it."""
    tree.enrol(ANA, "parent", "es")
    tree.enrol(ROSA, "parent", "en")
    tree.enrol(BOB, "counselor", "en")
    tree.enrol(SUE, "operator", "en")
    asked_for(tree, ANA, BOB)
    return tree


def keys(tree: Rehearsal, who: PhoneNumber | None, number: str = "417") -> CallAnswer:
    phone = calls(tree, who)
    return phone.presses("8", number) if who else phone.presses("1", "8", number)


def called_back(tree: Rehearsal, who: PhoneNumber) -> Phone:
    (found,) = rung(tree).items()
    assert found[0] == who
    return found[1]


def dials(tree: Rehearsal, who: PhoneNumber) -> tuple[Phone, DialOut]:
    """Whoever asked is called back, says that it is they, and the other side rings."""
    assert isinstance(keys(tree, who), HangUp)
    phone = called_back(tree, who)
    assert isinstance(phone.picks_up(), Gather)
    dialled = phone.presses("1")
    assert isinstance(dialled, DialOut)
    return phone, dialled


def other_picks_up(tree: Rehearsal, dialled: DialOut) -> tuple[Phone, CallAnswer]:
    assert dialled.whisper
    other = Phone(tree, new_call())
    return other, other.does(CallAnswered(dialled.whisper, AnsweredBy.PERSON))


@pytest.mark.parametrize(("who", "other"), [(ANA, BOB), (BOB, ANA)])
def test_either_side_is_called_back_and_joined_with_the_other(
    taken: Rehearsal, who: PhoneNumber, other: PhoneNumber
) -> None:
    said = keys(taken, who)
    assert isinstance(said, HangUp)
    phone = called_back(taken, who)
    assert "4 1 7" in words(phone.picks_up())
    dialled = phone.presses("1")
    assert isinstance(dialled, DialOut)
    assert (dialled.number, dialled.sender) == (other, taken.school.site.number)
    leg, asked = other_picks_up(taken, dialled)
    assert isinstance(asked, Gather), "nobody is joined before a key"
    assert "4 1 7" in words(asked)
    assert isinstance(leg.presses("5"), JoinNow), "any key"
    over = phone.does(DialEnded(DialResult.ANSWERED))
    assert isinstance(over, HangUp)


def test_each_hears_their_own_language(taken: Rehearsal) -> None:
    _phone, dialled = dials(taken, BOB)
    assert words(other_picks_up(taken, dialled)[1]) == (
        "Habla Maple Parents Phone Tree. Hay una llamada sobre 4 1 7. Para hablar, oprima el 1."
    )


def test_a_voicemail_that_presses_nothing_is_not_joined(taken: Rehearsal) -> None:
    phone, dialled = dials(taken, ANA)
    leg, said = other_picks_up(taken, dialled)
    for _silence in range(3):
        assert not isinstance(said, JoinNow)
        said = leg.presses("")
    assert isinstance(said, HangUp)
    assert words(phone.does(DialEnded(DialResult.NO_ANSWER))) == ("Nadie contestó. También puede mandar un mensaje.")


def test_a_machine_at_the_askers_own_phone_dials_nobody(taken: Rehearsal) -> None:
    keys(taken, ANA)
    assert isinstance(called_back(taken, ANA).picks_up(AnsweredBy.MACHINE), HangUp)


@pytest.mark.parametrize("who", [ROSA, None])
@pytest.mark.parametrize("number", ["417", "555", "000", "*1", "0"])
def test_from_anybody_else_and_for_any_other_number_it_is_a_wrong_key(
    taken: Rehearsal, who: PhoneNumber | None, number: str
) -> None:
    assert words(keys(taken, who, number)).startswith(WRONG_KEY)
    assert not rung(taken)


def test_of_who_works_here_it_takes_what_waits_but_not_what_is_between_two(taken: Rehearsal) -> None:
    assert "Nothing open has this number" in words(keys(taken, SUE))
    assert not rung(taken)
    assert request_of(taken).taken_by is not None


@pytest.mark.parametrize("values", [{"muted_by_asker": True}, {"muted_by_taker": True}, {"needs_yes": True}])
def test_what_is_not_open_is_a_wrong_key(taken: Rehearsal, values: dict[str, object]) -> None:
    change(taken, 417, **values)
    assert words(keys(taken, ANA)).startswith("Perdone, no entendimos.")
    assert not rung(taken)


def test_what_is_closed_meanwhile_rings_nobody(taken: Rehearsal) -> None:
    keys(taken, ANA)
    phone = called_back(taken, ANA)
    phone.picks_up()
    change(taken, 417, done_at=taken.clock.at)
    assert words(phone.presses("1")).startswith("Ahora le comunicamos. Nadie contestó.")


def test_the_same_key_twice_rings_once(taken: Rehearsal) -> None:
    phone, dialled = dials(taken, ANA)
    again = take_turn(taken.database, taken.means, HeardCall(phone.sid, phone.turn - 1, KeysPressed("1")))
    assert again == dialled
    legs = select(Delivery).where(Delivery.begins == "masked.before_talking")
    assert len(all_of(taken, legs)) == 1


def test_who_asks_too_often_is_not_called(taken: Rehearsal) -> None:
    for _time in range(10):
        keys(taken, ANA)
        called_back(taken, ANA)
    assert "no podemos" in words(keys(taken, ANA)).lower()
    assert not rung(taken)


def test_a_lead_is_joined_with_who_left_a_message_and_so_takes_it(taken: Rehearsal) -> None:
    say(taken, ROSA, "LEAD Who may pick up my child")
    assert isinstance(keys(taken, LEAD, "100"), HangUp)
    phone = called_back(taken, LEAD)
    phone.picks_up()
    dialled = phone.presses("1")
    assert isinstance(dialled, DialOut)
    assert dialled.number == ROSA
    assert say(taken, ROSA, "Thank you") == "Passed on to 100."
    assert texts(taken, LEAD)[-1].startswith("Maple Tree 100: Thank you\n")


def test_a_spoken_message_is_heard_before_its_sender_is_rung(taken: Rehearsal) -> None:
    phone = calls(taken, ROSA)
    assert isinstance(phone.presses("0"), TakeRecording)
    phone.does(SoundRecorded("RE" + "1" * 32, 9))
    keys(taken, LEAD, "100")
    lead = called_back(taken, LEAD)
    assert "You asked for message 1 0 0." in words(lead.picks_up())
    with writing(taken.database) as session:
        session.scalars(select(Recording)).one().handled_at = taken.clock.at
    keys(taken, LEAD, "100")
    assert "You asked to talk about 1 0 0." in words(called_back(taken, LEAD).picks_up())


def test_no_message_is_left_to_be_answered_by_a_withheld_number(taken: Rehearsal) -> None:
    phone = calls(taken, None)
    assert isinstance(phone.presses("1", "0"), TakeRecording)
    phone.does(SoundRecorded("RE" + "1" * 32, 9))
    assert not any("To answer" in text for text in texts(taken, LEAD))
    assert "closed" not in say(taken, LEAD, "100 hello")


def test_a_recording_that_is_being_fetched_counts_as_one_to_hear(taken: Rehearsal) -> None:
    phone = calls(taken, ROSA)
    phone.presses("0")
    phone.does(SoundRecorded("RE" + "2" * 32, 9))
    assert [each.state for each in all_of(taken, select(Recording))] == [RecordingState.WANTED]
    taken.clock.at += timedelta(minutes=1)
    keys(taken, LEAD, "100")
    assert "You asked for message" in words(called_back(taken, LEAD).picks_up())
