"""ERASE ALL: two leads, an hour in which any lead stops it, and then nothing of the school is left."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from stage import ANA, BOB, LEAD, PIN, ROSA, SCHOOL, SUE, all_of, code_in, say, send

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.erasures import AFTER
from phonetree.desk.rounds import make_rounds
from phonetree.models import Delivery, Erasure, Lane, Person, PlanVersion, Proposal, Site, State

OTHER_PIN = "628041"
OAK = SCHOOL.parent / "oak.toml"


def code_of_other(tree: Rehearsal, who: str = "another") -> str:
    """The code that the other lead was texted; theirs is the only one with words of their own."""
    tree.deliver()
    texts = [text.body for _phone, text in tree.carrier.known if "Another lead said yes" in text.body]
    assert texts, who
    return code_in(texts[-1])


def both_agree(tree: Rehearsal) -> str:
    tree.enrol(ROSA, "lead", "en", OTHER_PIN)
    say(tree, LEAD, f"{code_in(say(tree, LEAD, 'ERASE ALL'))} {PIN}")
    return say(tree, ROSA, f"{code_of_other(tree)} {OTHER_PIN}")


def hour_passes(tree: Rehearsal, more: timedelta = timedelta(0)) -> None:
    tree.deliver()
    tree.clock.at += AFTER + more
    make_rounds(tree.database, tree.means, "one")


def test_an_hour_after_two_leads_agreed_nothing_is_left(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    assert both_agree(tree).startswith("ERASING at 9:00.")
    hour_passes(tree, timedelta(minutes=-1))
    assert len(all_of(tree, select(Person))) == 3
    hour_passes(tree)
    assert all_of(tree, select(Person)) == []
    assert all_of(tree, select(Site)) == []
    assert all_of(tree, select(PlanVersion)) == []


def test_a_school_on_the_same_number_is_not_touched(tree: Rehearsal) -> None:
    tree.load(OAK.read_text())
    (oak,) = all_of(tree, select(Site.code).where(Site.code != "MAPLE"))
    tree.enrol(SUE, "parent", "en", code=oak)
    both_agree(tree)
    hour_passes(tree)
    assert all_of(tree, select(Site.code)) == [oak]
    assert len(all_of(tree, select(Person))) == 1


def test_one_lead_alone_never_reaches_it(tree: Rehearsal) -> None:
    tree.enrol(ROSA, "lead", "en", OTHER_PIN)
    code = code_in(say(tree, LEAD, "ERASE ALL"))
    assert say(tree, LEAD, f"{code} {PIN}").startswith("Your yes is noted.")
    assert "no longer open" in say(tree, LEAD, f"{code} {PIN}")
    again = code_in(say(tree, LEAD, "ERASE ALL"))
    assert say(tree, LEAD, f"{again} {PIN}").startswith("Your yes is noted.")
    assert "no longer open" in say(tree, LEAD, f"{code_of_other(tree)} {PIN}")
    assert all_of(tree, select(Erasure)) == []


def test_the_other_leads_pin_is_their_own(tree: Rehearsal) -> None:
    tree.enrol(ROSA, "lead", "en", OTHER_PIN)
    say(tree, LEAD, f"{code_in(say(tree, LEAD, 'ERASE ALL'))} {PIN}")
    assert say(tree, ROSA, f"{code_of_other(tree)} {PIN}").startswith("NOT ERASED.")
    assert all_of(tree, select(Erasure)) == []


def test_it_lapses_where_the_second_lead_takes_too_long(tree: Rehearsal) -> None:
    tree.enrol(ROSA, "lead", "en", OTHER_PIN)
    say(tree, LEAD, f"{code_in(say(tree, LEAD, 'ERASE ALL'))} {PIN}")
    code = code_of_other(tree)
    tree.clock.at += timedelta(minutes=31)
    make_rounds(tree.database, tree.means, "one")
    say(tree, ROSA, f"{code} {OTHER_PIN}")
    assert all_of(tree, select(Erasure)) == []
    assert all_of(tree, select(Proposal.state)) == ["lapsed"]


@pytest.mark.parametrize("who", [LEAD, ROSA, BOB], ids=["first", "second", "third"])
def test_any_lead_stops_it(tree: Rehearsal, who: object) -> None:
    tree.enrol(BOB, "lead", "en")
    both_agree(tree)
    number = next(each for each in (LEAD, ROSA, BOB) if each == who)
    assert "Nothing is erased" in say(tree, number, "ABORT")
    hour_passes(tree)
    assert len(all_of(tree, select(Person))) == 3


def test_nobody_else_does(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    both_agree(tree)
    say(tree, ANA, "ABORT")
    assert len(all_of(tree, select(Erasure))) == 1


def test_all_leads_are_told_at_once_ahead_of_everything(tree: Rehearsal) -> None:
    tree.enrol(BOB, "lead", "en")
    tree.enrol(ROSA, "lead", "en", OTHER_PIN)
    say(tree, LEAD, f"{code_in(say(tree, LEAD, 'ERASE ALL'))} {PIN}")
    say(tree, ROSA, f"{code_of_other(tree)} {OTHER_PIN}")
    told = all_of(tree, select(Delivery.lane).where(Delivery.state == State.PENDING))
    assert told == [Lane.NOW, Lane.NOW]


def test_an_open_alert_is_ended_first(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    both_agree(tree)
    send(tree, "ALERT 2 1 2")
    hour_passes(tree)
    assert len(all_of(tree, select(Person))) == 3
    send(tree, "CLEAR")
    tree.deliver()
    make_rounds(tree.database, tree.means, "one")
    assert all_of(tree, select(Person)) == []


def test_amid_an_alert_abort_is_for_the_alert(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    both_agree(tree)
    send(tree, "ALERT 2 1 2")
    assert say(tree, LEAD, "ABORT").startswith("PAUSED.")
    assert len(all_of(tree, select(Erasure))) == 1


def test_no_other_lead_gets_it_by_send(tree: Rehearsal) -> None:
    tree.enrol(ROSA, "lead", "en", OTHER_PIN)
    say(tree, LEAD, "ERASE ALL")
    assert "ERASE" not in say(tree, ROSA, "SEND")


def test_of_a_family_it_means_nothing(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    say(tree, ANA, "ERASE ALL")
    assert all_of(tree, select(Proposal)) == []
