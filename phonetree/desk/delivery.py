"""Hand over what is due: claim rows by lease, close the database, ask the carrier, write down what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import assert_never

from sqlalchemy import ColumnElement, CursorResult, Engine, Select, and_, bindparam, exists, select, update
from sqlalchemy.orm import Session

from phonetree.desk import people
from phonetree.desk.broadcasts import no_longer_holds
from phonetree.desk.call_progress import call_over
from phonetree.desk.means import Means
from phonetree.desk.outbox import body_row
from phonetree.desk.pacing import refill
from phonetree.desk.troubles import pause_for
from phonetree.models import (
    Broadcast,
    CallOutcome,
    Delivery,
    Lane,
    Person,
    Rendering,
    Sender,
    State,
    database_now,
    new_id,
    writing,
)
from phonetree.words.crypto import CannotDecrypt
from phonetree.words.i18n import _, reader
from phonetree.words.numbers import PhoneNumber
from phonetree.words.ports import Accepted, Carrier, HandOver, InDoubt, OutgoingCall, OutgoingText, Refused, Verdict

LEASE = timedelta(seconds=30)
"""Longer than the carrier's timeout: after it nobody is still asking."""
AT_ONCE = 100
SHORTEST_LIFE = timedelta(seconds=6)
TOO_LATE = timedelta(seconds=30)
"""A safety text with less left of its life is not sent any more (decisions 11)."""
BACK_OFF = timedelta(seconds=2)
TEXT, CALL = "sms", "voice"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that this worker alone may hand over, until its lease ends."""

    delivery_id: int
    text: OutgoingText = field(repr=False)

    @property
    def attempt(self) -> str:
        return self.text.attempt


@dataclass(frozen=True, slots=True)
class ClaimedCall:
    """The same of a call."""

    delivery_id: int
    call: OutgoingCall = field(repr=False)

    @property
    def attempt(self) -> str:
        return self.call.attempt


def claim(engine: Engine, means: Means, sender_id: str, most: int = AT_ONCE) -> list[Claimed]:
    """Take what may go now, highest lane first. The attempt is committed before any request is made."""
    # Written at the end and all at once: a flush before every look would be a statement for every row.
    with writing(engine) as session, session.no_autoflush:
        sender = refill(session, sender_id)
        number = means.number_of_sender(sender)
        lease = session.scalars(select(database_now())).one() + LEASE
        claimed = []
        for delivery, person, rendering in session.execute(_due(means, sender_id).limit(most)).all():
            # What cannot wait goes on credit (decisions 7); the rest waits until its segments are there.
            if delivery.lane != Lane.NOW and sender.tokens < min(delivery.segments, sender.segments_per_second):
                break
            body = _marked(delivery, body_of_row(means, delivery, rendering))
            if body is None:  # this one row cannot be read: the others must not wait for it
                delivery.state, delivery.final_at = State.QUARANTINED, means.now()
                continue
            sender.tokens -= delivery.segments
            delivery.state, delivery.attempt, delivery.lease_until = State.SENDING, new_id(), lease
            claimed.append(_claimed(means, delivery, person, number, body))
        return claimed


def may_go(now: datetime, channel: str = TEXT) -> ColumnElement[bool]:
    """Waiting, not too late, not paused, and still so: asked again right before every request."""
    paused = exists().where(Broadcast.id == Delivery.broadcast_id, Broadcast.paused_at.is_not(None))
    return and_(
        Delivery.state == State.PENDING,
        Delivery.channel == channel,
        Delivery.not_before.is_(None) | (Delivery.not_before <= now),
        Delivery.expires_at > (now + TOO_LATE if channel == TEXT else now),
        ~paused,
        ~no_longer_holds(),
    )


def _due(means: Means, sender_id: str) -> Select[Delivery, Person, Rendering]:
    return (
        select(Delivery, Person, Rendering)
        .join(Person, Person.id == Delivery.person_id)
        .outerjoin(
            Rendering, and_(Rendering.broadcast_id == Delivery.broadcast_id, Rendering.language == Delivery.language)
        )
        .where(Delivery.sender_id == sender_id, may_go(means.now()))
        .order_by(Delivery.lane, Delivery.id)
        .with_for_update(of=Delivery, skip_locked=True)
    )


def _claimed(means: Means, delivery: Delivery, person: Person, number: PhoneNumber, body: str) -> Claimed:
    text = OutgoingText(
        attempt=delivery.attempt or "",
        recipient=means.number_of(person),
        sender=number,
        body=body,
        validity=max(SHORTEST_LIFE, delivery.expires_at - means.now()),
    )
    return Claimed(delivery.id, text)


def _marked(delivery: Delivery, body: str | None) -> str | None:
    """What may arrive a second time says so."""
    if body is None or not delivery.repeats:
        return body
    return reader(delivery.language, None, delivery.language).read(_("(Repeat) {words}", words=body))


def body_of_row(means: Means, delivery: Delivery, rendering: Rendering | None) -> str | None:
    """The words of a row, or None where nobody can read them any more."""
    if delivery.body_sealed is None:
        return None if rendering is None else rendering.body
    try:
        return means.vault(delivery.sender_id).open(delivery.body_sealed, row=body_row(delivery.id))
    except CannotDecrypt:
        return None


async def hand_over(carrier: Carrier, claimed: Sequence[Claimed]) -> list[tuple[Claimed, HandOver]]:
    """Ask the carrier for all of them at once. No database is held meanwhile."""
    outcomes = await asyncio.gather(*(carrier.send(one.text) for one in claimed))
    return list(zip(claimed, outcomes, strict=True))


def record(engine: Engine, means: Means, outcomes: Sequence[tuple[Claimed | ClaimedCall, HandOver]]) -> None:
    """Write down what came of it, each row only if it is still this attempt's."""
    with writing(engine) as session:
        _record_accepted(session, means, [(one, told.sid) for one, told in outcomes if isinstance(told, Accepted)])
        for claimed, outcome in outcomes:
            _record_one(session, means, claimed, outcome)


