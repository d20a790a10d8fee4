"""When each job of the workers last came to its end, for whoever watches over them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from phonetree.models import Heartbeat

ROUNDS, RETENTION = "rounds", "retention"


def beat(session: Session, name: str, now: datetime) -> None:
    """The job of this *name* was done to its end."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    beaten = dialect.insert(Heartbeat).values(name=name, at=now)
    session.execute(beaten.on_conflict_do_update(index_elements=[Heartbeat.name], set_={"at": now}))


def last_beats(session: Session) -> Mapping[str, datetime]:
    """When each was last done, by name; what never was is not in it."""
    return {beat.name: beat.at for beat in session.scalars(select(Heartbeat))}


def last_beat(session: Session, name: str) -> datetime | None:
    return session.scalar(select(Heartbeat.at).where(Heartbeat.name == name))
