"""Hand over what is due: claim rows by lease, close the database, ask the carrier, write down what came of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from itertools import starmap
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Engine,
    Integer,
    Select,
    and_,
    bindparam,
    select,
    update,
)
from sqlalchemy.orm import Session

from phonetree.desk import pacing, spending
from phonetree.desk.counters import count
from phonetree.desk.holding import no_longer_holds
from phonetree.desk.means import Means, number_row
from phonetree.desk.outbox import body_row
from phonetree.models import (
    TEXT,
    Broadcast,
    Delivery,
    Instant,
    Person,
    Rendering,
    Sender,
    State,
    new_id,
    reading,
    there_is,
    writing,
)
from phonetree.words.crypto import CannotDecrypt
from phonetree.words.i18n import _, reader
from phonetree.words.numbers import PhoneNumber, is_textable
from phonetree.words.ports import Carrier, HandOver, OutgoingCall, OutgoingText
from phonetree.words.prices import PRICES

LEASE = timedelta(seconds=30)
"""Longer than the carrier's timeout: after it nobody is still asking."""
ASKED_WITHIN = 0.5
"""Seconds. What waited longer for its turn goes back: it may have been called off meanwhile (decisions 12)."""
AT_ONCE = 100
SHORTEST_LIFE = timedelta(seconds=6)
TOO_LATE = timedelta(seconds=30)
"""A safety text with less left of its life is not sent any more (decisions 11)."""
_NOW, _LATEST = bindparam("now", type_=Instant()), bindparam("latest", type_=Instant())


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that this worker alone may hand over, until its lease ends."""

    delivery_id: int
    text: OutgoingText = field(repr=False)

    @property
    def attempt(self) -> str:
        return self.text.attempt

    @property
    def ask_by(self) -> float:
        return self.text.ask_by


@dataclass(frozen=True, slots=True)
class ClaimedCall:
    """The same of a call."""

    delivery_id: int
    call: OutgoingCall = field(repr=False)

    @property
    def attempt(self) -> str:
        return self.call.attempt

    @property
    def ask_by(self) -> float:
        return self.call.ask_by


@dataclass(frozen=True, slots=True)
class _Due:
    """What a claim needs to know of a row: as columns, for a row as an object costs more than the request itself."""

    id: int
    lane: int
    segments: int
    language: str
    repeats: int
    expires_at: datetime
    sender_id: str
    body_sealed: bytes | None = field(repr=False)
    person_id: str
    number_sealed: bytes = field(repr=False)
    words: str | None = field(repr=False)


def claim(engine: Engine, means: Means, sender_id: str, most: int = AT_ONCE) -> list[Claimed]:
    """Take what may go now, highest lane first. The attempt is committed before any request is made."""
    with writing(engine) as session:
        sender, clock = pacing.refill(session, sender_id)
        number, lease = means.number_of_sender(sender), clock + LEASE
        claimed: list[Claimed] = []
        unsendable: list[int] = []
        spent = 0
        ask_by = time.monotonic() + ASKED_WITHIN  # counted from before the look: a process may sleep in the middle
        now, vault = means.now(), means.vault(sender_id)
        wanted = {"sender": sender_id, "most": most, **times(now)}
        for due in starmap(_Due, session.execute(_due(), wanted).all()):
            is_there = pacing.is_there(sender.tokens, sender.segments_per_second, due.segments)
            if not is_there and due.lane not in pacing.ON_CREDIT[TEXT]:
                break
            body = _words(means, due)
            recipient = PhoneNumber(vault.open(due.number_sealed, row=number_row(due.person_id)))
            if body is None or not is_textable(recipient):  # the others must not wait for this one
                unsendable.append(due.id)
                continue
            sender.tokens -= due.segments
            spent += due.segments
            validity = max(SHORTEST_LIFE, due.expires_at - now)
            text = OutgoingText(new_id(), recipient, number, body, validity, ask_by)
            claimed.append(Claimed(due.id, text))
        _note_claimed(session, claimed, lease)
        _quarantine(session, means, unsendable)
        if spent:
            spending.charge(sender, spending.day_of(now), segments=spent, dollars=spent * PRICES.segment)
        return claimed


def turn(engine: Engine, means: Means, sender_id: str, channel: str) -> float | None:
    """In how many seconds the first of what waits may go; ``None``: nothing waits."""
    with reading(engine) as session:
        first = session.execute(_first(channel), {"sender": sender_id, **times(means.now())}).first()
        if first is None:
            return None
        lane, segments = first
        return 0.0 if lane in pacing.ON_CREDIT[channel] else pacing.wait_of(session, sender_id, channel, segments)


_MOST = bindparam("most", 1, type_=Integer, literal_execute=True)
"""In the statement itself: PostgreSQL takes a limit that it cannot see for a tenth of all that waits."""


@cache
def _first(channel: str) -> Select[int, int]:
    waiting = select(Delivery.lane, Delivery.segments).where(Delivery.sender_id == bindparam("sender"), may_go(channel))
    return waiting.order_by(Delivery.lane, Delivery.id).limit(_MOST)


def _note_claimed(session: Session, claimed: Sequence[Claimed], lease: datetime) -> None:
    """All at once: an attempt of each row's own, and one lease."""
    if not claimed:
        return
    taken = update(Delivery).where(Delivery.id == bindparam("row"))
    values = {"state": State.SENDING, "attempt": bindparam("mine"), "lease_until": lease, "not_before": None}
    rows = [{"row": one.delivery_id, "mine": one.attempt} for one in claimed]
    session.connection().execute(taken.values(values), rows)