def _record_accepted(session: Session, means: Means, accepted: Sequence[tuple[Claimed | ClaimedCall, str]]) -> None:
    """Nearly all, so in two statements. A receipt may have been here first: then only the name is missing."""
    if not accepted:
        return
    rows = [{"row": one.delivery_id, "mine": one.attempt, "name": sid} for one, sid in accepted]
    mine = update(Delivery).where(Delivery.id == bindparam("row"), Delivery.attempt == bindparam("mine"))
    submitted = {"state": State.SUBMITTED, "submitted_at": means.now(), "lease_until": None}
    connection = session.connection()
    connection.execute(mine.values(sid=bindparam("name")), rows)
    connection.execute(mine.where(Delivery.state == State.SENDING).values(submitted), rows)


def _record_one(session: Session, means: Means, claimed: Claimed | ClaimedCall, outcome: HandOver) -> None:
    now = means.now()
    match outcome:
        case Accepted():
            return  # with the others, above
        case InDoubt():
            _settle(session, claimed, {"state": State.IN_DOUBT, "submitted_at": now, "lease_until": None})
        case Refused(Verdict.BUSY):
            values = {"state": State.PENDING, "not_before": now + BACK_OFF, "lease_until": None, "attempt": None}
            _settle(session, claimed, values)
        case Refused(Verdict.MISCONFIGURED | Verdict.FILTERED as verdict, code):
            _settle(
                session, claimed, {"state": State.PENDING, "error_code": code, "lease_until": None, "attempt": None}
            )
            pause_for(session, means, claimed.delivery_id, verdict)
        case Refused(verdict, code):
            values = {"state": State.FAILED, "error_code": code, "final_at": now, "lease_until": None}
            if _settle(session, claimed, values):
                _refused(session, means, claimed.delivery_id, verdict)
        case _:
            assert_never(outcome)


def _refused(session: Session, means: Means, delivery_id: int, verdict: Verdict) -> None:
    delivery = session.get_one(Delivery, delivery_id, populate_existing=True)
    if delivery.channel == CALL:
        call_over(session, means, delivery, CallOutcome.FAILED)
    elif verdict is Verdict.OPTED_OUT:
        people.opt_out(session, means, session.get_one(Person, delivery.person_id), "carrier")


def _settle(session: Session, claimed: Claimed | ClaimedCall, values: dict[str, object]) -> bool:
    mine = (Delivery.id == claimed.delivery_id) & (Delivery.attempt == claimed.attempt)
    done = session.execute(update(Delivery).where(mine, Delivery.state == State.SENDING).values(values))
    return isinstance(done, CursorResult) and done.rowcount == 1


def senders_with_work(session: Session, now: datetime, channel: str = TEXT) -> list[str]:
    """The numbers on which something may go out."""
    waiting = exists().where(Delivery.sender_id == Sender.id, may_go(now, channel))
    return list(session.scalars(select(Sender.id).where(waiting)))
