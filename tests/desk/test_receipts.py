"""Receipts come late, twice and out of order: whatever the order, a row ends where the last word of the carrier is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from stage import ANA, all_of, claim_all, rows, say, send, states, tree_at

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.delivery import Claimed
from phonetree.desk.receipts import Receipt, absorb
from phonetree.desk.rounds import make_rounds
from phonetree.desk.settling import record
from phonetree.models import Delivery, Person, State, writing
from phonetree.words.ports import Accepted, InDoubt, Verdict

SID = f"SM{7:032x}"
DELIVERED = (4, State.DELIVERED, None, None)
UNREACHABLE = (4, State.UNDELIVERED, 30003, Verdict.UNREACHABLE)
OPTED_OUT = (4, State.FAILED, 21610, Verdict.OPTED_OUT)
ON_THE_WAY = [(1, State.SUBMITTED, None, None), (2, State.SUBMITTED, None, None), (3, State.SUBMITTED, None, None)]

Told = tuple[int, State, int | None, Verdict | None]


def to_ana(tree: Rehearsal) -> Claimed:
    """An alert is out, and the row to ANA is with the carrier."""
    tree.enrol(ANA, "parent", "en")
    send(tree, "ALERT 2 1 2")
    return next(one for one in claim_all(tree) if one.text.recipient == ANA)


def tell(tree: Rehearsal, attempt: str, told: Told) -> None:
    rank, state, code, verdict = told
    absorb(tree.database, tree.means, Receipt(attempt, SID, rank, state, code, verdict))


def row_of(tree: Rehearsal, claimed: Claimed) -> Delivery:
    return next(row for row in rows(tree) if row.id == claimed.delivery_id)


@pytest.mark.parametrize("last", [DELIVERED, UNREACHABLE, OPTED_OUT], ids=["delivered", "unreachable", "opted-out"])
def test_any_order_ends_in_the_same_state(last: Told) -> None:
    """Also where receipts are faster than the answer to our request."""
    with tree_at() as tree:
        claimed = to_ana(tree)

        @given(told=st.permutations([*ON_THE_WAY, last, last, *ON_THE_WAY, None]))
        @settings(max_examples=40, deadline=None)
        def whatever_the_order(told: list[Told | None]) -> None:
            begin_again(tree, claimed)
            for each in told:
                if each is None:
                    record(tree.database, tree.means, [(claimed, Accepted(SID))])
                else:
                    tell(tree, claimed.text.attempt, each)
            row = row_of(tree, claimed)
            assert (row.state, row.rank, row.error_code, row.sid) == (last[1], 4, last[2], SID)
            assert row.submitted_at == row.final_at == tree.clock()
            assert row.lease_until is None
            assert sum(row.copy for row in rows(tree)) == (last == UNREACHABLE)

        whatever_the_order()


def begin_again(tree: Rehearsal, claimed: Claimed) -> None:
    """As it stood when the carrier was asked."""
    empty = {"rank": 0, "sid": None, "error_code": None, "submitted_at": None, "final_at": None}
    with writing(tree.database) as session:
        session.execute(delete(Delivery).where(Delivery.copy > 0))
        session.execute(update(Person).values(stopped_at=None))
        mine = update(Delivery).where(Delivery.id == claimed.delivery_id)
        session.execute(mine.values(state=State.SENDING, lease_until=tree.clock(), **empty))


def test_a_receipt_before_the_outcome_keeps_the_outcome_from_lowering_it(tree: Rehearsal) -> None:
    claimed = to_ana(tree)
    tell(tree, claimed.text.attempt, DELIVERED)
    record(tree.database, tree.means, [(claimed, Accepted(SID))])
    assert row_of(tree, claimed).state == State.DELIVERED


def test_a_receipt_settles_what_was_in_doubt(tree: Rehearsal) -> None:
    claimed = to_ana(tree)
    record(tree.database, tree.means, [(claimed, InDoubt("timeout"))])
    tell(tree, claimed.text.attempt, ON_THE_WAY[2])
    assert row_of(tree, claimed).state == State.SUBMITTED


def test_a_receipt_of_an_unknown_attempt_is_let_pass(tree: Rehearsal) -> None:
    claimed = to_ana(tree)
    tell(tree, "0" * 32, DELIVERED)
    assert row_of(tree, claimed).state == State.SENDING


def test_an_opt_out_learned_from_a_receipt_stops_everything(tree: Rehearsal) -> None:
    claimed = to_ana(tree)
    tell(tree, claimed.text.attempt, OPTED_OUT)
    assert len(all_of(tree, select(Person).where(Person.stopped_at.is_not(None)))) == 1
    send(tree, "UPDATE")
    assert len(rows(tree, "update")) == 1


def test_a_phone_out_of_reach_gets_one_new_attempt_and_no_third(tree: Rehearsal) -> None:
    claimed = to_ana(tree)
    for _twice in range(2):
        tell(tree, claimed.text.attempt, UNREACHABLE)
    again = [one for one in claim_all(tree) if one.text.recipient == ANA]
    assert [row.copy for row in rows(tree)] == [0, 0, 1]
    for one in again:
        tell(tree, one.text.attempt, UNREACHABLE)
    assert [row.copy for row in rows(tree)] == [0, 0, 1]
    assert not claim_all(tree)


def test_no_new_attempt_goes_to_who_left_meanwhile(tree: Rehearsal) -> None:
    claimed = to_ana(tree)
    say(tree, ANA, "no more messages")
    tell(tree, claimed.text.attempt, UNREACHABLE)
    assert not [one for one in claim_all(tree) if one.text.recipient == ANA]


def test_no_new_attempt_goes_after_the_alert_has_ended(tree: Rehearsal) -> None:
    claimed = to_ana(tree)
    send(tree, "CLEAR")
    tell(tree, claimed.text.attempt, UNREACHABLE)
    assert not [one for one in claim_all(tree) if ": CONFIRMED" in one.text.body]
    make_rounds(tree.database, tree.means, "one")
    assert State.PENDING not in states(tree)


def test_filtered_pauses_the_rest_and_does_not_go_again(tree: Rehearsal) -> None:
    claimed = to_ana(tree)
    with writing(tree.database) as session:
        others = update(Delivery).where(Delivery.broadcast_id.is_not(None), Delivery.id != claimed.delivery_id)
        session.execute(others.values(state=State.PENDING))
    tell(tree, claimed.text.attempt, (4, State.UNDELIVERED, 30007, Verdict.FILTERED))
    assert not [one for one in claim_all(tree) if "CONFIRMED" in one.text.body]
    assert sorted(states(tree)) == [State.PENDING, State.UNDELIVERED]
