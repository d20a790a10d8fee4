"""A phone that replaces another: by both phones' word, with all that was the old one's; a lead's by two, and a day."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hotline_calls import texts
from sqlalchemy import func, select
from stage import ANA, BOB, LEAD, PIN, ROSA, SUE, all_of, code_in, say, send, sender_id

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.people import find_person
from phonetree.desk.retention import each_slice
from phonetree.desk.rounds import make_rounds
from phonetree.models import Consent, Membership, Move, Person, Pin, Sender, reading
from phonetree.words.numbers import PhoneNumber

ROSAS = "481516"
A_MINUTE, A_DAY = timedelta(minutes=1), timedelta(days=1)


def roles(tree: Rehearsal, number: PhoneNumber) -> set[str]:
    with reading(tree.database) as session:
        person = find_person(session, tree.means, session.get_one(Sender, sender_id(tree)), number)
        return {membership.role for membership in person.memberships} if person else set()


def code_of(answer: str) -> str:
    found = re.search(r"\b([0-9]{8})\b", answer)
    assert found, answer
    return found[1]


def moves(tree: Rehearsal, old: PhoneNumber, new: PhoneNumber) -> str:
    return say(tree, new, f"MOVE {code_of(say(tree, old, 'MOVE'))}")


def later(tree: Rehearsal, time: timedelta) -> None:
    tree.clock.at += time
    make_rounds(tree.database, tree.means, "one")


def test_the_new_phone_has_what_the_old_one_had(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "es")
    moves(tree, ANA, SUE)
    assert "Solo entendemos" in say(tree, SUE, "hm"), "in the language of who moved"
    assert roles(tree, SUE) == {"parent"}
    assert roles(tree, ANA) == set()
    assert len(texts(tree, ANA)) == 1, "the old phone reads that its place is taken"
    tree.deliver()
    send(tree, "ALERT 2 1 2")
    arrived = {text.number for text in tree.deliver()}
    assert SUE in arrived
    assert ANA not in arrived
    assert all_of(tree, select(Consent.what).where(Consent.what == "moved")) == ["moved"]


def test_a_wish_to_stop_on_the_new_phone_is_lifted_by_its_own_word(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    say(tree, SUE, "stop all messages")
    moves(tree, ANA, SUE)
    send(tree, "ALERT 2 1 2")
    assert SUE in {text.number for text in tree.deliver()}


@pytest.mark.parametrize("code", ["00000000", "1", "4821 4858 1"])
def test_no_other_code_moves_anything(tree: Rehearsal, code: str) -> None:
    tree.enrol(ANA, "parent", "en")
    say(tree, ANA, "MOVE")
    assert "not open" in say(tree, SUE, f"MOVE {code}")
    assert roles(tree, ANA) == {"parent"}


def test_a_code_is_good_for_an_hour_and_once(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    code = code_of(say(tree, ANA, "MOVE"))
    assert code_of(say(tree, ANA, "MOVE")) == code
    tree.clock.at += timedelta(hours=1, minutes=1)
    assert "not open" in say(tree, SUE, f"MOVE {code}")
    fresh = code_of(say(tree, ANA, "MOVE"))
    assert fresh != code
    assert "Done" in say(tree, SUE, f"MOVE {fresh}")
    assert "not open" in say(tree, BOB, f"MOVE {fresh}")
    assert roles(tree, SUE) == {"parent"}


def test_the_own_code_and_a_phone_with_a_place_move_nothing(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    tree.enrol(BOB, "parent", "en")
    code = code_of(say(tree, ANA, "MOVE"))
    assert "not open" in say(tree, ANA, f"MOVE {code}")
    assert "on the list itself" in say(tree, BOB, f"MOVE {code}")
    assert roles(tree, ANA) == roles(tree, BOB) == {"parent"}


def test_who_is_on_no_list_or_has_left_has_nothing_to_move(tree: Rehearsal) -> None:
    assert "on no list" in say(tree, SUE, "MOVE")
    tree.enrol(ANA, "parent", "en")
    code = code_of(say(tree, ANA, "MOVE"))
    say(tree, ANA, "stop all messages")
    assert "not open" in say(tree, SUE, f"MOVE {code}")
    assert "on no list" in say(tree, ANA, "MOVE")


def test_a_phone_of_the_network_is_changed_by_the_roster(tree: Rehearsal) -> None:
    tree.enrol(BOB, "network", "en", ROSAS)
    assert "roster" in say(tree, BOB, "MOVE")
    assert all_of(tree, select(Move)) == []


def test_the_leads_hear_of_who_serves(tree: Rehearsal) -> None:
    tree.enrol(BOB, "operator", "en")
    assert "Done" in moves(tree, BOB, SUE)
    assert roles(tree, SUE) == {"operator"}
    assert any("serves at the school" in text for text in texts(tree, LEAD))


# --- a lead's ---------------------------------------------------------------------------------------------------------


def with_rosa(tree: Rehearsal) -> None:
    tree.enrol(ROSA, "lead", "en", ROSAS)


def agrees(tree: Rehearsal) -> str:
    say(tree, LEAD, "MOVE")
    return say(tree, LEAD, f"{code_in(say(tree, LEAD, '1'))} {PIN}")


def test_a_leads_move_takes_another_lead_and_a_day(tree: Rehearsal) -> None:
    with_rosa(tree)
    assert "Another lead has to agree" in moves(tree, ROSA, SUE)
    assert any("ends in 11" in text and "MOVE" in text for text in texts(tree, LEAD))
    later(tree, A_DAY + A_MINUTE)
    assert roles(tree, SUE) == set(), "nobody has agreed"
    assert agrees(tree).startswith("Agreed.")
    later(tree, A_MINUTE)
    assert roles(tree, SUE) == {"lead"}, "its day was over when it was agreed to"
    assert roles(tree, ROSA) == set()
    assert any("has moved" in text for text in texts(tree, LEAD))
    assert "Send: " in say(tree, SUE, "ALERT 2 1 2"), "the PIN came along"


def test_before_the_day_is_over_nothing_moves_and_any_lead_stops_it(tree: Rehearsal) -> None:
    with_rosa(tree)
    moves(tree, ROSA, SUE)
    agrees(tree)
    later(tree, timedelta(hours=23))
    assert roles(tree, ROSA) == {"lead"}
    listed = say(tree, LEAD, "MOVE")
    assert "1 " not in listed.splitlines()[-1]
    assert say(tree, LEAD, "2").startswith("Stopped.")
    assert any("stopped the move" in text for text in texts(tree, ROSA))
    later(tree, 2 * A_DAY)
    assert roles(tree, ROSA) == {"lead"}


def test_it_takes_code_and_pin_and_not_the_own_agreement(tree: Rehearsal) -> None:
    with_rosa(tree)
    moves(tree, ROSA, SUE)
    say(tree, LEAD, "MOVE")
    code = code_in(say(tree, LEAD, "1"))
    assert "NOT DONE" in say(tree, LEAD, f"{code} {ROSAS}")
    assert "MOVE" in say(tree, ROSA, "MOVE"), "who moves is offered a code, not their own agreement"
    later(tree, 2 * A_DAY)
    assert roles(tree, ROSA) == {"lead"}


def test_who_is_removed_meanwhile_does_not_move(tree: Rehearsal) -> None:
    with_rosa(tree)
    moves(tree, ROSA, SUE)
    agrees(tree)
    say(tree, LEAD, "REMOVE")
    say(tree, LEAD, f"{code_in(say(tree, LEAD, '1'))} {PIN}")
    later(tree, A_DAY + A_MINUTE)
    assert roles(tree, SUE) == set()
    assert all_of(tree, select(Move)) == []
    assert len(all_of(tree, select(Pin))) == 1


def test_nothing_of_it_is_kept(tree: Rehearsal) -> None:
    with_rosa(tree)
    moves(tree, ROSA, SUE)
    tree.clock.at += 5 * A_DAY
    for _slice in each_slice(tree.database, tree.means):
        pass
    with reading(tree.database) as session:
        assert session.scalar(select(func.count()).select_from(Move)) == 0
        people = session.scalar(select(func.count()).select_from(Person))
        members = session.scalar(select(func.count(func.distinct(Membership.person_id))))
    assert people == members, "the new phone is a stranger's again"
