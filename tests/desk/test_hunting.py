"""A caller who waits gets the first operator who presses 1, once, in time, and nobody rings for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from hotline_calls import (
    Phone,
    asks_for_a_person,
    calls,
    hunt_of,
    is_queued,
    legs,
    rung,
    school_with,
    stays,
    texts,
    words,
)
from sqlalchemy import select, update
from stage import ANA, BOB, ROSA, SUE, all_of, say, tree_at

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.call_answers import (
    AnsweredBy,
    CallAnswer,
    CallOutcome,
    DialEnded,
    DialOut,
    DialResult,
    Gather,
    HangUp,
    JoinQueue,
    KeysPressed,
    LeaveQueue,
    Queue,
    QueueLeft,
    QueueResult,
    TakeRecording,
    UnknownCall,
)
from phonetree.desk.call_progress import caller_gone
from phonetree.desk.hunting import end_hunts, wait_in_queue
from phonetree.desk.retention import keep_no_longer
from phonetree.models import Delivery, Duty, Hunt, Membership, Person, State, writing
from phonetree.words.numbers import PhoneNumber

IN_TURN = '[hotline]\nring = "in_turn"\nmax_wait = "3m"'
WITH_A_LINE = '[hotline]\ninterpreter_line = "+12135550197"\nlegal = [{ name = "Legal aid", number = "+12135550198" }]'
OUTSIDE = PhoneNumber("+12135550199")


@pytest.fixture
def hotline(tree: Rehearsal) -> Rehearsal:
    """Ana calls in English; Bob and Sue are on."""
    return staffed(tree)


@pytest.fixture
def in_turn(database_url: str) -> Iterator[Rehearsal]:
    with tree_at(database_url, school_with(IN_TURN)) as tree:
        yield staffed(tree)


def staffed(tree: Rehearsal) -> Rehearsal:
    tree.enrol(ANA, "parent", "en")
    for operator in (BOB, SUE):
        goes_on(tree, operator, "en")
    return tree


def goes_on(tree: Rehearsal, who: PhoneNumber, language: str, role: str = "operator") -> None:
    tree.enrol(who, role, language)
    say(tree, who, "ON")


def ringing(tree: Rehearsal, who: PhoneNumber = ANA) -> tuple[Phone, dict[PhoneNumber, Phone]]:
    """Somebody waits, and these ring."""
    caller, answer = asks_for_a_person(tree, who)
    assert is_queued(answer)
    return caller, rung(tree)


def unanswered(tree: Rehearsal) -> dict[PhoneNumber, int]:
    with writing(tree.database) as session:
        duties = session.execute(select(Duty, Person).join(Person, Person.id == Duty.person_id)).all()
        return {tree.means.number_of(person): duty.unanswered for duty, person in duties}


# --- who gets the call ------------------------------------------------------------------------------------------------


def test_all_ring_together_and_the_first_to_press_1_gets_the_caller(hotline: Rehearsal) -> None:
    caller, phones = ringing(hotline)
    assert set(phones) == {BOB, SUE}
    heard = phones[SUE].picks_up()
    assert "Somebody waits for a person. The caller speaks your language. To take the call, press 1." in words(heard)
    taken = phones[SUE].presses("1")
    assert isinstance(taken, JoinQueue)
    assert taken.hunt == hunt_of(hotline).id
    assert hunt_of(hotline).state == "taken"
    assert [(leg.attempt == phones[BOB].attempt) for leg in legs(hotline) if leg.is_to_end] == [True]
    assert isinstance(caller.does(QueueLeft(QueueResult.BRIDGED)), HangUp)
    assert words(phones[SUE].does(DialEnded(DialResult.ANSWERED))) == "The call is over. Thank you."


def test_a_second_press_of_1_comes_too_late(hotline: Rehearsal) -> None:
    _caller, phones = ringing(hotline)
    phones[BOB].picks_up()
    phones[SUE].picks_up()
    phones[BOB].presses("1")
    late = phones[SUE].presses("1")
    assert isinstance(late, HangUp)
    assert words(late) == "Somebody else took it. Thank you."


def test_two_presses_in_the_same_instant_make_one_call(hotline: Rehearsal) -> None:
    _caller, phones = ringing(hotline)
    for phone in phones.values():
        phone.picks_up()
    together = Barrier(2)

    def press(phone: Phone) -> CallAnswer:
        together.wait()
        return phone.presses("1")

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(press, phones.values()))
    assert sorted(type(answer).__name__ for answer in answers) == ["HangUp", "JoinQueue"]
    winner = next(phone for phone, answer in zip(phones, answers, strict=True) if isinstance(answer, JoinQueue))
    assert [who for who in phones if any("Numbers to give" in text for text in texts(hotline, who))] == [winner]


def test_the_same_press_posted_twice_gets_the_same_answer(hotline: Rehearsal) -> None:
    _caller, phones = ringing(hotline)
    phones[BOB].picks_up()
    first = phones[BOB].presses("1")
    phones[BOB].turn -= 1
    assert phones[BOB].presses("1") == first
    assert len(texts(hotline, BOB)) == 1


def test_who_takes_a_call_gets_one_text_with_the_numbers_to_give() -> None:
    with tree_at(school=school_with(WITH_A_LINE)) as tree:
        _caller, phones = ringing(staffed(tree))
        phones[BOB].picks_up()
        phones[BOB].presses("1")
        assert texts(tree, BOB) == [
            "Maple Tree: Numbers to give:\n213-555-0199 Example Rapid Response Network\n213-555-0198 Legal aid"
        ]


def test_any_wrong_key_asks_again_as_often_as_it_takes(hotline: Rehearsal) -> None:
    _caller, phones = ringing(hotline)
    first = phones[BOB].picks_up()
    for key in "5*#07943":
        again = phones[BOB].presses(key)
        assert isinstance(again, Gather)
        assert words(again) == words(first)
    assert isinstance(phones[BOB].presses("1"), JoinQueue)


def test_a_voicemail_that_answers_first_never_gets_the_caller(hotline: Rehearsal) -> None:
    caller, phones = ringing(hotline)
    phones[BOB].picks_up()
    silences = [phones[BOB].does(KeysPressed("")) for _ in range(3)]
    assert [isinstance(answer, HangUp) for answer in silences] == [False, False, True]
    phones[BOB].ends(CallOutcome.COMPLETED)
    assert stays(caller.waits())
    phones[SUE].picks_up()
    assert isinstance(phones[SUE].presses("1"), JoinQueue)
    assert unanswered(hotline) == {BOB: 1, SUE: 0}


def test_a_machine_that_the_carrier_knows_for_one_is_told_nothing(hotline: Rehearsal) -> None:
    _caller, phones = ringing(hotline)
    assert phones[BOB].picks_up(AnsweredBy.MACHINE) == HangUp()


def test_who_picks_up_after_it_was_taken_is_told_so_or_let_go(hotline: Rehearsal) -> None:
    _caller, phones = ringing(hotline)
    phones[BOB].picks_up()
    phones[BOB].presses("1")
    with pytest.raises(UnknownCall):
        phones[SUE].picks_up()
    with writing(hotline.database) as session:
        session.execute(update(Delivery).values(is_to_end=False))
    assert words(phones[SUE].picks_up()) == "Somebody else took it. Thank you."


def test_3_passes_the_caller_to_the_interpreter_line() -> None:
    with tree_at(school=school_with(WITH_A_LINE)) as tree:
        caller, phones = ringing(staffed(tree))
        assert "To pass the caller to the interpreter line, press 3." in words(phones[BOB].picks_up())
        passed = phones[BOB].presses("3")
        assert isinstance(passed, HangUp)
        assert "The caller goes to the interpreter line." in words(passed)
        assert caller.waits() == LeaveQueue()
        dialled = caller.does(QueueLeft(QueueResult.LEFT))
        assert isinstance(dialled, DialOut)
        assert dialled.number == PhoneNumber("+12135550197")
        after = caller.does(DialEnded(DialResult.BUSY))
        assert isinstance(after, DialOut)
        assert after.number == OUTSIDE


# --- who is rung ------------------------------------------------------------------------------------------------------


def test_the_callers_language_first_and_the_whisper_names_it(hotline: Rehearsal) -> None:
    goes_on(hotline, ROSA, "es")
    hotline.enrol(PhoneNumber("+12135550120"), "parent", "es")
    _caller, phones = ringing(hotline, PhoneNumber("+12135550120"))
    assert set(phones) == {ROSA}
    with writing(hotline.database) as session:
        session.execute(update(Person).where(Person.id == legs(hotline)[0].person_id).values(language="en"))
    assert "The caller speaks Spanish." in words(phones[ROSA].picks_up())


def test_where_nobody_speaks_it_everyone_rings(hotline: Rehearsal) -> None:
    hotline.enrol(ROSA, "parent", "es")
    assert set(ringing(hotline, ROSA)[1]) == {BOB, SUE}


def test_the_second_language_comes_after_the_first(in_turn: Rehearsal) -> None:
    hotline = in_turn
    goes_on(hotline, ROSA, "es")
    with writing(hotline.database) as session:
        spanish = session.scalars(select(Person).where(Person.language == "es")).one()
        spanish.language = "ko"
        ana = select(Person).join(Membership).where(Membership.role == "parent")
        caller = session.scalars(ana).one()
        caller.language, caller.second_language = "es", "ko"
    assert set(ringing(hotline)[1]) == {ROSA}


def test_who_is_in_a_call_or_is_being_rung_is_not_rung_for_another(hotline: Rehearsal) -> None:
    hotline.enrol(ROSA, "parent", "en")
    _first, phones = ringing(hotline)
    _second, answer = asks_for_a_person(hotline, ROSA)
    assert isinstance(answer, DialOut)
    phones[BOB].picks_up()
    phones[BOB].presses("1")
    phones[SUE].ends()
    _third, answer = asks_for_a_person(hotline, ROSA)
    assert is_queued(answer)
    assert set(rung(hotline)) == {SUE}


def test_two_callers_at_once_do_not_ring_the_same_operator(hotline: Rehearsal) -> None:
    hotline.enrol(ROSA, "parent", "en")
    phones = [calls(hotline, who) for who in (ANA, ROSA)]
    together = Barrier(2)

    def ask(phone: Phone) -> CallAnswer:
        together.wait()
        return phone.presses("2")

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(ask, phones))
    assert sorted(type(answer).__name__ for answer in answers) == ["DialOut", "Queue"]
    assert len({leg.person_id for leg in legs(hotline)}) == len(legs(hotline)) == 2


def test_an_operator_who_calls_is_not_rung_for_themselves(hotline: Rehearsal) -> None:
    assert set(ringing(hotline, BOB)[1]) == {SUE}


def test_nobody_on_duty_goes_straight_to_the_outside_line(hotline: Rehearsal) -> None:
    for operator in (BOB, SUE):
        say(hotline, operator, "OFF")
    _caller, answer = asks_for_a_person(hotline)
    assert isinstance(answer, DialOut)
    assert answer.number == OUTSIDE
    assert not legs(hotline)


def test_who_left_is_not_rung(hotline: Rehearsal) -> None:
    say(hotline, BOB, "no more messages")
    assert set(ringing(hotline)[1]) == {SUE}


def test_who_lost_the_role_is_not_rung(hotline: Rehearsal) -> None:
    with writing(hotline.database) as session:
        session.execute(update(Membership).where(Membership.role == "operator").values(role="parent"))
    assert isinstance(asks_for_a_person(hotline)[1], DialOut)


def test_a_caller_whom_somebody_barred_rings_nobody(hotline: Rehearsal) -> None:
    caller, phones = ringing(hotline)
    phones[BOB].picks_up()
    phones[BOB].presses("1")
    caller.does(QueueLeft(QueueResult.BRIDGED))
    phones[BOB].does(DialEnded(DialResult.ANSWERED))
    phones[SUE].ends(CallOutcome.CANCELLED)
    assert "does not reach the shift for a day" in say(hotline, BOB, "MUTE")
    assert isinstance(asks_for_a_person(hotline)[1], DialOut)
    hotline.clock.at += timedelta(days=1)
    say(hotline, SUE, "ON")
    assert is_queued(asks_for_a_person(hotline)[1])


def test_in_turn_one_rings_after_another_and_nobody_twice(in_turn: Rehearsal) -> None:
    caller, first = ringing(in_turn)
    assert set(first) == {BOB}
    first[BOB].ends()
    second = rung(in_turn)
    assert set(second) == {SUE}
    second[SUE].ends(CallOutcome.BUSY)
    assert not rung(in_turn)
    assert caller.waits() == LeaveQueue()
    assert len(legs(in_turn)) == 2
    assert unanswered(in_turn) == {BOB: 1, SUE: 1}


def test_the_same_report_twice_rings_nobody_twice(in_turn: Rehearsal) -> None:
    _caller, first = ringing(in_turn)
    first[BOB].ends()
    first[BOB].ends()
    assert [leg.state for leg in legs(in_turn)] == [State.UNDELIVERED, State.PENDING]
    assert unanswered(in_turn)[BOB] == 1


# --- the wait ---------------------------------------------------------------------------------------------------------


def test_who_waits_hears_something_calm_now_and_then(hotline: Rehearsal) -> None:
    caller, _phones = ringing(hotline)
    assert words(caller.waits()) == ""
    hotline.clock.at += timedelta(seconds=11)
    assert words(caller.waits()) == "We are still looking for a person. Please stay on the line."
    hotline.clock.at += timedelta(seconds=10)
    assert words(caller.waits()) == ""


def test_nobody_waits_longer_than_the_school_says(hotline: Rehearsal) -> None:
    caller, phones = ringing(hotline)
    phones[BOB].picks_up()
    hotline.clock.at += timedelta(minutes=3)
    assert caller.waits() == LeaveQueue()
    assert hunt_of(hotline).state == "over"
    late = phones[BOB].presses("1")
    assert isinstance(late, HangUp)
    assert words(late) == "The caller no longer waits. Thank you."
    outside = caller.does(QueueLeft(QueueResult.LEFT))
    assert isinstance(outside, DialOut)
    assert isinstance(caller.does(DialEnded(DialResult.NO_ANSWER)), TakeRecording)


def test_after_the_wait_only_one_more_line_is_tried() -> None:
    another = '[[hotlines]]\nname = "Second line"\nnumber = "+12135550198"\nhours = "Mon-Sun 00:00-24:00"'
    with tree_at(school=school_with(another)) as tree:
        tree.enrol(ANA, "parent", "en")
        caller, first = asks_for_a_person(tree)
        second = caller.does(DialEnded(DialResult.NO_ANSWER))
        assert [answer.number for answer in (first, second) if isinstance(answer, DialOut)] == [
            OUTSIDE,
            PhoneNumber("+12135550198"),
        ]
        caller, first = asks_for_a_person(tree)
        tree.clock.at += timedelta(minutes=3)
        assert isinstance(first, DialOut)
        assert isinstance(caller.does(DialEnded(DialResult.NO_ANSWER)), TakeRecording)


def test_a_line_outside_its_hours_or_of_another_language_is_not_tried(hotline: Rehearsal) -> None:
    for operator in (BOB, SUE):
        say(hotline, operator, "OFF")
    hotline.clock.at += timedelta(hours=14)
    assert isinstance(asks_for_a_person(hotline)[1], TakeRecording)
    other = 'languages = ["es", "en"]\nhours = "Mon-Sun 06:00-21:00"'
    with tree_at(school=school_with().replace(other, other.replace('"es", "en"', '"es"'))) as tree:
        tree.enrol(ANA, "parent", "en")
        tree.enrol(ROSA, "parent", "es")
        assert isinstance(asks_for_a_person(tree)[1], TakeRecording)
        assert isinstance(asks_for_a_person(tree, ROSA)[1], DialOut)


def test_a_caller_who_hangs_up_stops_the_ringing(hotline: Rehearsal) -> None:
    caller, phones = ringing(hotline)
    caller.does(QueueLeft(QueueResult.HUNG_UP))
    assert hunt_of(hotline).state == "gone"
    assert [leg.is_to_end for leg in legs(hotline)] == [True, True]
    phones[BOB].ends(CallOutcome.CANCELLED)
    assert unanswered(hotline)[BOB] == 0


def test_a_caller_of_whom_only_the_carrier_knows_that_they_are_gone(hotline: Rehearsal) -> None:
    caller, _answer = asks_for_a_person(hotline)
    caller_gone(hotline.database, hotline.means, caller.sid)
    assert hunt_of(hotline).state == "gone"
    assert [leg.state for leg in legs(hotline)] == [State.CANCELLED, State.CANCELLED]
    assert not rung(hotline)


def test_the_rounds_end_what_nobody_ended(hotline: Rehearsal) -> None:
    _caller, _phones = ringing(hotline)
    hotline.clock.at += timedelta(minutes=3)
    with writing(hotline.database) as session:
        end_hunts(session, hotline.means)
    assert hunt_of(hotline).state == "over"
    assert [leg.is_to_end for leg in legs(hotline)] == [True, True]
    hotline.clock.at += timedelta(days=1, minutes=1)
    keep_no_longer(hotline.database, hotline.means)
    assert not all_of(hotline, select(Hunt))


def test_an_operator_who_pressed_1_and_hung_up_leaves_nobody_waiting(hotline: Rehearsal) -> None:
    caller, phones = ringing(hotline)
    phones[BOB].picks_up()
    phones[BOB].presses("1")
    assert stays(caller.waits())
    phones[BOB].ends(CallOutcome.COMPLETED)
    assert caller.waits() == LeaveQueue()
    assert isinstance(caller.does(QueueLeft(QueueResult.LEFT)), DialOut)


def test_a_queue_that_is_nobodys_is_left(hotline: Rehearsal) -> None:
    caller, answer = asks_for_a_person(hotline)
    assert isinstance(answer, Queue)
    assert wait_in_queue(hotline.database, hotline.means, "0" * 32, caller.sid) == LeaveQueue()
    assert wait_in_queue(hotline.database, hotline.means, answer.hunt, "CA" + "f" * 32) == LeaveQueue()


def test_two_rings_in_a_row_without_an_answer_end_a_duty(in_turn: Rehearsal) -> None:
    say(in_turn, SUE, "OFF")
    for times in (1, 2):
        _caller, phones = ringing(in_turn)
        phones[BOB].ends()
        assert unanswered(in_turn)[BOB] == times
    assert texts(in_turn, BOB) == ["Maple Tree: You are off the hotline: two calls were not answered. ON begins again."]
    assert isinstance(asks_for_a_person(in_turn)[1], DialOut)


def test_an_answer_between_two_unanswered_rings_keeps_the_duty(in_turn: Rehearsal) -> None:
    say(in_turn, SUE, "OFF")
    ringing(in_turn)[1][BOB].ends()
    caller, phones = ringing(in_turn)
    phones[BOB].picks_up()
    phones[BOB].presses("1")
    caller.does(QueueLeft(QueueResult.BRIDGED))
    phones[BOB].ends(CallOutcome.COMPLETED)
    assert unanswered(in_turn)[BOB] == 0
    ringing(in_turn)[1][BOB].ends()
    assert is_queued(asks_for_a_person(in_turn)[1])
