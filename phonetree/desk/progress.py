"""How a broadcast goes, told to the leads by text: when all is handed over, and when the receipts are in."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from phonetree.desk.means import Means
from phonetree.desk.outbox import tell_leads
from phonetree.models import Alert, Broadcast, Delivery, Lane, Site, State
from phonetree.words.i18n import _

RECEIPTS_BY = timedelta(minutes=3)
"""Receipts that have not come by then are told as missing."""
WAITING = (State.PENDING, State.SENDING)


def tell_progress(session: Session, means: Means) -> None:
    """Every broadcast that leads asked for is told twice: handed over, and delivered."""
    chosen = select(Broadcast).where(
        Broadcast.asked_by.is_not(None), Broadcast.told_delivered_at.is_(None), Broadcast.paused_at.is_(None)
    )
    for broadcast in session.scalars(chosen.limit(50)):
        counts = _counts(session, broadcast)
        if broadcast.told_handed_over_at is None:
            _tell_handed_over(session, means, broadcast, counts)
        elif not counts.get(State.SUBMITTED) or broadcast.told_handed_over_at <= means.now() - RECEIPTS_BY:
            _tell_delivered(session, means, broadcast, counts)


def _number_of(session: Session, broadcast: Broadcast) -> str:
    """The alert's public number: a lead may wait for the counts of several."""
    alert = session.get(Alert, broadcast.alert_id) if broadcast.alert_id else None
    return str(alert.number) if alert else ""


def _counts(session: Session, broadcast: Broadcast) -> dict[str, int]:
    rows = session.execute(
        select(Delivery.state, func.count()).where(Delivery.broadcast_id == broadcast.id).group_by(Delivery.state)
    )
    return {state: count for state, count in rows}  # noqa: C416 - a Row is no tuple to dict()


def _tell_handed_over(session: Session, means: Means, broadcast: Broadcast, counts: dict[str, int]) -> None:
    if any(counts.get(state) for state in WAITING):
        return
    broadcast.told_handed_over_at = means.now()
    number = _number_of(session, broadcast)
    handed = sum(counts.get(state, 0) for state in (State.SUBMITTED, State.DELIVERED, State.UNDELIVERED))
    words = _("{number}: {n} of {all} handed over. Receipts follow.", number=number, n=handed, all=broadcast.phones)
    tell_leads(session, means, session.get_one(Site, broadcast.site_id), words, lane=Lane.LATER)


def _tell_delivered(session: Session, means: Means, broadcast: Broadcast, counts: dict[str, int]) -> None:
    broadcast.told_delivered_at = means.now()
    words = _(
        "{number}: {n} of {all} delivered. {not_reached} not reached, {unknown} without receipt.",
        number=_number_of(session, broadcast),
        n=counts.get(State.DELIVERED, 0),
        all=broadcast.phones,
        not_reached=sum(counts.get(s, 0) for s in (State.UNDELIVERED, State.FAILED, State.EXPIRED)),
        unknown=counts.get(State.SUBMITTED, 0) + counts.get(State.IN_DOUBT, 0),
    )
    tell_leads(session, means, session.get_one(Site, broadcast.site_id), words, lane=Lane.LATER)
