"""What a number may send and call: buckets in the database, shared by every worker on every host."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from phonetree.models import Sender, database_now


def refill(session: Session, sender_id: str) -> Sender:
    """Lock the sender and let its bucket of segments fill, by the database's clock."""
    sender, now = _locked(session, sender_id)
    sender.tokens = _filled(sender.tokens, sender.segments_per_second, sender.refilled_at, now)
    sender.refilled_at = now
    return sender


def refill_calls(session: Session, sender_id: str) -> Sender:
    """The same for its bucket of calls."""
    sender, now = _locked(session, sender_id)
    sender.call_tokens = _filled(sender.call_tokens, sender.calls_per_second, sender.calls_refilled_at or now, now)
    sender.calls_refilled_at = now
    return sender


def _locked(session: Session, sender_id: str) -> tuple[Sender, datetime]:
    sender = session.scalars(select(Sender).where(Sender.id == sender_id).with_for_update(key_share=True)).one()
    return sender, session.scalars(select(database_now())).one()


def _filled(tokens: float, per_second: float, since: datetime, now: datetime) -> float:
    """To one second's worth at most."""
    passed = max((now - since) / timedelta(seconds=1), 0.0)
    return min(max(1.0, per_second), tokens + passed * per_second)
