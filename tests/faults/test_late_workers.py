"""Workers that come late: they slept past their lease, and others went on without them. Step by step, no process."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import select
from stage import ANA, all_of, claim_all, send, set_bucket, states

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.delivery import Claimed, hand_over
from phonetree.desk.reconciliation import GRACE, reconcile
from phonetree.desk.settling import record
from phonetree.models import Delivery, State, writing

LATER = GRACE + timedelta(seconds=1)


def claimed(tree: Rehearsal) -> list[Claimed]:
    """An alert to Ana and the lead, claimed by a worker that then stands still."""
    tree.enrol(ANA, "parent", "en")
    set_bucket(tree, tokens=1000.0, per_second=1000.0)
    send(tree, "ALERT 2 1 2")
    return claim_all(tree)


def doubt(tree: Rehearsal, stands: State = State.SENDING) -> None:
    """What the rounds of another worker do when the lease has ended."""
    with writing(tree.database) as session:
        for row in session.scalars(select(Delivery).where(Delivery.state == stands)):
            row.state, row.submitted_at, row.lease_until = State.IN_DOUBT, tree.clock.at, None


def test_what_was_accepted_and_is_written_down_late_is_not_sent_again(tree: Rehearsal) -> None:
    mine = claimed(tree)
    outcomes = asyncio.run(hand_over(tree.carrier, mine))
    doubt(tree)
    record(tree.database, tree.means, outcomes)
    tree.clock.at += LATER
    asyncio.run(reconcile(tree.database, tree.means, tree.carrier))
    assert states(tree) == [State.SUBMITTED] * 2
    assert claim_all(tree) == []
    assert {row.sid for row in all_of(tree, select(Delivery).where(Delivery.broadcast_id.is_not(None)))} == {
        text.sid for _phone, text in tree.carrier.known
    }


def test_a_name_of_its_own_is_not_taken_for_another_rows(tree: Rehearsal) -> None:
    outcomes = asyncio.run(hand_over(tree.carrier, claimed(tree)))
    record(tree.database, tree.means, outcomes)
    doubt(tree, State.SUBMITTED)
    tree.clock.at += LATER
    asyncio.run(reconcile(tree.database, tree.means, tree.carrier))
    assert states(tree) == [State.SUBMITTED] * 2
