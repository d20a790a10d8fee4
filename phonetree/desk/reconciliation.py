"""Texts of which nobody knows whether the carrier took them: asked for there, and only then, perhaps, sent again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, CursorResult, Engine, and_, exists, or_, select, update
from sqlalchemy.orm import Session

from phonetree.desk.broadcasts import no_longer_holds
from phonetree.desk.delivery import as_repeat, opened
from phonetree.desk.means import Means
from phonetree.models import TEXT, Broadcast, Delivery, Person, Rendering, State, writing
from phonetree.words.numbers import PhoneNumber
from phonetree.words.ports import Carrier, FoundText

GRACE = timedelta(seconds=30)
"""How long a receipt may take, and the carrier's own list: a text that is not on it then was not taken."""
ASK_AGAIN = timedelta(seconds=20)
MOST_LOOKS = 3
"""So often is a list that does not come, or is redacted, asked for; then a live alert is sent once more."""
AROUND = timedelta(minutes=1)
"""The carrier's clock is not ours."""
AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Doubt:
    """One text in doubt, claimed by this worker until it is due again."""

    delivery_id: int
    attempt: str
    recipient: PhoneNumber = field(repr=False)
    body: str = field(repr=False)
    since: datetime
    looks: int


async def reconcile(engine: Engine, means: Means, line: Carrier) -> int:
    """Settle what is due of what is in doubt. Returns how many were looked up."""
    doubts = await asyncio.to_thread(_claim, engine, means)
    lists = await asyncio.gather(*(line.find(doubt.recipient, doubt.since) for doubt in doubts))
    for doubt, listed in zip(doubts, lists, strict=True):
        await asyncio.to_thread(_settle, engine, means, doubt, listed)
    return len(doubts)


def _claim(engine: Engine, means: Means) -> list[Doubt]:
    """What is in doubt for long enough, put off so that no two workers ask for the same."""
    now = means.now()
    due = and_(
        Delivery.state == State.IN_DOUBT,
        Delivery.channel == TEXT,
        or_(
            and_(Delivery.not_before.is_(None), Delivery.submitted_at <= now - GRACE),
            Delivery.not_before <= now,
        ),
    )
    with writing(engine) as session:
        chosen = (
            select(Delivery, Person, Rendering)
            .join(Person, Person.id == Delivery.person_id)
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


def _doubt(means: Means, delivery: Delivery, person: Person, rendering: Rendering | None, now: datetime) -> Doubt:
    delivery.not_before, delivery.looks = now + ASK_AGAIN, delivery.looks + 1
    rendered = None if rendering is None else rendering.body
    body = opened(means, delivery.sender_id, delivery.id, delivery.body_sealed, rendered) or ""
    return Doubt(
        delivery.id,
        delivery.attempt or "",
        means.number_of(person),
        as_repeat(body, delivery.language) if delivery.repeats else body,
        (delivery.submitted_at or now) - AROUND,
        delivery.looks,
    )


def _settle(engine: Engine, means: Means, doubt: Doubt, listed: Sequence[FoundText] | None) -> None:
    """A receipt may have been faster: only what is still in doubt, by the same attempt, is changed."""
    with writing(engine) as session:
        if listed is None or any(not found.body for found in listed):
            _without_list(session, means, doubt)
        elif found := _ours(session, doubt, listed):
            _change(session, doubt, {"state": State.SUBMITTED, "sid": found.sid, "not_before": None})
        else:
            _change(session, doubt, {"state": State.PENDING, "attempt": None, "not_before": None, "submitted_at": None})


def _ours(session: Session, doubt: Doubt, listed: Sequence[FoundText]) -> FoundText | None:
    """The text with our words that no other row of ours goes by."""
    same = [found for found in listed if found.body == doubt.body]
    sids = [found.sid for found in same]
    others = select(Delivery.sid).where(Delivery.sid.in_(sids), Delivery.id != doubt.delivery_id)
    taken = set(session.scalars(others))
    return next((found for found in same if found.sid not in taken), None)


def _without_list(session: Session, means: Means, doubt: Doubt) -> None:
    """Nobody can tell. A live alert is sent once more and says so; everything else is let be."""
    if doubt.looks < MOST_LOOKS:
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
