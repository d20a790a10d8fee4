"""Turns of a call at the desk: who is on the line, what a repeat gets, and what strange keys do."""

from __future__ import annotations

from itertools import count

import pytest
from sqlalchemy import func, select
from stage import ANA, LEAD, ROSA, all_of

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.call_answers import (
    AnsweredBy,
    CallAnswer,
    CallAnswered,
    CallBegan,
    CallEvent,
    Gather,
    HangUp,
    HeardCall,
    KeysPressed,
    SoundRecorded,
    TakeRecording,
    UnknownCall,
)
from phonetree.desk.calls import take_turn
from phonetree.desk.conversations import NotOurNumber
from phonetree.models import Call, Consent, Heard, Person, Recording, reading, writing
from phonetree.words.numbers import PhoneNumber
from phonetree.words.speech import Said

_sids = count(1)


def new_call() -> str:
    return f"CA{next(_sids):032x}"


def event(tree: Rehearsal, sid: str, turn: int, what: CallEvent) -> CallAnswer:
    return take_turn(tree.database, tree.means, HeardCall(sid, turn, what))


def began(tree: Rehearsal, who: PhoneNumber | None, sid: str) -> CallAnswer:
    return event(tree, sid, 0, CallBegan(who, tree.school.site.number))


def said(answer: CallAnswer) -> str:
    assert isinstance(answer, (Gather, HangUp, TakeRecording))
    return " ".join(each.words for each in answer.said if isinstance(each, Said))


def rows_of(tree: Rehearsal, model: type[Call | Heard | Person | Recording]) -> int:
    with reading(tree.database) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_stranger_chooses_a_language_and_is_remembered(tree: Rehearsal) -> None:
    sid = new_call()
    first = began(tree, ANA, sid)
    assert "Para español, oprima el 2." in said(first)
    assert isinstance(first, Gather)
    assert isinstance(event(tree, sid, 1, KeysPressed("2")), Gather)
    again = began(tree, ANA, new_call())
    assert "Para español" not in said(again)
    assert {u.language for u in again.said if isinstance(u, Said)} == {"es-US"}  # type: ignore[union-attr]


def test_a_member_s_language_is_changed_for_this_call_alone(tree: Rehearsal) -> None:
    """Who calls may have forged the member's number."""
    tree.enrol(ROSA, "parent", "es")
    began(tree, ROSA, sid := new_call())
    with writing(tree.database) as session:
        call = session.scalars(select(Call).where(Call.sid == sid)).one()
        assert call.language == "es"
    answer = event(tree, sid, 1, KeysPressed("7"))
    assert isinstance(answer, Gather)
    event(tree, sid, 2, KeysPressed("1"))
    (person,) = [p for p in all_of(tree, select(Person)) if tree.means.number_of(p) == ROSA]
    assert person.language == "es"


def test_the_same_step_twice_has_one_answer_and_one_effect(tree: Rehearsal) -> None:
    sid = new_call()
    assert began(tree, ANA, sid) == began(tree, ANA, sid)
    first = event(tree, sid, 1, KeysPressed("1"))
    heard = rows_of(tree, Heard)
    assert event(tree, sid, 1, KeysPressed("2")) == first
    assert (rows_of(tree, Heard), rows_of(tree, Call)) == (heard, 1)


@pytest.mark.parametrize("turn", [1, 2, 40])
def test_an_unknown_call_writes_nothing(tree: Rehearsal, turn: int) -> None:
    with pytest.raises(UnknownCall):
        event(tree, new_call(), turn, KeysPressed("1"))
    assert (rows_of(tree, Heard), rows_of(tree, Call)) == (0, 0)


def test_a_turn_that_is_not_yet_due_is_unknown(tree: Rehearsal) -> None:
    began(tree, ANA, sid := new_call())
    with pytest.raises(UnknownCall):
        event(tree, sid, 5, KeysPressed("1"))


def test_an_answer_to_a_call_that_nobody_placed_is_unknown(tree: Rehearsal) -> None:
    with pytest.raises(UnknownCall):
        event(tree, new_call(), 0, CallAnswered("0" * 32, AnsweredBy.PERSON))


def test_a_number_of_nobody_s_school(tree: Rehearsal) -> None:
    with pytest.raises(NotOurNumber):
        event(tree, new_call(), 0, CallBegan(ANA, PhoneNumber("+12135550177")))


