"""What becomes of a text of which nobody knows whether the carrier took it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from stage import ANA, LEAD, all_of, claim_all, names_of, rows, send, set_bucket

from phonetree.demo.rehearsal import MemoryCarrier, Rehearsal
from phonetree.desk.call_delivery import claim_calls
from phonetree.desk.delivery import Claimed, ClaimedCall
from phonetree.desk.receipts import Receipt, absorb
from phonetree.desk.reconciliation import ASK_AGAIN, GRACE, MOST_LOOKS, reconcile
from phonetree.desk.settling import BACK_OFF, record
from phonetree.models import Delivery, Sender, State, writing
from phonetree.words.numbers import PhoneNumber
from phonetree.words.ports import FoundCall, FoundText, InDoubt, Refused, Verdict

SID = f"SM{7:032x}"


@dataclass
class ListingCarrier(MemoryCarrier):
    """A carrier whose list of texts is given: None for a list that does not come."""

    listed: Sequence[FoundText] | None = ()
    asked: list[PhoneNumber] = field(default_factory=list)

    async def find(self, recipient: PhoneNumber, since: datetime) -> Sequence[FoundText] | None:  # noqa: ARG002
        self.asked.append(recipient)
        return self.listed


def in_doubt(tree: Rehearsal, words: str = "ALERT 2 1 2") -> Claimed:
    """An alert to Ana whose hand-over nobody knows the end of, older than the grace."""
    tree.enrol(ANA, "parent", "en")
    set_bucket(tree, tokens=1000.0, per_second=1000.0)
    send(tree, words)
    claimed = claim_all(tree)
    ours = next(one for one in claimed if one.text.recipient == (LEAD if "DRILL" in words else ANA))
    record(tree.database, tree.means, [(one, InDoubt("TimeoutError")) for one in claimed if one is ours])
    tree.clock.at += GRACE + timedelta(seconds=1)
    return ours


def row(tree: Rehearsal, claimed: Claimed) -> Delivery:
    (found,) = all_of(tree, select(Delivery).where(Delivery.id == claimed.delivery_id))
    return found


def look(tree: Rehearsal, listed: Sequence[FoundText] | None) -> ListingCarrier:
    carrier = ListingCarrier(listed=listed)
    asyncio.run(reconcile(tree.database, tree.means, carrier))
    return carrier


def found(claimed: Claimed, sid: str = SID) -> FoundText:
    return FoundText(sid, "sent", claimed.text.body, None)


def test_it_is_not_asked_for_before_a_receipt_had_time_to_come(tree: Rehearsal) -> None:
    claimed = in_doubt(tree)
    tree.clock.at -= timedelta(seconds=2)
    assert look(tree, ()).asked == []
    assert row(tree, claimed).state == State.IN_DOUBT


def test_what_the_carrier_has_was_sent(tree: Rehearsal) -> None:
    claimed = in_doubt(tree)
    assert look(tree, [FoundText(SID, "sent", "Maple Tree: other words", None), found(claimed)]).asked == [ANA]
    assert (row(tree, claimed).state, row(tree, claimed).sid) == (State.SUBMITTED, SID)


def test_what_the_carrier_does_not_have_is_sent(tree: Rehearsal) -> None:
    claimed = in_doubt(tree)
    look(tree, [FoundText(SID, "sent", "Maple Tree: other words", None)])
    again = next(one for one in claim_all(tree) if one.delivery_id == claimed.delivery_id)
    assert (again.text.body, again.attempt != claimed.attempt) == (claimed.text.body, True)


def test_the_same_words_of_another_row_are_not_taken_for_it(tree: Rehearsal) -> None:
    claimed = in_doubt(tree)
    with writing(tree.database) as session:
        other = session.scalars(select(Delivery).where(Delivery.id != claimed.delivery_id)).first()
        assert other is not None
        other.sid = SID
    look(tree, [found(claimed)])
    assert row(tree, claimed).state == State.PENDING


@pytest.mark.parametrize("redacted", [False, True])
def test_without_a_list_a_live_alert_is_sent_once_more_and_says_so(tree: Rehearsal, *, redacted: bool) -> None:
    claimed = in_doubt(tree)
    listed = [FoundText(SID, "sent", "", None)] if redacted else None
    for _look in range(MOST_LOOKS):
        assert row(tree, claimed).state == State.IN_DOUBT
        look(tree, listed)
        tree.clock.at += ASK_AGAIN
    again = next(one for one in claim_all(tree) if one.delivery_id == claimed.delivery_id)
    assert again.text.body == f"(Repeat) {claimed.text.body}"
    record(tree.database, tree.means, [(again, InDoubt("TimeoutError"))])
    tree.clock.at += GRACE + timedelta(seconds=1)
    for _look in range(MOST_LOOKS):
        assert row(tree, claimed).state == State.IN_DOUBT
        look(tree, listed)
        tree.clock.at += ASK_AGAIN
    assert row(tree, claimed).state == State.FAILED  # never a third time


def test_without_a_list_a_drill_is_let_be(tree: Rehearsal) -> None:
    claimed = in_doubt(tree, "DRILL 2 1 2")
    for _look in range(MOST_LOOKS):
        look(tree, None)
        tree.clock.at += ASK_AGAIN
    assert row(tree, claimed).state == State.FAILED


def test_a_receipt_that_was_faster_stands(tree: Rehearsal) -> None:
    claimed = in_doubt(tree)
    absorb(tree.database, tree.means, Receipt(claimed.attempt, SID, 4, State.DELIVERED))
    look(tree, ())
    assert row(tree, claimed).state == State.DELIVERED


def test_a_repeat_is_looked_for_by_its_own_words(tree: Rehearsal) -> None:
    claimed = in_doubt(tree)
    for _look in range(MOST_LOOKS):
        look(tree, None)
        tree.clock.at += ASK_AGAIN
    again = next(one for one in claim_all(tree) if one.delivery_id == claimed.delivery_id)
    record(tree.database, tree.means, [(again, InDoubt("TimeoutError"))])
    tree.clock.at += GRACE + timedelta(seconds=1)
    look(tree, [found(again)])
    assert (row(tree, claimed).state, row(tree, claimed).sid) == (State.SUBMITTED, SID)


def test_the_end_goes_to_whoever_may_have_had_the_first_copy(tree: Rehearsal) -> None:
    in_doubt(tree)
    for _look in range(MOST_LOOKS):
        look(tree, None)
        tree.clock.at += ASK_AGAIN
    send(tree, "CORRECT")
    assert names_of(tree, rows(tree, "correct")).count("ana") == 1


def test_a_refusal_before_does_not_shorten_the_grace(tree: Rehearsal) -> None:
    """Refused for being too many, then asked again and broken off: the wait of the refusal is not that of the doubt."""
    claimed = in_doubt(tree)
    with writing(tree.database) as session:
        session.execute(update(Delivery).values(state=State.PENDING, attempt=None))
    first = next(one for one in claim_all(tree) if one.delivery_id == claimed.delivery_id)
    record(tree.database, tree.means, [(first, Refused(Verdict.THROTTLED, 20429))])
    tree.clock.at += BACK_OFF
    second = next(one for one in claim_all(tree) if one.delivery_id == claimed.delivery_id)
    record(tree.database, tree.means, [(second, InDoubt("TimeoutError"))])
    tree.clock.at += GRACE - timedelta(seconds=1)
    assert look(tree, ()).asked == []


@dataclass
class CallingCarrier(MemoryCarrier):
    """A carrier whose list of calls is given."""

    calls: Sequence[FoundCall] | None = ()

    async def find_calls(
        self, recipient: PhoneNumber, sender: PhoneNumber, since: datetime
    ) -> Sequence[FoundCall] | None:
        assert (recipient, sender.e164, since.tzinfo) == (ANA, "+12135550100", UTC)
        return self.calls


def call_in_doubt(tree: Rehearsal) -> ClaimedCall:
    """An alert by call to Ana whose placing nobody knows the end of, older than the grace."""
    tree.enrol(ANA, "parent", "en", channel="voice")
    set_bucket(tree, tokens=1000.0, per_second=1000.0)
    send(tree, "ALERT 2 1 2")
    (claimed,) = claim_calls(tree.database, tree.means, all_of(tree, select(Sender.id))[0])
    record(tree.database, tree.means, [(claimed, InDoubt("TimeoutError"))])
    tree.clock.at += GRACE + timedelta(seconds=1)
    return claimed


def settle_calls(tree: Rehearsal, calls: Sequence[FoundCall] | None) -> None:
    asyncio.run(reconcile(tree.database, tree.means, CallingCarrier(calls=calls)))


def call_row(tree: Rehearsal, claimed: ClaimedCall) -> Delivery:
    (found,) = all_of(tree, select(Delivery).where(Delivery.id == claimed.delivery_id))
    return found


def test_a_call_that_the_carrier_has_was_made(tree: Rehearsal) -> None:
    claimed = call_in_doubt(tree)
    settle_calls(tree, [FoundCall("CA" + "1" * 32, None)])
    assert (call_row(tree, claimed).state, call_row(tree, claimed).sid) == (State.SUBMITTED, "CA" + "1" * 32)


def test_a_call_that_the_carrier_does_not_have_is_made(tree: Rehearsal) -> None:
    claimed = call_in_doubt(tree)
    with writing(tree.database) as session:
        other = session.scalars(select(Delivery).where(Delivery.id != claimed.delivery_id)).first()
        assert other is not None
        other.sid = "CA" + "1" * 32
    settle_calls(tree, [FoundCall("CA" + "1" * 32, None)])
    assert call_row(tree, claimed).state == State.PENDING


def test_without_a_list_a_call_counts_as_failed_and_is_tried_again(tree: Rehearsal) -> None:
    claimed = call_in_doubt(tree)
    for _look in range(MOST_LOOKS):
        assert call_row(tree, claimed).state == State.IN_DOUBT
        settle_calls(tree, None)
        tree.clock.at += ASK_AGAIN
    assert (call_row(tree, claimed).state, call_row(tree, claimed).outcome) == (State.UNDELIVERED, "failed")
    again = [row for row in rows(tree) if row.channel == "voice" and row.id != claimed.delivery_id]
    assert [(row.state, row.copy) for row in again] == [(State.PENDING, 1)]