def _quarantine(session: Session, means: Means, rows: Sequence[int]) -> None:
    """What nobody can read, and what would go to a phone that we never text."""
    if rows:
        count(session, "texts not sent: unreadable, or to no ordinary phone")
        values = {"state": State.QUARANTINED, "final_at": means.now()}
        session.execute(update(Delivery).where(Delivery.id.in_(rows)).values(values))


def may_go(channel: str = TEXT) -> ColumnElement[bool]:
    """Waiting, not too late, not paused, and still so: asked again right before every request. Wants ``times``."""
    paused = there_is(Broadcast.id == Delivery.broadcast_id, Broadcast.paused_at.is_not(None))
    return and_(
        Delivery.state == State.PENDING,
        Delivery.channel == channel,
        Delivery.not_before.is_(None) | (Delivery.not_before <= _NOW),
        Delivery.expires_at > (_LATEST if channel == TEXT else _NOW),
        ~paused,
        ~no_longer_holds(),
    )


def times(now: datetime) -> dict[str, datetime]:
    """The moments that ``may_go`` compares with."""
    return {"now": now, "latest": now + TOO_LATE}


@cache
def _due() -> Select[Any]:
    """What a claim asks. Put together once, for that costs more than asking it.

    Those that are due are chosen first, by their index alone, and then joined: PostgreSQL else reads everybody's row
    for each claim of a hundred.
    """
    d = Delivery
    waiting = (
        select(d.id, d.lane, d.segments, d.language, d.repeats, d.expires_at, d.sender_id, d.body_sealed)
        .add_columns(d.person_id, d.broadcast_id)
        .where(d.sender_id == bindparam("sender"), may_go())
        .order_by(d.lane, d.id)
        .limit(_MOST)
        .with_for_update(skip_locked=True)
        .cte("waiting")
    )
    w = waiting.c
    of_broadcast = and_(Rendering.broadcast_id == w.broadcast_id, Rendering.language == w.language)
    return (
        select(w.id, w.lane, w.segments, w.language, w.repeats, w.expires_at, w.sender_id, w.body_sealed)
        .add_columns(Person.id, Person.number_sealed, Rendering.body)
        .join_from(waiting, Person, Person.id == w.person_id)
        .outerjoin(Rendering, of_broadcast)
        .order_by(w.lane, w.id)
    )


def _words(means: Means, due: _Due) -> str | None:
    """The words of a row, or None where nobody can read them any more."""
    body = opened(means, due.sender_id, due.id, due.body_sealed, due.words)
    return body if body is None or not due.repeats else as_repeat(body, due.language)


def as_repeat(body: str, language: str) -> str:
    """What may arrive a second time says so."""
    return reader(language, None, language).read(_("(Repeat) {words}", words=body))


def opened(means: Means, sender_id: str, delivery_id: int, sealed: bytes | None, rendered: str | None) -> str | None:
    """The words of a delivery: its own, else those of its broadcast; None where nobody can read them any more."""
    if sealed is None:
        return rendered
    try:
        return means.vault(sender_id).open(sealed, row=body_row(delivery_id))
    except CannotDecrypt:
        return None


async def hand_over(carrier: Carrier, claimed: Sequence[Claimed]) -> list[tuple[Claimed, HandOver]]:
    """Ask the carrier for all of them at once. No database is held meanwhile."""
    outcomes = await asyncio.gather(*(carrier.send(one.text) for one in claimed))
    return list(zip(claimed, outcomes, strict=True))


def senders_with_work(session: Session, now: datetime, channel: str = TEXT) -> list[str]:
    """The numbers on which something may go out."""
    return list(session.scalars(_with_work(channel), times(now)))


@cache
def _with_work(channel: str) -> Select[str]:
    return select(Sender.id).where(there_is(Delivery.sender_id == Sender.id, may_go(channel)))
