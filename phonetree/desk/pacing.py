"""What a number may send and call: buckets in the database, shared by every worker on every host."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from phonetree.models import Sender, database_now


def refill(session: Session, sender_id: str) -> Sender:
    """Lock the sender and let its bucket fill by the database's clock, to one second's worth at most."""
    sender = session.scalars(select(Sender).where(Sender.id == sender_id).with_for_update(key_share=True)).one()
    now = session.scalars(select(database_now())).one()
    passed = max((now - sender.refilled_at) / timedelta(seconds=1), 0.0)
    room = max(1.0, sender.segments_per_second)
    sender.tokens = min(room, sender.tokens + passed * sender.segments_per_second)
    sender.refilled_at = now
    return sender


def refill_calls(session: Session, sender_id: str) -> Sender:
    """The same for calls."""
    sender = session.scalars(select(Sender).where(Sender.id == sender_id).with_for_update(key_share=True)).one()
    now = session.scalars(select(database_now())).one()
    passed = max((now - (sender.calls_refilled_at or now)) / timedelta(seconds=1), 0.0)
    room = max(1.0, sender.calls_per_second)
    sender.call_tokens = min(room, sender.call_tokens + passed * sender.calls_per_second)
    sender.calls_refilled_at = now
    return sender
