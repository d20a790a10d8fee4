"""What leads are told of how an alert goes: the second count waits for the calls that failed texts became."""

from __future__ import annotations

from datetime import timedelta

from hotline_calls import rung
from sqlalchemy import select
from stage import ANA, LEAD, all_of, claim_all, names_of, rows, send

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.call_answers import CallOutcome
from phonetree.desk.receipts import Receipt, absorb
from phonetree.desk.rounds import make_rounds
from phonetree.models import Broadcast, State
from phonetree.words.ports import Verdict

ROUND = timedelta(seconds=5)


def time_passes(tree: Rehearsal) -> None:
    tree.clock.at += ROUND
    make_rounds(tree.database, tree.means, "one")


def is_told(tree: Rehearsal) -> bool:
    (at,) = all_of(tree, select(Broadcast.told_delivered_at))
    return at is not None


def texts_arrive_but_one(tree: Rehearsal) -> None:
    """Handed over, and told so; then one phone turns out to take no texts."""
    for claimed in claim_all(tree):
        absorb(tree.database, tree.means, Receipt(claimed.text.attempt, "SM1", 1, State.SUBMITTED))
    time_passes(tree)
    for row in rows(tree):
        receipt = Receipt(row.attempt or "", "SM1", 4, State.DELIVERED)
        if names_of(tree, [row]) == ["ana"]:
            receipt = Receipt(row.attempt or "", "SM1", 4, State.UNDELIVERED, 30006, Verdict.LANDLINE)
        absorb(tree.database, tree.means, receipt)


def test_a_call_that_a_failed_text_became_is_waited_for(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "en")
    send(tree, "ALERT 2 1 2", LEAD)
    texts_arrive_but_one(tree)
    time_passes(tree)
    assert not is_told(tree), "the call has not gone out"
    phone = rung(tree)[ANA]
    time_passes(tree)
    assert not is_told(tree), "the call is under way"
    phone.picks_up()
    phone.presses("1")
    phone.ends(CallOutcome.COMPLETED)
    time_passes(tree)
    assert is_told(tree)
