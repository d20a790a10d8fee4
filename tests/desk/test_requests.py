"""A voicemail is heard by the first who takes it and joined to the family; nobody sees a number, nothing is kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from hotline_calls import Phone, calls, rung, texts, words
from sqlalchemy import select
from stage import ANA, BOB, LEAD, ROSA, SUE, all_of, say

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.call_answers import (
    DialEnded,
    DialOut,
    DialResult,
    Gather,
    HangUp,
    SoundRecorded,
    TakeRecording,
)
from phonetree.desk.forgetting import OVER_FOR
from phonetree.desk.recordings import sound_row
from phonetree.desk.requests import give_back
from phonetree.desk.retention import keep_no_longer
from phonetree.models import Mute, Note, ProviderCopy, Purpose, Recording, RecordingState, Request, writing
from phonetree.words.numbers import PhoneNumber
from phonetree.words.speech import Played

PAGE = "Maple Tree: Voicemail {0} waits. To hear it and call back, send TAKE {0}."


@pytest.fixture
def hotline(tree: Rehearsal) -> Rehearsal:
    """Nobody is on; Bob and Sue are operators, Ana and Rosa families."""
    tree.enrol(ANA, "parent", "en")
    tree.enrol(ROSA, "parent", "en")
    tree.enrol(BOB, "operator", "en")
    tree.enrol(SUE, "operator", "en")
    return tree


def leaves_a_voicemail(tree: Rehearsal, who: PhoneNumber | None = ANA) -> Request:
    """Nobody answers; the caller speaks after the tone, and the recording is fetched."""
    phone = calls(tree, who)
    answer = phone.presses("2") if who else phone.presses("1", "2")
    assert isinstance(answer, DialOut)
    assert isinstance(phone.does(DialEnded(DialResult.NO_ANSWER)), TakeRecording)
    assert isinstance(phone.does(SoundRecorded(f"RE{phone.sid[2:]}", 12)), HangUp)
    fetch_all(tree)
    return all_of(tree, select(Request).order_by(Request.id.desc()))[0]


def fetch_all(tree: Rehearsal) -> None:
    with writing(tree.database) as session:
        for recording in session.scalars(select(Recording).where(Recording.state == RecordingState.WANTED)).all():
            vault = tree.means.vault(recording.sender_id)
            recording.sound_sealed = vault.seal_bytes(b"a voice", row=sound_row(recording.id))
            recording.state = RecordingState.FETCHED


def called_back(tree: Rehearsal, who: PhoneNumber) -> Phone:
    """The call of ours that rings at this phone."""
    (found,) = rung(tree).items()
    assert found[0] == who
    return found[1]


def request_row(tree: Rehearsal) -> Request:
    (found,) = all_of(tree, select(Request))
    return found


def sounds(tree: Rehearsal) -> list[bool]:
    return [recording.sound_sealed is not None for recording in all_of(tree, select(Recording).order_by(Recording.id))]


def test_a_voicemail_pages_everyone_who_answers_the_hotline(hotline: Rehearsal) -> None:
    request = leaves_a_voicemail(hotline)
    assert [texts(hotline, who) for who in (BOB, SUE, LEAD, ANA)] == [[PAGE.format(request.number)]] * 3 + [[]]
    (recording,) = all_of(hotline, select(Recording))
    assert (recording.purpose, recording.number) == (Purpose.VOICEMAIL, request.number)


def test_where_somebody_is_on_duty_only_they_are_paged(hotline: Rehearsal) -> None:
    say(hotline, SUE, "ON")
    calls(hotline, SUE)  # and is on the phone
    leaves_a_voicemail(hotline, ROSA)
    assert [len(texts(hotline, who)) for who in (SUE, BOB, LEAD)] == [1, 0, 0]


def test_of_a_barred_caller_only_the_leads_hear(hotline: Rehearsal) -> None:
    leaves_a_voicemail(hotline)
    request = request_row(hotline)
    with writing(hotline.database) as session:
        until = hotline.clock.at + timedelta(days=1)
        session.add(Mute(site_id=request.site_id, person_id=request.person_id or "", until=until))
    before = len(texts(hotline, BOB))
    leaves_a_voicemail(hotline)
    assert len(texts(hotline, BOB)) == before
    assert len(texts(hotline, LEAD)) == before + 1


def test_who_takes_it_is_called_hears_it_and_is_joined_to_the_family(hotline: Rehearsal) -> None:
    number = leaves_a_voicemail(hotline).number
    assert say(hotline, BOB, f"TAKE {number}") == "Maple Tree: We call you now."
    phone = called_back(hotline, BOB)
    first = phone.picks_up()
    assert f"You asked for message {' '.join(str(number))}. To hear it, press 1." in words(first)
    assert not any(isinstance(each, Played) for each in getattr(first, "said", ())), "a voicemail must not hear it"
    heard = phone.presses("1")
    assert isinstance(heard, Gather)
    (recording,) = all_of(hotline, select(Recording))
    assert Played(f"recording:{recording.id}") in heard.said
    assert "To be connected to the family, press 1." in words(heard)
    joined = phone.presses("1")
    assert isinstance(joined, DialOut)
    assert (joined.number, joined.sender) == (ANA, hotline.school.site.number)
    leg = f"CA{7:032x}"
    assert "If this is done, press 1." in words(phone.does(DialEnded(DialResult.ANSWERED, leg)))
    (copy,) = all_of(hotline, select(ProviderCopy).where(ProviderCopy.sid == leg))
    assert copy.ask_at == hotline.clock.at + OVER_FOR
    assert isinstance(phone.presses("1"), HangUp)
    assert request_row(hotline).done_at is not None
    assert sounds(hotline) == [False]
    assert "Nothing open has this number" in say(hotline, SUE, f"TAKE {number}")


def test_a_second_taker_comes_too_late_and_the_first_may_ask_again(hotline: Rehearsal) -> None:
    number = leaves_a_voicemail(hotline).number
    say(hotline, BOB, f"TAKE {number}")
    assert say(hotline, SUE, f"TAKE {number}") == (
        "Maple Tree: Nothing open has this number, or somebody else took it."
    )
    assert say(hotline, BOB, f"TAKE {number}") == "Maple Tree: We call you now."
    assert set(rung(hotline)) == {BOB}


def test_two_who_take_it_in_the_same_instant(hotline: Rehearsal) -> None:
    number = leaves_a_voicemail(hotline).number
    together = Barrier(2)

    def take(who: PhoneNumber) -> str:
        together.wait()
        return say(hotline, who, f"TAKE {number}")

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(take, (BOB, SUE)))
    assert sorted("We call you now" in answer for answer in answers) == [False, True]


def test_left_for_later_it_is_anybodys_again(hotline: Rehearsal) -> None:
    number = leaves_a_voicemail(hotline).number
    say(hotline, BOB, f"TAKE {number}")
    phone = called_back(hotline, BOB)
    phone.picks_up()
    phone.presses("1", "1")
    assert words(phone.does(DialEnded(DialResult.BUSY))).startswith("Nobody answered. If this is done, press 1.")
    phone.presses("2")
    assert request_row(hotline).taken_by is None
    assert sounds(hotline) == [True]
    assert "We call you now" in say(hotline, SUE, f"TAKE {number}")


def test_by_call_8_and_the_three_digits_take_it(hotline: Rehearsal) -> None:
    number = leaves_a_voicemail(hotline).number
    phone = calls(hotline, BOB)
    assert "Key the three digits." in words(phone.presses("8"))
    answer = phone.presses(str(number))
    assert isinstance(answer, HangUp)
    assert words(answer) == "We call you now."
    assert set(rung(hotline)) == {BOB}


@pytest.mark.parametrize("number", ["000", "1", "4170", "999999999999999999999999", "**#"])
def test_numbers_that_are_nobodys_do_nothing(hotline: Rehearsal, number: str) -> None:
    leaves_a_voicemail(hotline)
    phone = calls(hotline, BOB)
    phone.presses("8", number)
    assert request_row(hotline).taken_by is None
    assert not rung(hotline)


def test_a_family_cannot_take_a_request(hotline: Rehearsal) -> None:
    number = leaves_a_voicemail(hotline).number
    assert "We read digits and a few words" in say(hotline, ROSA, f"TAKE {number}")
    calls(hotline, ROSA).presses("8")
    assert request_row(hotline).taken_by is None


def test_of_a_withheld_number_there_is_a_voicemail_and_nobody_to_call(hotline: Rehearsal) -> None:
    number = leaves_a_voicemail(hotline, None).number
    say(hotline, BOB, f"TAKE {number}")
    phone = called_back(hotline, BOB)
    phone.picks_up()
    heard = phone.presses("1")
    assert "To be connected" not in words(heard)
    assert "If this is done, press 1." in words(heard)
    phone.presses("1")
    assert sounds(hotline) == [False]


def test_who_left_the_tree_after_the_tone_is_not_called(hotline: Rehearsal) -> None:
    number = leaves_a_voicemail(hotline).number
    say(hotline, ANA, "no more messages")
    say(hotline, BOB, f"TAKE {number}")
    phone = called_back(hotline, BOB)
    phone.picks_up()
    assert "Nobody answered." in words(phone.presses("1", "1"))


def test_an_operator_may_bar_whom_they_called_back(hotline: Rehearsal) -> None:
    say(hotline, BOB, "ON")
    say(hotline, BOB, "OFF")
    number = leaves_a_voicemail(hotline).number
    say(hotline, BOB, f"TAKE {number}")
    phone = called_back(hotline, BOB)
    phone.picks_up()
    phone.presses("1", "1")
    assert "does not reach the shift for a day" in say(hotline, BOB, "MUTE")
    assert [mute.person_id for mute in all_of(hotline, select(Mute))] == [request_row(hotline).person_id]


def test_a_spoken_message_is_for_each_of_the_leads(hotline: Rehearsal) -> None:
    phone = calls(hotline)
    assert isinstance(phone.presses("0"), TakeRecording)
    phone.does(SoundRecorded("RE" + "1" * 32, 9))
    (note,) = all_of(hotline, select(Note))
    told = f"Message {note.number} was left by voice. Call us and press 8, then {note.number}, to hear it."
    told += f"\nTo answer, text {note.number} and your words."
    assert told in texts(hotline, LEAD)
    fetch_all(hotline)
    assert "Nothing open has this number" in say(hotline, BOB, f"TAKE {note.number}")
    say(hotline, LEAD, f"TAKE {note.number}")
    lead = called_back(hotline, LEAD)
    lead.picks_up()
    heard = lead.presses("1")
    assert isinstance(heard, Gather)
    assert any(isinstance(each, Played) for each in heard.said)
    assert "To be connected" not in words(heard)
    lead.presses("1")
    assert sounds(hotline) == [False]


def test_what_is_taken_and_not_closed_is_given_back_and_a_week_ends_it(hotline: Rehearsal) -> None:
    number = leaves_a_voicemail(hotline).number
    say(hotline, BOB, f"TAKE {number}")
    for passed, taken, kept in ((timedelta(hours=1), True, True), (timedelta(hours=2), False, True)):
        hotline.clock.at += passed
        rounds(hotline)
        assert (request_row(hotline).taken_by is not None, sounds(hotline) == [True]) == (taken, kept)
    hotline.clock.at += timedelta(days=7)
    rounds(hotline)
    assert not any(sounds(hotline))
    assert request_row(hotline).done_at is not None
    hotline.clock.at += timedelta(days=1, minutes=1)
    rounds(hotline)
    assert not all_of(hotline, select(Request))


def rounds(tree: Rehearsal) -> None:
    with writing(tree.database) as session:
        give_back(session, tree.means)
    keep_no_longer(tree.database, tree.means)
