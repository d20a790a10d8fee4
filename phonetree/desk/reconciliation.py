"""Texts and calls of which nobody knows whether the carrier took them: asked for there, and only then made again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, Engine, and_, exists, or_, select, update
from sqlalchemy.orm import Session

from phonetree.desk.call_progress import call_over
from phonetree.desk.delivery import as_repeat, opened
from phonetree.desk.holding import no_longer_holds
from phonetree.desk.means import Means
from phonetree.models import CALL, Broadcast, CallOutcome, Delivery, Person, Rendering, Sender, State, writing
from phonetree.words.numbers import PhoneNumber
from phonetree.words.ports import Carrier, FoundCall, FoundText

GRACE = timedelta(seconds=30)
"""How long a receipt may take, and the carrier's own list: a text that is not on it then was not taken."""
ASK_AGAIN = timedelta(seconds=20)
MOST_LOOKS = 3
"""So often is a list that does not come, or is redacted, asked for; then a live alert is sent once more."""
AROUND = timedelta(minutes=1)
"""The carrier's clock is not ours."""
AT_ONCE = 50
Listed = Sequence[FoundText] | Sequence[FoundCall] | None


@dataclass(frozen=True, slots=True)
class Doubt:
    """One text or call in doubt, claimed by this worker until it is due again."""

    delivery_id: int
    attempt: str
    channel: str
    recipient: PhoneNumber = field(repr=False)
    sender: PhoneNumber = field(repr=False)
    body: str = field(repr=False)
    since: datetime
    looks: int


async def reconcile(engine: Engine, means: Means, line: Carrier) -> int:
    """Settle what is due of what is in doubt. Returns how many were looked up."""
    doubts = await asyncio.to_thread(_claim, engine, means)
    lists = await asyncio.gather(*(_ask(line, doubt) for doubt in doubts))
    for doubt, listed in zip(doubts, lists, strict=True):
        await asyncio.to_thread(_settle, engine, means, doubt, listed)
    return len(doubts)


async def _ask(line: Carrier, doubt: Doubt) -> Listed:
    if doubt.channel == CALL:
        return await line.find_calls(doubt.recipient, doubt.sender, doubt.since)
    return await line.find(doubt.recipient, doubt.since)


def _claim(engine: Engine, means: Means) -> list[Doubt]:
    """What is in doubt for long enough, put off so that no two workers ask for the same."""
    now = means.now()
    due = and_(
        Delivery.state == State.IN_DOUBT,
        or_(
            and_(Delivery.not_before.is_(None), Delivery.submitted_at <= now - GRACE),
            Delivery.not_before <= now,
        ),
    )
    with writing(engine) as session:
        chosen = (
            select(Delivery, Person, Sender, Rendering)
            .join(Person, Person.id == Delivery.person_id)
            .join(Sender, Sender.id == Delivery.sender_id)
            .outerjoin(
                Rendering,
                and_(Rendering.broadcast_id == Delivery.broadcast_id, Rendering.language == Delivery.language),
            )
            .where(due)
            .order_by(Delivery.lane, Delivery.id)
            .limit(AT_ONCE)
            .with_for_update(of=Delivery, skip_locked=True)
        )
        return [_doubt(means, *row, now) for row in session.execute(chosen).all()]


def _doubt(
    means: Means, delivery: Delivery, person: Person, sender: Sender, rendering: Rendering | None, now: datetime
) -> Doubt:
    delivery.not_before, delivery.looks = now + ASK_AGAIN, delivery.looks + 1
    rendered = None if rendering is None else rendering.body
    body = opened(means, delivery.sender_id, delivery.id, delivery.body_sealed, rendered) or ""
    return Doubt(
        delivery.id,
        delivery.attempt or "",
        delivery.channel,
        means.number_of(person),
        means.number_of_sender(sender),
        as_repeat(body, delivery.language) if delivery.repeats else body,
        (delivery.submitted_at or now) - AROUND,
        delivery.looks,
    )


def _settle(engine: Engine, means: Means, doubt: Doubt, listed: Listed) -> None:
    """A receipt may have been faster: only what is still in doubt, by the same attempt, is changed."""
    with writing(engine) as session:
        if listed is None or any(isinstance(found, FoundText) and not found.body for found in listed):
            _without_list(session, means, doubt)
        elif sid := _ours(session, doubt, listed):
            _change(session, doubt, {"state": State.SUBMITTED, "sid": sid, "not_before": None})
        else:
            _change(session, doubt, {"state": State.PENDING, "attempt": None, "not_before": None, "submitted_at": None})


def _ours(session: Session, doubt: Doubt, listed: Sequence[FoundText | FoundCall]) -> str | None:
    """The name of the text with our words, or of the call, that no other row of ours goes by."""
    same = [found.sid for found in listed if isinstance(found, FoundCall) or found.body == doubt.body]
    others = select(Delivery.sid).where(Delivery.sid.in_(same), Delivery.id != doubt.delivery_id)
    taken = set(session.scalars(others))
    return next((sid for sid in same if sid not in taken), None)


def _without_list(session: Session, means: Means, doubt: Doubt) -> None:
    """Nobody can tell. A live alert is sent once more and says so; everything else is let be.

    A call cannot say so: it counts as one that failed, and is tried again as those are.
    """
    if doubt.looks < MOST_LOOKS:
        return
    if doubt.channel == CALL:
        if _change(session, doubt, {"not_before": None}):
            delivery = session.get_one(Delivery, doubt.delivery_id, populate_existing=True)
            call_over(session, means, delivery, CallOutcome.FAILED)
        return
    again = {
        "state": State.PENDING,
        "attempt": None,
        "not_before": None,
        "submitted_at": None,
        "repeats": 1,
        "looks": 0,
    }
    if not _change(session, doubt, again, and_(Delivery.repeats == 0, _is_live(means.now()))):
        _change(session, doubt, {"state": State.FAILED, "final_at": means.now(), "not_before": None})


def _is_live(now: datetime) -> ColumnElement[bool]:
    of_alert = exists().where(
        Broadcast.id == Delivery.broadcast_id, Broadcast.alert_id.is_not(None), Broadcast.action != "drill"
    )
    return and_(of_alert, ~no_longer_holds(), Delivery.expires_at > now)


def _change(
    session: Session, doubt: Doubt, values: Mapping[str, object], besides: ColumnElement[bool] | None = None
) -> bool:
    mine = and_(Delivery.id == doubt.delivery_id, Delivery.attempt == doubt.attempt, Delivery.state == State.IN_DOUBT)
    wanted = mine if besides is None else and_(mine, besides)
    changed = session.execute(update(Delivery).where(wanted).values(values))
    return isinstance(changed, CursorResult) and changed.rowcount == 1
