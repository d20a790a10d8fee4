"""What a run of the laboratory has left in the database, as the invariants want to see it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from invariants import Row
from phone import rows as rows_of
from sqlalchemy import Engine, and_, func, inspect, or_, select

from phonetree.desk.means import Means
from phonetree.models import (
    CALL,
    TEXT,
    Broadcast,
    Delivery,
    KeptReceipt,
    Lease,
    Person,
    Rendering,
    State,
    reading,
)

OPEN = (State.PENDING, State.SENDING, State.IN_DOUBT)
MOVES = frozenset({"leases", "heartbeats"})
"""The tables that every round writes to."""
WATCHED = "watched_until"
"""Of a number: up to when the provider's list was looked at, which moves as well."""

Snapshot = dict[str, list[tuple[Any, ...]]]


def is_at_rest(database: Engine) -> bool:
    """Nothing to many waits, is under way or in doubt: no text, no call that may go now, no receipt."""
    text = and_(Delivery.broadcast_id.is_not(None), Delivery.channel == TEXT, Delivery.state.in_(OPEN))
    call = and_(Delivery.channel == CALL, Delivery.not_before.is_(None), Delivery.state.in_(OPEN[:2]))
    with reading(database) as session:
        is_folded = not session.scalar(select(func.count()).select_from(KeptReceipt))
        return is_folded and not session.scalar(select(func.count()).where(or_(text, call)))


def rounds_end(database: Engine) -> datetime | None:
    """Until when somebody has the rounds: each round puts it off."""
    with reading(database) as session:
        return session.scalar(select(Lease.until).where(Lease.name == "rounds"))


def words_of(database: Engine, action: str) -> str:
    """The words of the latest text of this kind, as everybody reads them here."""
    with reading(database) as session:
        chosen = select(Rendering.body).join(Broadcast).where(Broadcast.action == action)
        return session.scalars(chosen.order_by(Broadcast.id.desc()).limit(1)).one()


def text_rows(database: Engine, means: Means) -> Sequence[Row]:
    """Every text to many, as it stands."""
    mine = Rendering.broadcast_id == Delivery.broadcast_id
    chosen = (
        select(Person, Rendering.body, Delivery.state)
        .join(Delivery, Delivery.person_id == Person.id)
        .join(Rendering, and_(mine, Rendering.language == Delivery.language))
        .where(Delivery.channel == TEXT)
        .order_by(Delivery.id)
    )
    with reading(database) as session:
        return [Row(means.number_of(who).e164, words, state) for who, words, state in session.execute(chosen)]


def call_states(database: Engine) -> list[State]:
    """Where the calls to many stand."""
    with reading(database) as session:
        calls = select(Delivery.state).where(Delivery.broadcast_id.is_not(None), Delivery.channel == CALL)
        return list(session.scalars(calls.order_by(Delivery.id)))


def snapshot(database: Engine) -> Snapshot:
    """Every row of every table, but for those that always move."""
    found = {table: rows for table, rows in rows_of(database).items() if table not in MOVES}
    watched = [column["name"] for column in inspect(database).get_columns("senders")].index(WATCHED)
    return found | {"senders": [row[:watched] + row[watched + 1 :] for row in found["senders"]]}


def dump(database: Engine, file: Path) -> None:
    """Write what every column of every row holds, as it is, one value to a line."""
    with file.open("wb") as out:
        for rows in rows_of(database).values():
            for row in rows:
                out.write(b"\n".join(each if isinstance(each, bytes) else str(each).encode() for each in row) + b"\n")
