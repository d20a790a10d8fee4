"""What the provider must forget: texts and calls once they are over, and at once what held a PIN."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import (
    Engine,
    Select,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from phonetree.desk.means import Means
from phonetree.models import Call, Delivery, Heard, Instant, Lane, Mark, ProviderCopy, State, reading, writing
from phonetree.words.ports import Carrier

ASK_AGAIN = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
MOST_TRIES = 40
"""About a week; by then somebody has read in the log that it does not work."""
AT_ONCE = 20
OVER_FOR = timedelta(hours=1)
"""Until then a receipt may still come, and somebody may still look for what went wrong."""
LONGEST_CALL = timedelta(hours=5)
"""The provider ends every call after four hours."""
NO_RECEIPT_FOR = timedelta(days=1)
"""What was handed over and never reported on counts as over then."""
IN_ONE_GO = 500
SID_LENGTH = 34


def must_go(session: Session, means: Means, sid: str, after: timedelta = timedelta(0)) -> None:
    """Note that the provider's copy of this text or call must go, *after* a while."""
    if session.get(ProviderCopy, sid) is None:
        session.add(ProviderCopy(sid=sid, ask_at=means.now() + after))


def let_go_of(session: Session, person_ids: Sequence[str], now: datetime, *, heard: bool = False) -> None:
    """Before these people are forgotten: the provider's copies of what they were sent and of their calls must go.

    What they texted is known by its own row, which stays without them; *heard*: that row is to go as well.
    """
    texts = select(Delivery.sid, literal(now, Instant()), literal(0)).where(
        Delivery.person_id.in_(person_ids), func.length(Delivery.sid) == SID_LENGTH
    )
    lately = (Call.began_at > now - LONGEST_CALL - timedelta(days=1), func.length(Call.sid) == SID_LENGTH)
    calls = select(Call.sid, literal(now, Instant()), literal(0)).where(Call.person_id.in_(person_ids), *lately)
    _add(session, texts)
    _add(session, calls)
    if heard:
        since = (Heard.at > now - timedelta(days=1), func.length(Heard.sid) == SID_LENGTH)
        _add(
            session,
            select(Heard.sid, literal(now, Instant()), literal(0)).where(Heard.person_id.in_(person_ids), *since),
        )


async def forget_at_provider(engine: Engine, means: Means, line: Carrier) -> None:
    """Ask for the copies that are due. A record that is not final yet cannot be deleted, so some are asked again."""
    due = await asyncio.to_thread(_due, engine, means)
    gone = await asyncio.gather(*(line.delete(sid) for sid in due))
    for sid, is_gone in zip(due, gone, strict=True):
        await asyncio.to_thread(_settle, engine, means, sid, is_gone=is_gone)


def _due(engine: Engine, means: Means) -> list[str]:
    with reading(engine) as session:
        due = select(ProviderCopy.sid).where(ProviderCopy.ask_at <= means.now()).order_by(ProviderCopy.ask_at)
        return list(session.scalars(due.limit(AT_ONCE)))


def _settle(engine: Engine, means: Means, sid: str, *, is_gone: bool) -> None:
    with writing(engine) as session:
        copy = session.get(ProviderCopy, sid)
        if copy is None:
            return
        copy.tries += 1
        if is_gone or copy.tries >= MOST_TRIES:
            session.delete(copy)
        else:
            copy.ask_at = means.now() + min(ASK_AGAIN * 2 ** min(copy.tries - 1, 10), LONGEST_PAUSE)


# --- what is over ----------------------------------------------------------------------------------------------------


def gather_what_is_over(session: Session, means: Means) -> None:
    """Note what is over and must go too: what we sent, what we heard, who called. Not while an alert goes out."""
    if session.scalar(_goes_out()):
        return
    _gather_sent(session, means)
    _gather_since(session, means, "texts heard", Heard.at, Heard.sid, OVER_FOR)
    _gather_since(session, means, "calls", Call.began_at, Call.sid, LONGEST_CALL)


@cache
def _goes_out() -> Select[bool]:
    waits = Delivery.state.in_((State.PENDING, State.SENDING)) & Delivery.lane.in_((Lane.CORRECTION, Lane.ALERT))
    return select(exists().where(waits))


def _gather_sent(session: Session, means: Means) -> None:
    """From then on the ledger itself does not know any more what the provider called it."""
    now = means.now()
    long_final = Delivery.final_at <= now - OVER_FOR
    unheard_of = and_(Delivery.state == State.SUBMITTED, Delivery.submitted_at <= now - NO_RECEIPT_FOR)
    over = select(Delivery.id).where(Delivery.sid.is_not(None), or_(long_final, unheard_of)).limit(IN_ONE_GO)
    rows = list(session.scalars(over.with_for_update(skip_locked=True)))
    if rows:
        _add(session, select(Delivery.sid, literal(now, Instant()), literal(0)).where(Delivery.id.in_(rows)))
        session.execute(update(Delivery).where(Delivery.id.in_(rows)).values(sid=None))


def _gather_since(
    session: Session,
    means: Means,
    name: str,
    at: InstrumentedAttribute[datetime],
    sid: InstrumentedAttribute[str],
    over_for: timedelta,
) -> None:
    """Everything since the mark that is old enough, at most so many in one go; the mark moves behind the last."""
    mark = session.get(Mark, name) or Mark(name=name, at=datetime.fromtimestamp(0, means.now().tzinfo))
    old_enough = and_(at > mark.at, at <= means.now() - over_for)
    nth = select(at).where(old_enough).order_by(at).limit(1).offset(IN_ONE_GO)
    until = session.scalar(nth) or session.scalar(select(func.max(at)).where(old_enough))
    if until is None:
        return
    found = and_(at > mark.at, at <= until, func.length(sid) == SID_LENGTH)
    _add(session, select(sid, literal(means.now(), Instant()), literal(0)).where(found))
    mark.at = until
    session.add(mark)


def _add(session: Session, found: Select[str | None, datetime, int]) -> None:
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    copies = dialect.insert(ProviderCopy).from_select(["sid", "ask_at", "tries"], found)
    session.execute(copies.on_conflict_do_nothing())
