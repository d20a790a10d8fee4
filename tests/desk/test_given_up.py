"""Who gave their number up leaves the list: by a daily list, never during an alert, and the leads hear how many."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

from sqlalchemy import select
from stage import ANA, BOB, LEAD, SUE, all_of, say, send

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.deactivations import ASK_EVERY, leave_given_up
from phonetree.models import Consent, Person
from phonetree.words.numbers import PhoneNumber

SUNDAY = date(2026, 11, 15)


def asks(tree: Rehearsal, later: timedelta = timedelta(0)) -> None:
    tree.clock.at += later
    asyncio.run(leave_given_up(tree.database, tree.means, tree.carrier))


def lists(tree: Rehearsal, day: date, *numbers: PhoneNumber) -> None:
    tree.carrier.given_up[day] = frozenset({"+12125550199", *(number.e164 for number in numbers)})


def who_left(tree: Rehearsal) -> set[str]:
    return {tree.means.number_of(person).e164 for person in all_of(tree, select(Person)) if person.stopped_at}


def test_who_is_on_the_list_leaves_and_the_leads_hear_how_many(tree: Rehearsal) -> None:
    for number in (ANA, BOB):
        tree.enrol(number, "parent", "en")
    lists(tree, SUNDAY, BOB, SUE)
    asks(tree)
    assert who_left(tree) == {BOB.e164}
    assert all_of(tree, select(Consent.how)) == ["given up"]
    (told,) = tree.deliver()
    assert told.number == LEAD
    assert told.body.startswith("Maple Tree: 1 phones left the list")
    asks(tree, timedelta(hours=2))
    assert tree.deliver() == []


def test_who_has_it_still_comes_back_by_start(tree: Rehearsal) -> None:
    tree.enrol(BOB, "parent", "en")
    lists(tree, SUNDAY, BOB)
    asks(tree)
    say(tree, BOB, "START")
    assert who_left(tree) == set()


def test_a_list_that_is_not_there_is_asked_for_again_in_an_hour(tree: Rehearsal) -> None:
    tree.enrol(BOB, "parent", "en")
    asks(tree)
    lists(tree, SUNDAY, BOB)
    asks(tree, timedelta(minutes=1))
    assert who_left(tree) == set()
    asks(tree, ASK_EVERY)
    assert who_left(tree) == {BOB.e164}


def test_days_on_which_nobody_asked_are_made_up_for(tree: Rehearsal) -> None:
    for number in (ANA, BOB):
        tree.enrol(number, "parent", "en")
    lists(tree, SUNDAY)
    asks(tree)
    for n, given_up in enumerate((BOB, LEAD, ANA), start=1):
        lists(tree, SUNDAY + timedelta(days=n), *(() if given_up is LEAD else (given_up,)))
    asks(tree, timedelta(days=3))
    assert who_left(tree) == {ANA.e164, BOB.e164}


def test_nobody_leaves_while_an_alert_is_open(tree: Rehearsal) -> None:
    tree.enrol(BOB, "parent", "en")
    lists(tree, SUNDAY, BOB)
    send(tree, "ALERT 2 1 2")
    asks(tree)
    assert who_left(tree) == set()
    send(tree, "CLEAR")
    tree.deliver()
    asks(tree)
    assert who_left(tree) == {BOB.e164}
