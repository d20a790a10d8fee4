"""Figures for those who watch over a deployment, counted in the database: lengths, ages, states, and nobody in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Engine, func, select
from sqlalchemy.orm import Session

from phonetree.desk.counters import counted
from phonetree.desk.heartbeats import last_beats
from phonetree.desk.means import Means
from phonetree.desk.spending import day_of
from phonetree.models import (
    CALL,
    TEXT,
    Alert,
    Broadcast,
    CallLane,
    Delivery,
    Hunt,
    KeptReceipt,
    Lane,
    Note,
    Proposal,
    ProviderCopy,
    Request,
    Sender,
    Site,
    State,
    reading,
)


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits in one lane of one channel. *age*: seconds since the oldest was written, of what may go now."""

    length: int
    age: float


@dataclass(frozen=True, slots=True)
class Spending:
    """What one number spent today, and may: dollars."""

    spent: float
    budget: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything at one moment. Ages are seconds, times are Unix seconds."""

    queues: Mapping[tuple[str, str], Queue]
    """By channel and lane."""
    deliveries: Mapping[str, int]
    """By state, all that the ledger holds."""
    receipts: int
    """Kept, and not yet folded into the ledger."""
    without_receipt: float
    """How long the oldest text of the last hour that was handed over has waited for a receipt."""
    alerts: Mapping[str, int]
    """Open ones, by the code of the school."""
    paused: int
    proposals: int
    callers: int
    requests: Mapping[str, int]
    """By state: waiting, taken or done."""
    messages: int
    provider_copies: int
    beats: Mapping[str, float]
    """When each job of the workers was last done."""
    happened: Mapping[str, int]
    """What was counted since the beginning, by name."""
    spending: Mapping[str, Spending]
    """Of each number, under the code of its first school."""
    last_phone: Mapping[str, float]
    """Of the newest alert or correction, by channel: seconds until the last phone's turn, or so far."""


def figures(engine: Engine, means: Means) -> Figures:
    """All of it in one look."""
    with reading(engine) as session:
        now = means.now()
        return Figures(
            queues=_queues(session, now),
            deliveries=_by_state(session),
            receipts=_count(session, KeptReceipt.id.is_not(None)),
            without_receipt=_without_receipt(session, now),
            alerts=_alerts(session),
            paused=_count(session, Broadcast.paused_at.is_not(None), Broadcast.expires_at > now),
            proposals=_count(session, Proposal.state == "open"),
            callers=_count(session, Hunt.state == "ringing"),
            requests=_requests(session),
            messages=_count(session, Note.told_at.is_(None)),
            provider_copies=_count(session, ProviderCopy.ask_at <= now),
            beats={name: at.timestamp() for name, at in last_beats(session).items()},
            happened=counted(session),
            spending=_spending(session, now),
            last_phone=_last_phone(session, now),
        )


def _queues(session: Session, now: datetime) -> dict[tuple[str, str], Queue]:
    may_go = Delivery.not_before.is_(None) | (Delivery.not_before <= now)
    oldest = func.min(Delivery.created_at).filter(may_go)
    counted = select(Delivery.channel, Delivery.lane, func.count(), oldest).where(Delivery.state == State.PENDING)
    waiting = {
        (channel, lane): Queue(count, _age(at, now))
        for channel, lane, count, at in session.execute(counted.group_by(Delivery.channel, Delivery.lane))
    }
    lanes = [*((TEXT, lane) for lane in Lane), *((CALL, lane) for lane in CallLane)]
    return {(channel, lane.name.lower()): waiting.get((channel, lane), Queue(0, 0.0)) for channel, lane in lanes}


def _by_state(session: Session) -> dict[str, int]:
    found = {row[0]: row[1] for row in session.execute(select(Delivery.state, func.count()).group_by(Delivery.state))}
    return {state.value: found.get(state, 0) for state in State}


def _without_receipt(session: Session, now: datetime) -> float:
    lately = Delivery.submitted_at > now - timedelta(hours=1)
    unheard_of = (Delivery.state == State.SUBMITTED) & (Delivery.channel == TEXT) & Delivery.sid.is_not(None)
    return _age(session.scalar(select(func.min(Delivery.submitted_at)).where(unheard_of, lately)), now)


def _alerts(session: Session) -> dict[str, int]:
    is_open = (Alert.site_id == Site.id) & Alert.closed_at.is_(None)
    counted = select(Site.code, func.count(Alert.id)).outerjoin(Alert, is_open).group_by(Site.code)
    return {row[0]: row[1] for row in session.execute(counted)}


def _requests(session: Session) -> dict[str, int]:
    is_over, is_taken = Request.done_at.is_not(None), Request.taken_by.is_not(None)
    counted = select(is_over, is_taken, func.count()).group_by(is_over, is_taken)
    states = {"waiting": 0, "taken": 0, "done": 0}
    for over, taken, count in session.execute(counted):
        states["done" if over else "taken" if taken else "waiting"] += count
    return states


def _spending(session: Session, now: datetime) -> dict[str, Spending]:
    today = day_of(now)
    senders = [sender for sender in session.scalars(select(Sender)) if sender.sites]
    spent = {sender.id: sender.dollars_today if sender.spent_on == today else 0.0 for sender in senders}
    return {sender.sites[0].code: Spending(spent[sender.id], sender.daily_budget) for sender in senders}


def _last_phone(session: Session, now: datetime) -> dict[str, float]:
    """While some still wait it grows; what was cancelled, and who is called later, is not waited for."""
    urgent = Broadcast.lane.in_((Lane.ALERT, Lane.CORRECTION))
    newest = session.scalar(select(Broadcast).where(urgent).order_by(Broadcast.id.desc()).limit(1))
    if newest is None:
        return {}
    waits = func.count().filter(Delivery.state.in_((State.PENDING, State.SENDING)))
    counted_by = select(Delivery.channel, waits, func.max(Delivery.submitted_at))
    rows = session.execute(counted_by.where(Delivery.broadcast_id == newest.id).group_by(Delivery.channel))
    began = newest.created_at
    return {row[0]: (now - began if row[1] else (row[2] or began) - began).total_seconds() for row in rows}


def _count(session: Session, *which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).where(*which)) or 0


def _age(at: datetime | None, now: datetime) -> float:
    return 0.0 if at is None else max(0.0, (now - at).total_seconds())
