"""What a number may send and call: buckets in the database, shared by every worker on every host."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import BigInteger, ColumnElement, Double, Select, bindparam, case, cast, func, select, type_coerce
from sqlalchemy.orm import Session, aliased

from phonetree.models import CALL, TEXT, CallLane, Lane, Sender, database_now

ON_CREDIT = {TEXT: (Lane.NOW,), CALL: (CallLane.NOW, CallLane.HOTLINE)}
"""Somebody waits for these: they go at once, and what comes after pays for it (decisions 7)."""
_TICK = 0.001
"""Seconds: what a bucket counts in. It is full a tick later than by arithmetic, at most."""
_LATE = 0.05
"""Seconds that a worker may look late at a full bucket with nothing lost of what the number may send."""


def refill(session: Session, sender_id: str) -> tuple[Sender, datetime]:
    """Lock the sender and let its bucket of segments fill, by the database's clock, which is told as well."""
    sender, now = _locked(session, sender_id)
    sender.tokens, sender.refilled_at = _segments(sender, now), now
    return sender, now


def refill_calls(session: Session, sender_id: str) -> tuple[Sender, datetime]:
    """The same for its bucket of calls."""
    sender, now = _locked(session, sender_id)
    sender.call_tokens, sender.calls_refilled_at = _calls(sender, now), now
    return sender, now


def is_there(tokens: float, per_second: float, wanted: int) -> bool:
    """Whether there is enough for a text of so many segments, or for a call; a full bucket is enough for any."""
    return seconds_until(tokens, per_second, wanted) <= 0


def seconds_until(tokens: float, per_second: float, wanted: int) -> float:
    missing = min(wanted, _room(per_second)) - tokens
    return missing / per_second + _TICK if missing > _TICK * per_second else 0.0


def wait_of(session: Session, sender_id: str, channel: str, wanted: int) -> float:
    """Seconds until there is enough, if nobody else takes it."""
    sender, now = session.get_one(Sender, sender_id), session.scalars(select(database_now())).one()
    if channel == TEXT:
        return seconds_until(_segments(sender, now), sender.segments_per_second, wanted)
    return seconds_until(_calls(sender, now), sender.calls_per_second, 1)


def filled() -> ColumnElement[float]:
    """The bucket of segments as it has filled by now, for a statement that takes from it."""
    passed = type_coerce(database_now(), BigInteger) - type_coerce(Sender.refilled_at, BigInteger)
    since = case((passed > 0, passed), else_=0)
    now = Sender.tokens + cast(since, Double) / 1000 * Sender.segments_per_second
    second, one = Sender.segments_per_second, 1.0 + _LATE * Sender.segments_per_second
    room = case((second > one, second), else_=one)
    return case((now > room, room), else_=now)


def debt_of_all() -> ColumnElement[float]:
    """How many segments all numbers together are ahead of what they may send."""
    other = aliased(Sender)
    passed = type_coerce(database_now(), BigInteger) - type_coerce(other.refilled_at, BigInteger)
    now = other.tokens + cast(passed, Double) / 1000 * other.segments_per_second
    return select(func.coalesce(func.sum(-now), 0.0)).where(now < 0).scalar_subquery()


def _locked(session: Session, sender_id: str) -> tuple[Sender, datetime]:
    sender, now = session.execute(_sender_and_now(), {"sender": sender_id}).one()
    return sender, now


@cache
def _sender_and_now() -> Select[Sender, datetime]:
    """Locked below, so that the clock is read when the wait for the lock is over."""
    locked = select(Sender).where(Sender.id == bindparam("sender")).with_for_update(key_share=True).subquery()
    return select(aliased(Sender, locked), database_now())


def _segments(sender: Sender, now: datetime) -> float:
    return _filled(sender.tokens, sender.segments_per_second, sender.refilled_at, now)


def _calls(sender: Sender, now: datetime) -> float:
    return _filled(sender.call_tokens, sender.calls_per_second, sender.calls_refilled_at or now, now)


def _filled(tokens: float, per_second: float, since: datetime, now: datetime) -> float:
    passed = max((now - since) / timedelta(seconds=1), 0.0)
    return min(_room(per_second), tokens + passed * per_second)


def _room(per_second: float) -> float:
    """One second's worth, but one text or call at least, and what comes while a worker is a little late to look."""
    return max(1.0 + _LATE * per_second, per_second)
