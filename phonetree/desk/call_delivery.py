"""Calls on their way out: claimed by lease and paced like texts, placed, and ended where nobody needs them any more."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Engine, select, update

from phonetree.desk import delivery as texts
from phonetree.desk import pacing, spending
from phonetree.desk.counters import count
from phonetree.desk.delivery import AT_ONCE, ClaimedCall, may_go, times
from phonetree.desk.means import Means
from phonetree.models import (
    CALL,
    CallLane,
    Delivery,
    Person,
    State,
    new_id,
    reading,
    writing,
)
from phonetree.words.numbers import is_textable
from phonetree.words.ports import Answering, Carrier, HandOver, OutgoingCall
from phonetree.words.prices import PRICES

RINGS, RINGS_WHILE_ONE_WAITS = timedelta(seconds=25), timedelta(seconds=20)
ENDED_AT_ONCE = 20


def claim_calls(engine: Engine, means: Means, sender_id: str, most: int = AT_ONCE) -> list[ClaimedCall]:
    """Take the calls that may be placed now, highest lane first."""
    with writing(engine) as session, session.no_autoflush:
        sender, clock = pacing.refill_calls(session, sender_id)
        ours, lease = means.number_of_sender(sender), clock + texts.LEASE
        ask_by = time.monotonic() + texts.ASKED_WITHIN  # counted from before the look, as for texts
        due = (
            select(Delivery, Person)
            .join(Person, Person.id == Delivery.person_id)
            .where(Delivery.sender_id == sender_id, may_go(CALL))
            .order_by(Delivery.lane, Delivery.id)
            .limit(most)
            .with_for_update(of=Delivery, skip_locked=True)
        )
        claimed = []
        for delivery, person in session.execute(due, times(means.now())).all():
            is_there = pacing.is_there(sender.call_tokens, sender.calls_per_second, 1)
            if not is_there and delivery.lane not in pacing.ON_CREDIT[CALL]:
                break
            recipient = means.number_of(person)
            if not is_textable(recipient):
                delivery.state, delivery.final_at = State.QUARANTINED, means.now()
                count(session, "calls not placed: to no ordinary phone")
                continue
            sender.call_tokens -= 1
            spending.charge(sender, spending.day_of(means.now()), dollars=PRICES.call_minute)
            delivery.state, delivery.attempt, delivery.lease_until = State.SENDING, new_id(), lease
            delivery.not_before = None
            answering = Answering.PERSON if delivery.broadcast_id is None else Answering.MACHINE_TOO
            rings = RINGS_WHILE_ONE_WAITS if delivery.lane == CallLane.HOTLINE else RINGS
            call = OutgoingCall(delivery.attempt, recipient, ours, rings, answering, ask_by)
            claimed.append(ClaimedCall(delivery.id, call))
        return claimed


async def place(carrier: Carrier, claimed: Sequence[ClaimedCall]) -> list[tuple[ClaimedCall, HandOver]]:
    """Ask the carrier for all of them at once. No database is held meanwhile."""
    outcomes = await asyncio.gather(*(carrier.call(one.call) for one in claimed))
    return list(zip(claimed, outcomes, strict=True))


async def end_calls(engine: Engine, carrier: Carrier) -> None:
    """Ask the carrier to end the calls that nobody needs any more: the other legs of a hunt that was taken."""
    with reading(engine) as session:
        to_end = select(Delivery.id, Delivery.sid).where(Delivery.is_to_end, Delivery.sid.is_not(None))
        rows = session.execute(to_end.limit(ENDED_AT_ONCE)).all()
    over = await asyncio.gather(*(carrier.hang_up(sid or "") for _row, sid in rows))
    ended = [row for (row, _sid), is_over in zip(rows, over, strict=True) if is_over]
    if ended:
        with writing(engine) as session:
            session.execute(update(Delivery).where(Delivery.id.in_(ended)).values(is_to_end=False))
