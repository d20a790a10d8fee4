"""The canary: what left from our numbers by the provider's own list, held against the ledger that sends for them.

Whoever has the provider's account needs nothing of ours to text every family. This notices it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Engine, and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from phonetree.desk import freezing
from phonetree.desk.counters import count
from phonetree.desk.delivery import as_repeat, opened
from phonetree.desk.means import Means
from phonetree.desk.outbox import audit
from phonetree.models import (
    TEXT,
    Delivery,
    Forgotten,
    Lease,
    Person,
    ProviderCopy,
    Rendering,
    Sender,
    State,
    StrangeText,
    database_now,
    reading,
    writing,
)
from phonetree.words.numbers import PhoneNumber
from phonetree.words.ports import Carrier, SentText

LOOK_EVERY = timedelta(seconds=20)
OVERLAP = timedelta(seconds=40)
"""A look begins so much before the end of the last: what was still on its way into the provider's list, and clocks."""
LONGEST = timedelta(days=1)
IN_ONE_GO = 500
STRANGE = "texts that the ledger did not send"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Watched:
    """One number of ours, and since when its list is looked at."""

    sender_id: str
    number: PhoneNumber = field(repr=False)
    since: datetime
    until: datetime


async def watch(engine: Engine, means: Means, line: Carrier) -> int:
    """Look, where it is time and no other worker does. Returns how many texts of somebody else's were found."""
    found = 0
    for watched in await asyncio.to_thread(_due, engine, means):
        strange = await _strange(engine, means, line, watched)
        if strange is not None:
            found += len(strange)
            await asyncio.to_thread(_settle, engine, means, watched, strange)
    return found


async def _strange(engine: Engine, means: Means, line: Carrier, watched: _Watched) -> list[SentText] | None:
    """What is on the list and not ours; None where no list came.

    Asked twice before anybody is told: what the provider was made to forget meanwhile is not on the second list, and
    what was just being written down is known by then.
    """
    strange: list[SentText] = []
    for _look in range(2):
        sent = await line.find_sent(watched.number, watched.since)
        if sent is None:
            return None
        strange = await asyncio.to_thread(_not_ours, engine, means, watched.sender_id, sent)
        if not strange:
            break
    return strange


def _due(engine: Engine, means: Means) -> list[_Watched]:
    """Every number, once in a while for all workers together, by the database's clock."""
    with reading(engine) as session:
        if session.scalar(select(Lease.until).where(Lease.name == "canary", Lease.until > database_now())):
            return []
    with writing(engine) as session:
        if not _take_turn(session):
            return []
        now = means.now()
        return [
            _Watched(sender.id, means.number_of_sender(sender), _since(sender, now), now)
            for sender in session.scalars(select(Sender))
            if sender.watched_until is not None or _begins(sender, now)
        ]


def _take_turn(session: Session) -> bool:
    now = session.scalars(select(database_now())).one()
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    session.execute(dialect.insert(Lease).values(name="canary", holder="", until=now).on_conflict_do_nothing())
    taken = update(Lease).where(Lease.name == "canary", Lease.until <= now).values(until=now + LOOK_EVERY)
    return session.scalar(taken.returning(Lease.name)) is not None


def _begins(sender: Sender, now: datetime) -> bool:
    """What was sent before we ever looked may be anybody's: somebody tried the number out."""
    sender.watched_until = now + OVERLAP
    return False


def _since(sender: Sender, now: datetime) -> datetime:
    return max((sender.watched_until or now) - OVERLAP, now - LONGEST)


# --- whose it is -----------------------------------------------------------------------------------------------------


def _not_ours(engine: Engine, means: Means, sender_id: str, sent: Sequence[SentText]) -> list[SentText]:
    """What the ledger did not send, and is not known to be sending just now."""
    with reading(engine) as session:
        known = _known(session, [text.sid for text in sent])
        others = {text.sid: text for text in sent if text.sid not in known}.values()
        return [text for text in others if not _may_be_ours(session, means, sender_id, text)]


def _known(session: Session, sids: Sequence[str]) -> set[str]:
    """By its name: in the ledger, among what the provider must forget, or told already."""
    known: set[str] = set()
    for column in (Delivery.sid, ProviderCopy.sid, StrangeText.sid):
        for some in (sids[at : at + IN_ONE_GO] for at in range(0, len(sids), IN_ONE_GO)):
            known.update(sid for sid in session.scalars(select(column).where(column.in_(some))) if sid)
    return known


def _may_be_ours(session: Session, means: Means, sender_id: str, text: SentText) -> bool:
    """Being sent, or in doubt, with these very words to this phone; or its person was forgotten, and rows with them."""
    indexes = list(means.vault(sender_id).named_indexes(text.recipient).values())
    gone = (Forgotten.sender_id == sender_id, Forgotten.number_index.in_(indexes))
    if session.scalar(select(Forgotten.at).where(*gone, Forgotten.at >= text.made_at - OVERLAP).limit(1)):
        return True
    unnamed = and_(
        Delivery.sender_id == sender_id,
        Delivery.channel == TEXT,
        Delivery.sid.is_(None),
        or_(Delivery.state.in_((State.SENDING, State.IN_DOUBT)), Delivery.looks > 0, Delivery.repeats > 0),
    )
    of_broadcast = and_(Rendering.broadcast_id == Delivery.broadcast_id, Rendering.language == Delivery.language)
    chosen = (
        select(Delivery, Rendering.body)
        .join(Person, Person.id == Delivery.person_id)
        .outerjoin(Rendering, of_broadcast)
        .where(unnamed, Person.number_index.in_(indexes))
    )
    bodies = [_bodies(means, delivery, words) for delivery, words in session.execute(chosen)]
    return any(not text.body or text.body in each for each in bodies)  # redacted at the provider: by the phone alone


def _bodies(means: Means, delivery: Delivery, rendered: str | None) -> Iterable[str]:
    body = opened(means, delivery.sender_id, delivery.id, delivery.body_sealed, rendered)
    return () if body is None else (body, as_repeat(body, delivery.language))


# --- what is done about it -------------------------------------------------------------------------------------------


def _settle(engine: Engine, means: Means, watched: _Watched, strange: Sequence[SentText]) -> None:
    with writing(engine) as session:
        sender = session.get_one(Sender, watched.sender_id)
        sender.watched_until = watched.until
        if not strange:
            return
        for text in strange:
            session.merge(StrangeText(sid=text.sid, sender_id=sender.id, found_at=means.now()))
        for site in sender.sites:
            audit(session, means, STRANGE, site=site, actor=None, about=f"{len(strange)} texts")
            freezing.freeze(session, means, site, by=None, why=freezing.Why.CANARY)
        count(session, STRANGE)
    log.error("texts that the ledger did not send", texts=len(strange), tree=watched.sender_id)
    means.doorbell.ring()