def test_a_withheld_number_is_answered_and_written_nowhere(tree: Rehearsal) -> None:
    people = rows_of(tree, Person)
    answer = began(tree, None, sid := new_call())
    assert "Para español" in said(answer)
    assert isinstance(event(tree, sid, 1, KeysPressed("1")), Gather)
    assert isinstance(event(tree, sid, 2, KeysPressed("4")), Gather)
    assert rows_of(tree, Person) == people


def test_a_caller_on_the_tree_s_own_number_is_nobody(tree: Rehearsal) -> None:
    people = rows_of(tree, Person)
    assert isinstance(began(tree, tree.school.site.number, new_call()), Gather)
    assert rows_of(tree, Person) == people


@pytest.mark.parametrize("keys", ["8" * 40, "#", "*#*", "0#", "99"])
def test_strange_keys_break_nothing(tree: Rehearsal, keys: str) -> None:
    tree.enrol(ROSA, "parent", "en")
    began(tree, ROSA, sid := new_call())
    answer = event(tree, sid, 1, KeysPressed(keys))
    assert isinstance(answer, Gather)
    assert "did not understand" in said(answer)


def test_star_repeats_and_is_no_miss(tree: Rehearsal) -> None:
    tree.enrol(ROSA, "parent", "en")
    first = began(tree, ROSA, sid := new_call())
    for turn in range(1, 6):
        assert said(event(tree, sid, turn, KeysPressed("*"))) == said(first)


def test_a_stranger_s_three_silences_lead_to_voicemail(tree: Rehearsal) -> None:
    began(tree, ANA, sid := new_call())
    for turn in (1, 2):
        assert isinstance(event(tree, sid, turn, KeysPressed("")), Gather)
    assert isinstance(event(tree, sid, 3, KeysPressed("")), TakeRecording)


@pytest.mark.parametrize(("sound", "seconds"), [(None, 0), ("RE" + "1" * 32, 0)])
def test_nothing_said_after_the_tone_is_kept(tree: Rehearsal, sound: str | None, seconds: int) -> None:
    began(tree, ANA, sid := new_call())
    for turn in (1, 2, 3):
        event(tree, sid, turn, KeysPressed(""))
    assert isinstance(event(tree, sid, 4, SoundRecorded(sound, seconds)), HangUp)
    assert rows_of(tree, Recording) == 0


def test_nothing_follows_a_hang_up(tree: Rehearsal) -> None:
    began(tree, ANA, sid := new_call())
    for turn in (1, 2, 3):
        event(tree, sid, turn, KeysPressed(""))
    event(tree, sid, 4, SoundRecorded(None, 0))
    with pytest.raises(UnknownCall):
        event(tree, sid, 5, KeysPressed("1"))


def test_a_step_that_a_deploy_took_away_goes_on_with_the_menu(tree: Rehearsal) -> None:
    tree.enrol(ROSA, "parent", "en")
    first = began(tree, ROSA, sid := new_call())
    with writing(tree.database) as session:
        session.scalars(select(Call).where(Call.sid == sid)).one().step = "gone.step"
    assert said(event(tree, sid, 1, KeysPressed(""))).endswith(said(first))


def test_only_a_lead_s_key_calls_the_lead_back(tree: Rehearsal) -> None:
    tree.enrol(ROSA, "parent", "en")
    began(tree, ROSA, sid := new_call())
    assert isinstance(event(tree, sid, 1, KeysPressed("#")), Gather)
    began(tree, LEAD, sid := new_call())
    assert isinstance(event(tree, sid, 1, KeysPressed("#")), HangUp)


def test_leaving_by_an_incoming_call_is_told_by_text_and_kept_as_said_by_call(tree: Rehearsal) -> None:
    """A caller may have forged the number: its owner reads that it is off the list."""
    tree.enrol(ROSA, "parent", "en")
    began(tree, ROSA, sid := new_call())
    event(tree, sid, 1, KeysPressed("6"))
    event(tree, sid, 2, KeysPressed("2"))
    (consent,) = all_of(tree, select(Consent))
    assert (consent.what, consent.how) == ("opt_out", "voice")
    told = [text for text in tree.deliver() if text.number == ROSA and "off the list" in text.body]
    assert len(told) == 1
