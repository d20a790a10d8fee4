"""What the provider must forget: the text that held a lead's PIN. Asked at once, and again until it is gone."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from phonetree.desk.means import Means
from phonetree.models import ProviderCopy, reading, writing
from phonetree.words.ports import Carrier

ASK_AGAIN = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
MOST_TRIES = 40
"""About a week; by then somebody has read in the log that it does not work."""
AT_ONCE = 20


def must_go(session: Session, means: Means, sid: str) -> None:
    """Note that the provider's copy of this text must go."""
    if session.get(ProviderCopy, sid) is None:
        session.add(ProviderCopy(sid=sid, ask_at=means.now()))


async def forget_at_provider(engine: Engine, means: Means, line: Carrier) -> None:
    """Ask for the copies that are due. A record that is not final yet cannot be deleted, so some are asked again."""
    for sid in _due(engine, means):
        _settle(engine, means, sid, is_gone=await line.delete(sid))


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
