"""A request of aid: one number for one wish, the first who takes it has it, everybody is told once and nobody who."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from hotline_calls import calls, rung, texts, words
from sqlalchemy import select, update
from stage import ANA, BOB, LEAD, ROSA, SUE, all_of, new_sid, say

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.call_answers import AnsweredBy
from phonetree.desk.floods import QUIET
from phonetree.desk.rounds import make_rounds
from phonetree.models import Note, Person, Request, Site, writing
from phonetree.words.numbers import PhoneNumber

NOTHING = "Maple Tree: Nothing open has this number, or somebody else took it."


@pytest.fixture
def aid(tree: Rehearsal) -> Rehearsal:
    """Ana and Rosa are families, Bob and Sue counselors."""
    tree.enrol(ANA, "parent", "en")
    tree.enrol(ROSA, "parent", "es")
    tree.enrol(BOB, "counselor", "en")
    tree.enrol(SUE, "counselor", "en")
    return tree


def asks(tree: Rehearsal, who: PhoneNumber = ANA, item: str = "FOOD") -> int:
    """Asks to be contacted, and reads the number."""
    say(tree, who, item)
    found = re.search(r"\b[1-9]\d\d\b", say(tree, who, "1"))
    assert found, "no number was given"
    return int(found[0])


def request_of(tree: Rehearsal, number: int) -> Request:
    (found,) = all_of(tree, select(Request).where(Request.number == number))
    return found


def person_of(tree: Rehearsal, who: PhoneNumber) -> Person:
    (found,) = [person for person in all_of(tree, select(Person)) if tree.means.number_of(person) == who]
    return found


def passes(tree: Rehearsal, duration: timedelta) -> None:
    tree.clock.at += duration
    make_rounds(tree.database, tree.means, "test")


def together(tree: Rehearsal, *said: tuple[PhoneNumber, str]) -> list[str]:
    """All of these texts in the same instant; their answers."""
    ready = Barrier(len(said))

    def send(one: tuple[PhoneNumber, str]) -> str:
        ready.wait()
        return say(tree, *one)

    with ThreadPoolExecutor(len(said)) as threads:
        return list(threads.map(send, said))


# --- two in the same second -------------------------------------------------------------------------------------------


def test_of_two_who_take_it_in_the_same_instant_one_has_it(aid: Rehearsal) -> None:
    number = asks(aid)
    answers = together(aid, (BOB, f"TAKE {number}"), (SUE, f"TAKE {number}"))
    assert sorted("is yours" in answer for answer in answers) == [False, True]
    assert NOTHING in answers
    first, second = (BOB, SUE) if "is yours" in answers[0] else (SUE, BOB)
    assert request_of(aid, number).taken_by == person_of(aid, first).id
    told = [text for text in texts(aid, ANA) if "somebody takes care of it" in text]
    assert len(told) == 1
    assert [f"Request {number} is taken" in texts(aid, who)[-1] for who in (first, second)] == [False, True]


def test_the_same_wish_in_a_text_and_in_a_call_of_the_same_instant_is_one_request(aid: Rehearsal) -> None:
    say(aid, ANA, "FOOD")
    phone, ready = calls(aid, ANA), Barrier(2)
    phone.presses("3", "1")

    def by_text() -> str:
        ready.wait()
        return say(aid, ANA, "1")

    def by_call() -> str:
        ready.wait()
        return words(phone.presses("1"))

    with ThreadPoolExecutor(2) as threads:
        answers = [each.result() for each in (threads.submit(by_text), threads.submit(by_call))]
    assert len(all_of(aid, select(Request))) == 1
    assert len(texts(aid, BOB)) == 1
    assert sorted("asked for this already" in answer for answer in answers) == [False, True]


def test_a_repeat_of_the_same_text_takes_nothing_twice(aid: Rehearsal) -> None:
    number, sid = asks(aid), new_sid()
    assert say(aid, BOB, f"TAKE {number}", sid=sid) == say(aid, BOB, f"TAKE {number}", sid=sid)
    assert len([text for text in texts(aid, ANA) if "takes care" in text]) == 1


def test_two_leads_say_yes_in_the_same_instant_and_both_sides_are_told_once(aid: Rehearsal) -> None:
    aid.enrol(SUE, "lead", "en")
    aid.enrol(BOB, "volunteer", "en")
    number = asks(aid, item="RIDE")
    say(aid, BOB, f"TAKE {number}")
    answers = together(aid, (LEAD, f"CONFIRM {number} 1"), (SUE, f"CONFIRM {number} 2"))
    assert sorted("yes to volunteer" in answer for answer in answers) == [False, True]
    assert len([text for text in texts(aid, ANA) if "You meet at" in text]) == 1


# --- a number, and limits ---------------------------------------------------------------------------------------------


def test_the_texts_name_nobody(aid: Rehearsal) -> None:
    number = asks(aid)
    said = [say(aid, BOB, f"TAKE {number}"), *(text for who in (ANA, BOB, SUE) for text in texts(aid, who))]
    assert len(said) == 5
    assert not [text for text in said if re.search(r"\d{4}", text.replace("8:00", ""))], "no number of a phone"


def test_ten_in_a_day_are_enough(aid: Rehearsal) -> None:
    for _time in range(10):
        say(aid, ANA, f"DONE {asks(aid)}")
        aid.clock.at += QUIET  # nobody is answered thirty times in a row
    say(aid, ANA, "FOOD")
    assert say(aid, ANA, "1") == "Maple Tree: You have asked 10 times in a day. Send 2 to talk to a person."
    assert len(all_of(aid, select(Request))) == 10
    passes(aid, timedelta(days=1, seconds=1))
    assert asks(aid)


def test_a_fourth_open_request_is_refused(aid: Rehearsal) -> None:
    row = request_of(aid, asks(aid))
    with writing(aid.database) as session:
        of_hers = {"site_id": row.site_id, "person_id": row.person_id, "made_at": row.made_at}
        for number, item in ((500, "rent"), (501, "legal")):
            session.add(Request(**of_hers, number=number, kind="aid", item=item, language="en"))
    say(aid, ANA, "RIDE")
    assert say(aid, ANA, "1") == "Maple Tree: You have 3 open requests. DONE and its number takes one back."
    assert len(all_of(aid, select(Request))) == 3
    say(aid, ANA, "DONE 500")
    assert asks(aid, item="RIDE")


def test_a_number_that_is_open_still_is_not_given_again(aid: Rehearsal) -> None:
    number = asks(aid)
    with writing(aid.database) as session:
        session.execute(update(Site).values(next_number=number))
    assert asks(aid, ROSA, "COMIDA") == number + 1


# --- who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["TAKE", "PASS"])
def test_a_family_neither_takes_nor_passes(aid: Rehearsal, command: str) -> None:
    number = asks(aid, ROSA, "COMIDA")
    assert "We read digits and a few words" in say(aid, ANA, f"{command} {number}")
    assert request_of(aid, number).taken_by is None


def test_nobody_closes_what_is_neither_theirs_nor_taken_by_them(aid: Rehearsal) -> None:
    number = asks(aid)
    assert say(aid, SUE, f"DONE {number}") == "Maple Tree: You have nothing open under this number."
    assert "No tiene nada abierto" in say(aid, ROSA, f"DONE {number}")
    assert request_of(aid, number).done_at is None
    assert "is closed" in say(aid, LEAD, f"DONE {number}")
    assert "is closed" in texts(aid, ANA)[-1]


def test_a_counselor_does_not_take_their_own_request(aid: Rehearsal) -> None:
    number = asks(aid, BOB)
    assert texts(aid, BOB) == []
    assert say(aid, BOB, f"TAKE {number}") == NOTHING
    assert "is yours" in say(aid, SUE, f"TAKE {number}")


def test_a_volunteer_takes_what_is_for_volunteers_alone(aid: Rehearsal) -> None:
    val = PhoneNumber("+12135550117")
    aid.enrol(val, "volunteer", "en")
    assert say(aid, val, f"TAKE {asks(aid)}") == NOTHING
    assert "is yours once a lead says yes" in say(aid, val, f"TAKE {asks(aid, item='RIDE')}")
    assert "We read digits" in say(aid, val, "ON")


def test_who_left_the_list_is_not_contacted(aid: Rehearsal) -> None:
    say(aid, ANA, "no more messages")
    say(aid, ANA, "FOOD")
    assert "START brings you back" in say(aid, ANA, "1")
    assert not all_of(aid, select(Request))


def test_words_about_a_request_do_not_reach_the_lead(aid: Rehearsal) -> None:
    number = asks(aid)
    say(aid, BOB, f"TAKE {number}")
    say(aid, BOB, "LEAD")
    assert "is closed" in say(aid, BOB, f"DONE {number}")
    assert not all_of(aid, select(Note))


# --- who calls in proves nothing --------------------------------------------------------------------------------------


def test_a_call_that_came_in_takes_nothing_and_nobody_is_told(aid: Rehearsal) -> None:
    number = asks(aid)
    before = [texts(aid, who) for who in (ANA, SUE)]
    assert "We call you now." in words(calls(aid, BOB).presses("8", str(number)))
    assert request_of(aid, number).taken_by is None
    (phone,) = rung(aid).values()
    phone.picks_up(AnsweredBy.MACHINE)
    assert request_of(aid, number).taken_by is None
    assert [texts(aid, who) for who in (ANA, SUE)] == before


def test_who_is_called_back_takes_it_with_a_key_unless_somebody_was_first(aid: Rehearsal) -> None:
    number = asks(aid)
    calls(aid, BOB).presses("8", str(number))
    (phone,) = rung(aid).values()
    phone.picks_up()
    say(aid, SUE, f"TAKE {number}")
    assert "somebody else took it" in words(phone.presses("1"))
    assert request_of(aid, number).taken_by == person_of(aid, SUE).id


def test_who_calls_in_hears_nothing_of_a_request_that_another_has(aid: Rehearsal) -> None:
    number = asks(aid)
    say(aid, SUE, f"TAKE {number}")
    assert "somebody else took it" in words(calls(aid, BOB).presses("8", str(number)))
    assert not rung(aid)


# --- what time does ---------------------------------------------------------------------------------------------------


def test_on_a_weekend_counselors_are_told_on_monday(aid: Rehearsal) -> None:
    passes(aid, timedelta(days=4, hours=10))  # Friday, 18:00
    say(aid, ANA, "FOOD")
    assert "The counselors have it by 11/23 8:00." in say(aid, ANA, "1")
    for hours in (12, 24, 25):
        passes(aid, timedelta(hours=hours))
        assert texts(aid, BOB) == []
    passes(aid, timedelta(hours=1))
    assert len(texts(aid, BOB)) == 1
    passes(aid, timedelta(hours=1))
    assert len(texts(aid, BOB)) == 1


def test_volunteers_are_told_from_eight_to_eight_and_leads_two_hours_later(aid: Rehearsal) -> None:
    aid.enrol(BOB, "volunteer", "en")
    passes(aid, timedelta(hours=12))  # 20:00
    asks(aid, item="RIDE")
    assert texts(aid, BOB) == []
    passes(aid, timedelta(hours=12))
    assert "Rides, carpool" in texts(aid, BOB)[-1]
    passes(aid, timedelta(minutes=119))
    assert texts(aid, LEAD) == []
    passes(aid, timedelta(minutes=1))
    assert "nobody has taken it since 8:00" in texts(aid, LEAD)[-1]
    passes(aid, timedelta(hours=1))
    assert len(texts(aid, LEAD)) == 1


def test_leads_who_were_told_are_told_that_it_is_taken(aid: Rehearsal) -> None:
    number = asks(aid)
    passes(aid, timedelta(days=1))
    say(aid, BOB, f"TAKE {number}")
    assert "is taken" in texts(aid, LEAD)[-1]
    assert say(aid, LEAD, f"TAKE {number}") == NOTHING


def test_what_is_taken_ends_a_week_after_it_was_taken_and_is_forgotten_a_day_later(aid: Rehearsal) -> None:
    number = asks(aid)
    passes(aid, timedelta(days=6))
    say(aid, BOB, f"TAKE {number}")
    passes(aid, timedelta(days=6, hours=23))
    assert request_of(aid, number).done_at is None
    passes(aid, timedelta(hours=1))
    assert (request_of(aid, number).outcome, request_of(aid, number).taken_by) == ("expired", person_of(aid, BOB).id)
    assert [texts(aid, who)[-1].endswith(end) for who, end in ((ANA, "Send 3 to ask again."), (BOB, "to do."))] == [
        True,
        True,
    ]
    assert say(aid, SUE, f"TAKE {number}") == NOTHING
    passes(aid, timedelta(days=1, minutes=1))
    assert not all_of(aid, select(Request))


def test_what_nobody_took_cannot_be_taken_after_its_time(aid: Rehearsal) -> None:
    number = asks(aid)
    aid.clock.at += timedelta(days=7)
    assert say(aid, BOB, f"TAKE {number}") == NOTHING


def test_a_taker_who_leaves_gives_it_back(aid: Rehearsal) -> None:
    number = asks(aid)
    say(aid, BOB, f"TAKE {number}")
    say(aid, BOB, "no more messages")
    passes(aid, timedelta(seconds=5))
    assert request_of(aid, number).taken_by is None
    assert f"Request {number}: Food" in texts(aid, SUE)[-1]
    assert "was given back" in texts(aid, ANA)[-1]
    assert texts(aid, BOB) == []


def test_when_the_family_leaves_the_request_is_over_and_the_taker_told(aid: Rehearsal) -> None:
    number = asks(aid)
    say(aid, BOB, f"TAKE {number}")
    say(aid, ANA, "no more messages")
    passes(aid, timedelta(seconds=5))
    assert request_of(aid, number).outcome == "done"
    assert "is closed" in texts(aid, BOB)[-1]
    assert texts(aid, ANA) == []


def test_when_the_family_is_forgotten_so_is_the_request(aid: Rehearsal) -> None:
    number = asks(aid)
    say(aid, BOB, f"TAKE {number}")
    say(aid, ANA, "ERASE")
    say(aid, ANA, "1")
    assert not all_of(aid, select(Request))
    assert say(aid, BOB, "DONE") == "Maple Tree: You have no open request. Send 3 for aid."


# --- a lead's yes -----------------------------------------------------------------------------------------------------


@pytest.fixture
def ride(aid: Rehearsal) -> Rehearsal:
    """Bob and Sue are volunteers too."""
    aid.enrol(BOB, "volunteer", "en")
    aid.enrol(SUE, "volunteer", "en")
    return aid


def test_before_the_yes_neither_side_hears_of_the_other(ride: Rehearsal) -> None:
    number = asks(ride, item="RIDE")
    answer = say(ride, BOB, f"TAKE {number}")
    assert "Text" not in answer
    assert texts(ride, ANA) == []
    assert f"CONFIRM {number} 1 front gate" in texts(ride, LEAD)[-1]


def test_a_yes_is_for_one_taker_alone(ride: Rehearsal) -> None:
    number = asks(ride, item="RIDE")
    say(ride, BOB, f"TAKE {number}")
    say(ride, LEAD, f"CONFIRM {number} 1")
    assert (request_of(ride, number).place, request_of(ride, number).yes_by) == ("front-gate", person_of(ride, LEAD).id)
    say(ride, BOB, f"PASS {number}")
    assert (request_of(ride, number).place, request_of(ride, number).yes_by) == ("", None)
    assert "is yours once a lead says yes" in say(ride, SUE, f"TAKE {number}")
    assert [text for text in texts(ride, SUE) if "You meet at" in text] == []


def test_who_has_no_yes_yet_cannot_close_it_only_give_it_back(ride: Rehearsal) -> None:
    number = asks(ride, item="RIDE")
    say(ride, BOB, f"TAKE {number}")
    assert "is given back" in say(ride, BOB, f"DONE {number}")
    assert (request_of(ride, number).done_at, request_of(ride, number).taken_by) == (None, None)


def test_only_a_lead_says_yes_and_only_to_a_listed_place(ride: Rehearsal) -> None:
    number = asks(ride, item="RIDE")
    say(ride, BOB, f"TAKE {number}")
    assert "No report now" in say(ride, SUE, f"CONFIRM {number} 1")
    assert "where do they meet?" in say(ride, LEAD, f"CONFIRM {number} 8")
    assert request_of(ride, number).yes_by is None
    assert "Nothing open has this number" in say(ride, LEAD, "CONFIRM 999 1")
