"""Prompts recorded by phone: a code for one phone, one language, one call; a second speaker; then a lead's ear."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import count

import pytest
from hotline_calls import Phone, calls, rung, words
from sqlalchemy import select
from stage import ANA, BOB, LEAD, ROSA, SCHOOL, SUE, all_of, say

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk import clips, people
from phonetree.desk.call_answers import CallAnswer, Gather, HangUp, HeldOn, HoldOn, SoundRecorded, TakeRecording
from phonetree.desk.recordings import fetch_wanted
from phonetree.models import (
    Clip,
    ClipState,
    Person,
    Purpose,
    Recording,
    RecordingCode,
    RecordingState,
    Sender,
    Site,
    writing,
)
from phonetree.words.numbers import PhoneNumber
from phonetree.words.speech import Played

MAM = SCHOOL.read_text().replace('languages = ["en", "es"]', 'languages = ["en", "es", "mam"]')
RECORD, APPROVE, ANEW = "1", "2", "3"
_sids = count(1)


@pytest.fixture
def town(tree: Rehearsal) -> Rehearsal:
    """Two leads, and two neighbours who speak Mam and English."""
    tree.load(MAM)
    tree.enrol(ROSA, "lead", "en", "481516")
    for who in (ANA, BOB):
        tree.enrol(who, "interpreter", "mam")
    with writing(tree.database) as session:
        for person in session.scalars(select(Person).where(Person.language == "mam")):
            person.second_language = "en"
    return tree


def code_for(tree: Rehearsal, who: PhoneNumber, lead: PhoneNumber = LEAD) -> str:
    said = say(tree, lead, f"RECORD {who.national()}")
    assert said.startswith("Code "), said
    return said.split()[1]


def keys_code(tree: Rehearsal, who: PhoneNumber, code: str) -> CallAnswer:
    phone = calls(tree, who)
    assert "Key the six digits" in words(phone.presses("8"))
    return phone.presses(code)


def called_back(tree: Rehearsal, who: PhoneNumber = ANA, lead: PhoneNumber = LEAD) -> Phone:
    assert words(keys_code(tree, who, code_for(tree, who, lead))) == "We call you now."
    phone = rung(tree)[who]
    assert "Thank you for lending us your voice." in words(phone.picks_up())
    return phone


def fetch(tree: Rehearsal) -> None:
    asyncio.run(fetch_wanted(tree.database, tree.means, tree.carrier))


def speaks(tree: Rehearsal, phone: Phone, seconds: int = 2) -> CallAnswer:
    """Something is said after the tone, fetched, and heard back."""
    sid = f"RE{next(_sids):032x}"
    tree.carrier.spoken[sid] = seconds
    assert isinstance(phone.does(SoundRecorded(sid, seconds)), HoldOn)
    fetch(tree)
    return phone.does(HeldOn())


def records_one(tree: Rehearsal, who: PhoneNumber = ANA, lead: PhoneNumber = LEAD) -> Phone:
    phone = called_back(tree, who, lead)
    phone.presses(RECORD)
    speaks(tree, phone)
    phone.presses("1")
    tree.clock.at += timedelta(seconds=1)
    return phone


def takes(tree: Rehearsal) -> list[tuple[str, ClipState]]:
    return [(clip.key, clip.state) for clip in all_of(tree, select(Clip).order_by(Clip.made_at, Clip.id))]


def played(answer: CallAnswer) -> list[str]:
    assert isinstance(answer, Gather)
    return [each.source for each in answer.said if isinstance(each, Played)]


# --- the code ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["213-555-0112", "(213) 555-0112", "+1 213.555.0112", "2135550112"])
def test_a_lead_gives_a_code(town: Rehearsal, written: str) -> None:
    said = say(town, LEAD, f"RECORD {written}")
    assert said.startswith("Code ")
    assert said.split()[1].isdigit()
    assert len(said.split()[1]) == 6
    assert said.endswith("They call this number and choose 8.")
    (given,) = all_of(town, select(RecordingCode))
    assert given.language == "mam"
    assert said.split()[1].encode() not in given.code_sealed


@pytest.mark.parametrize("words_", ["RECORD 213-555-0114", "RECORD 213-555-0199", "RECORD", "RECORD 5550112"])
def test_who_is_no_interpreter_gets_none(town: Rehearsal, words_: str) -> None:
    assert say(town, LEAD, words_).startswith("That phone is no interpreter's of this school.")
    assert not all_of(town, select(RecordingCode))


def test_only_a_lead_gives_codes(town: Rehearsal) -> None:
    town.enrol(SUE, "staff", "en")
    assert "Code" not in say(town, SUE, f"RECORD {ANA.national()}")
    assert not all_of(town, select(RecordingCode))


def test_a_code_is_good_from_its_own_phone_only(town: Rehearsal) -> None:
    code = code_for(town, ANA)
    assert "not good" in words(keys_code(town, BOB, code))
    assert rung(town) == {}
    assert words(keys_code(town, ANA, code)) == "We call you now."


def test_a_code_is_good_once(town: Rehearsal) -> None:
    code = code_for(town, ANA)
    keys_code(town, ANA, code)
    assert "not good" in words(keys_code(town, ANA, code))


def test_a_code_is_good_for_a_day(town: Rehearsal) -> None:
    code = code_for(town, ANA)
    town.clock.at += timedelta(days=1, seconds=1)
    assert "not good" in words(keys_code(town, ANA, code))


def test_five_wrong_keyings_end_a_code(town: Rehearsal) -> None:
    code = code_for(town, ANA)
    for _try in range(5):
        assert "not good" in words(keys_code(town, ANA, "000000"))
    assert "not good" in words(keys_code(town, ANA, code))


def test_a_new_code_of_the_same_lead_ends_the_old_one(town: Rehearsal) -> None:
    old, others = code_for(town, ANA), code_for(town, ANA, ROSA)
    new = code_for(town, ANA)
    assert "not good" in words(keys_code(town, ANA, old))
    assert words(keys_code(town, ANA, new)) == "We call you now."
    rung(town)
    assert words(keys_code(town, ANA, others)) == "We call you now."


def test_others_have_no_key_for_it(town: Rehearsal) -> None:
    town.enrol(SUE, "staff", "en")
    assert "Key the six digits" not in words(calls(town, SUE).presses("8"))


# --- recording --------------------------------------------------------------------------------------------------------


def test_a_prompt_is_heard_recorded_heard_back_and_kept(town: Rehearsal) -> None:
    phone = called_back(town)
    asked = phone.presses(RECORD)
    assert isinstance(asked, TakeRecording)
    assert asked.longest == timedelta(seconds=30)
    assert words(asked).startswith("Prompt 1 of ")
    heard_back = speaks(town, phone)
    (recording,) = all_of(town, select(Recording))
    assert recording.purpose == Purpose.PROMPT
    assert played(heard_back) == [f"recording:{recording.id}"]
    assert not takes(town), "nothing is kept that nobody said to keep"
    after = phone.presses("1")
    assert isinstance(after, TakeRecording)
    assert words(after).startswith("Prompt 2 of ")
    (clip,) = all_of(town, select(Clip))
    assert (clip.language, clip.key, clip.state) == ("mam", "who", ClipState.RECORDED)
    with writing(town.database) as session:
        assert clip.site_id == session.scalars(select(Site)).one().id, "the school's name is the school's own"
        ana, lead = (
            people.find_person(session, town.means, session.scalars(select(Sender)).one(), n) for n in (ANA, LEAD)
        )
        assert ana
        assert lead
        assert (clip.recorded_by, clip.invited_by) == (ana.id, lead.id)


def test_hanging_up_keeps_what_was_kept(town: Rehearsal) -> None:
    phone = records_one(town)
    speaks(town, phone)
    assert len(takes(town)) == 1
    assert "Prompt 2 of " in words(called_back(town).presses(RECORD)), "what waits is not asked again"


def test_again_and_skip(town: Rehearsal) -> None:
    phone = called_back(town)
    first = words(phone.presses(RECORD))
    speaks(town, phone)
    assert words(phone.presses("2")) == first
    speaks(town, phone)
    assert words(phone.presses("3")).startswith("Prompt 2 of ")
    assert not takes(town)


def test_silence_is_no_recording(town: Rehearsal) -> None:
    phone = called_back(town)
    first = words(phone.presses(RECORD))
    assert words(phone.does(SoundRecorded(None, 0))).startswith("We heard nothing.")
    assert words(phone.presses("2")) == first


def test_a_recording_that_does_not_come_is_said_to_be_lost(town: Rehearsal) -> None:
    phone = called_back(town)
    phone.presses(RECORD)
    said = phone.does(SoundRecorded(f"RE{next(_sids):032x}", 2))
    pauses = 0
    while isinstance(said, HoldOn) and pauses < 20:
        town.clock.at += timedelta(seconds=said.seconds + 1)
        said, pauses = phone.does(HeldOn()), pauses + 1
    assert words(said).startswith("That recording did not reach us.")
    assert pauses <= 10


def test_a_sound_that_is_none_is_said_to_be_lost(town: Rehearsal) -> None:
    phone = called_back(town)
    phone.presses(RECORD)
    phone.does(SoundRecorded(f"RE{next(_sids):032x}", 2))
    with writing(town.database) as session:
        session.scalars(select(Recording)).one().state = RecordingState.REFUSED
    assert words(phone.does(HeldOn())).startswith("That recording did not reach us.")


def test_the_sentence_is_said_in_a_language_that_they_understand(town: Rehearsal) -> None:
    phone = called_back(town)
    asked = phone.presses(RECORD)
    assert isinstance(asked, TakeRecording)
    languages = {getattr(each, "language", "") for each in asked.said}
    assert languages <= {"es-MX", "es-US", "es-ES", "en-US"}, "Mam has no voice"


def test_every_prompt_comes_once_and_then_it_is_over(town: Rehearsal) -> None:
    phone = called_back(town)
    said, asked = phone.presses(RECORD), []
    while isinstance(said, TakeRecording):
        asked.append(words(said).split(".")[0])
        phone.does(SoundRecorded(None, 0))
        said = phone.presses("3")
    assert isinstance(said, HangUp)
    assert len(set(asked)) == len(asked) > 30


# --- a second speaker -------------------------------------------------------------------------------------------------


def test_a_second_speaker_invited_by_another_lead_approves(town: Rehearsal) -> None:
    records_one(town)
    phone = called_back(town, BOB, ROSA)
    judged = phone.presses(APPROVE)
    (clip,) = all_of(town, select(Clip))
    assert played(judged) == [clips.source_of(clip)]
    assert "If it is good, press 1." in words(judged)
    assert "nothing more to hear" in words(phone.presses("1"))
    assert takes(town) == [("who", ClipState.APPROVED)]


def test_not_good_is_not_used(town: Rehearsal) -> None:
    records_one(town)
    phone = called_back(town, BOB, ROSA)
    phone.presses(APPROVE, "2")
    assert takes(town) == [("who", ClipState.REJECTED)]


def test_nobody_approves_their_own(town: Rehearsal) -> None:
    records_one(town)
    assert "nothing more to hear" in words(called_back(town, ANA, ROSA).presses(APPROVE))


def test_the_same_lead_does_not_invite_both(town: Rehearsal) -> None:
    records_one(town)
    assert "nothing more to hear" in words(called_back(town, BOB, LEAD).presses(APPROVE))


def test_what_is_judged_is_what_was_heard(town: Rehearsal) -> None:
    """While Bob listens, Ana records the same sentence again: his word is not about the new one."""
    records_one(town)
    phone = called_back(town, BOB, ROSA)
    phone.presses(APPROVE)
    again = called_back(town)
    again.presses(ANEW)
    speaks(town, again)
    again.presses("1")
    assert [state for _key, state in takes(town)] == [ClipState.REJECTED, ClipState.RECORDED]
    phone.presses("1")
    assert [state for _key, state in takes(town)] == [ClipState.REJECTED, ClipState.RECORDED]


def test_recording_anew_keeps_the_old_one_until_the_new_one_is_approved(town: Rehearsal) -> None:
    records_one(town)
    called_back(town, BOB, ROSA).presses(APPROVE, "1")
    assert "Prompt 2 of " in words(called_back(town).presses(RECORD)), "what is approved is not missing"
    phone = called_back(town)
    assert "Prompt 1 of " in words(phone.presses(ANEW))
    speaks(town, phone)
    town.clock.at += timedelta(seconds=1)
    phone.presses("1")
    assert [state for _key, state in takes(town)] == [ClipState.APPROVED, ClipState.RECORDED]
    town.clock.at += timedelta(seconds=1)
    called_back(town, BOB, ROSA).presses(APPROVE, "1")
    assert [state for _key, state in takes(town)] == [ClipState.RETIRED, ClipState.APPROVED]


# --- a lead's ear -----------------------------------------------------------------------------------------------------


def up_to_the_lead(tree: Rehearsal) -> Phone:
    """What says how sure we are is recorded and approved, and then a lead calls."""
    phone = called_back(tree)
    said = phone.presses(RECORD)
    while "This is confirmed." not in words(said):
        phone.does(SoundRecorded(None, 0))
        said = phone.presses("3")
    speaks(tree, phone)
    phone.presses("1")
    called_back(tree, BOB, ROSA).presses(APPROVE, "1")
    assert takes(tree) == [("level-confirmed", ClipState.APPROVED)]
    calls(tree, LEAD).presses("#")
    lead = rung(tree)[LEAD]
    assert "For new recordings, press 8." in words(lead.picks_up())
    return lead


def found(tree: Rehearsal) -> str | None:
    with writing(tree.database) as session:
        return clips.ClipStore(session, session.scalars(select(Site)).one()).find("mam", "level-confirmed")


def test_a_lead_hears_what_says_how_sure_we_are_before_it_is_used(town: Rehearsal) -> None:
    lead = up_to_the_lead(town)
    assert found(town) is None
    heard = lead.presses("8")
    (clip,) = all_of(town, select(Clip))
    assert played(heard) == [clips.source_of(clip)]
    assert "This is confirmed." in words(heard)
    lead.presses("1")
    assert found(town) == clips.source_of(clip)


def test_a_lead_takes_it_back_in_one_key(town: Rehearsal) -> None:
    lead = up_to_the_lead(town)
    lead.presses("8", "2")
    assert found(town) is None
    assert takes(town) == [("level-confirmed", ClipState.REJECTED)]


def test_without_new_recordings_the_key_is_not_told(town: Rehearsal) -> None:
    calls(town, LEAD).presses("#")
    assert "press 8" not in words(rung(town)[LEAD].picks_up())


def test_an_interpreter_has_no_key_of_leads(town: Rehearsal) -> None:
    """A lead who is an interpreter too judges as the one or the other, by what the call is for."""
    records_one(town)
    phone = called_back(town, BOB, ROSA)
    phone.presses(APPROVE)
    assert "press 9" not in words(phone.presses("#"))
