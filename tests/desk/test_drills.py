"""A drill is on record in figures once it is over, its leads are told once, and no person is in it."""

from __future__ import annotations

from datetime import timedelta

from hotline_calls import rung
from sqlalchemy import select
from stage import ANA, BOB, LEAD, ROSA, SCHOOL, all_of, claim_all, names_of, rows, send, tree_at

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.call_answers import AnsweredBy, CallOutcome
from phonetree.desk.drills import share_reached
from phonetree.desk.receipts import Receipt, absorb
from phonetree.desk.rounds import make_rounds
from phonetree.models import Broadcast, Delivery, Drill, State
from phonetree.words.ports import Verdict

TOLD = "Maple Tree: Drill of 11/16: "


def time_passes(tree: Rehearsal, **duration: int) -> None:
    tree.clock.at += timedelta(**duration)
    make_rounds(tree.database, tree.means, "one")


def record(tree: Rehearsal) -> Drill:
    (found,) = all_of(tree, select(Drill))
    return found


def handed_over_after(tree: Rehearsal, *seconds: int) -> None:
    """The carrier takes one text after another, each after so many seconds more."""
    for each in seconds:
        (claimed,) = claim_all(tree, 1)
        tree.clock.at += timedelta(seconds=each)
        absorb(tree.database, tree.means, Receipt(claimed.text.attempt, "SM1", 1, State.SUBMITTED))


def receipts(tree: Rehearsal, **states: State) -> None:
    """What comes back of whose text."""
    for row in rows(tree, "drill"):
        (name,) = names_of(tree, [row])
        if name in states:
            verdict = Verdict.LANDLINE if states[name] is State.UNDELIVERED else None
            absorb(tree.database, tree.means, Receipt(row.attempt or "", "SM1", 4, states[name], None, verdict))


def texts_to(tree: Rehearsal, beginning: str) -> list[str]:
    return [text.body for text in tree.deliver() if text.number == LEAD and text.body.startswith(beginning)]


def test_a_drill_is_recorded_once_the_last_receipt_is_in(tree: Rehearsal) -> None:
    for number in (ROSA, ANA, BOB):
        tree.enrol(number, "staff", "en")
    send(tree, "DRILL 2 1 2")
    handed_over_after(tree, 10, 20, 300, 82)
    receipts(tree, lead=State.DELIVERED, rosa=State.DELIVERED, ana=State.DELIVERED)
    time_passes(tree, seconds=4)
    assert all_of(tree, select(Drill)) == [], "one receipt is missing"
    receipts(tree, bob=State.UNDELIVERED)
    time_passes(tree, seconds=4)
    drill = record(tree)
    assert (drill.phones, drill.texts, drill.calls) == (4, 4, 0)
    assert drill.last_phone_after == 412
    assert (drill.delivered, drill.heard, drill.not_reached, drill.without_receipt) == (3, 0, 1, 0)
    assert (share_reached(drill), drill.plan_version) == (75, "2026-2")


def test_a_drill_that_is_over_at_once_is_told_in_one_text() -> None:
    with tree_at() as tree:
        for number in (ROSA, ANA):
            tree.enrol(number, "staff", "en")
        send(tree, "DRILL 2 1 2")
        tree.deliver()
        told = [text.body for _round in range(5) for text in tree.wait(timedelta(seconds=4)) if text.number == LEAD]
        assert told == [
            f"{TOLD}3 phones in 0:00, 100% got it. 0 not reached, 0 without receipt. It is on record for your council."
        ]
        assert tree.wait(timedelta(hours=1)) == []


def test_while_receipts_are_missing_the_leads_know_that_it_was_handed_over(tree: Rehearsal) -> None:
    tree.enrol(ROSA, "staff", "en")
    send(tree, "DRILL 2 1 2")
    handed_over_after(tree, 1, 1)
    time_passes(tree, seconds=4)
    assert texts_to(tree, "100: ") == ["100: 2 of 2 handed over. Receipts follow."]
    receipts(tree, lead=State.DELIVERED, rosa=State.DELIVERED)
    time_passes(tree, minutes=4)
    assert len(texts_to(tree, "")) == 1, "the record alone, no count besides"


def test_a_receipt_that_never_comes_is_waited_for_until_the_drill_is_over(tree: Rehearsal) -> None:
    send(tree, "DRILL 2 1 2")
    handed_over_after(tree, 2)
    time_passes(tree, seconds=4)
    time_passes(tree, minutes=29)
    assert all_of(tree, select(Drill)) == []
    assert texts_to(tree, "100: ") == ["100: 1 of 1 handed over. Receipts follow."], "the record is the second text"
    time_passes(tree, minutes=2)
    drill = record(tree)
    assert (drill.delivered, drill.without_receipt, drill.not_reached) == (0, 1, 0)
    (told,) = texts_to(tree, TOLD)
    assert "1 phones in 0:02, 0% got it. 0 not reached, 1 without receipt." in told


def test_who_chose_calls_is_called_and_a_key_counts_as_heard(tree: Rehearsal) -> None:
    tree.enrol(ANA, "staff", "en", channel="voice")
    tree.enrol(BOB, "staff", "en", channel="voice")
    send(tree, "DRILL 2 1 2")
    handed_over_after(tree, 1)
    receipts(tree, lead=State.DELIVERED)
    phones = rung(tree)
    phones[ANA].picks_up()
    phones[ANA].presses("1")
    phones[ANA].ends(CallOutcome.COMPLETED)
    phones[BOB].picks_up(AnsweredBy.MACHINE)
    phones[BOB].ends(CallOutcome.COMPLETED)
    time_passes(tree, seconds=4)
    drill = record(tree)
    assert (drill.phones, drill.texts, drill.calls) == (3, 1, 2)
    assert (drill.delivered, drill.heard, drill.voicemails, share_reached(drill)) == (1, 1, 1, 66)


def test_a_drill_that_reached_nobody_says_so(tree: Rehearsal) -> None:
    send(tree, "DRILL 2 1 2")
    time_passes(tree, minutes=31)
    assert record(tree).last_phone_after is None
    assert texts_to(tree, TOLD) == [f"{TOLD}of 1 phones none could be reached."]


def test_an_alert_is_no_drill(tree: Rehearsal) -> None:
    send(tree, "ALERT 2 1 2")
    time_passes(tree, hours=1)
    assert all_of(tree, select(Drill)) == []
    assert all_of(tree, select(Broadcast.action)) == ["alert"]


def test_the_record_stays_when_its_deliveries_are_deleted() -> None:
    with tree_at(school=SCHOOL.read_text()[: SCHOOL.read_text().index("[plan]")]) as tree:
        send(tree, "DRILL 2 1 2")
        tree.deliver()
        tree.wait(timedelta(seconds=4))
        assert record(tree).plan_version == ""
        columns = set(Drill.__table__.columns.keys())
        assert columns.isdisjoint({"person_id", "language", "number_sealed", "alert_id"})
        assert not Drill.__table__.columns["broadcast_id"].foreign_keys
        assert all_of(tree, select(Delivery.id))
