"""Huey as a doorbell: on SQLite beside the database, on PostgreSQL or on Redis. Messages are JSON, never pickle."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey
from huey.registry import Message
from huey.signals import SIGNAL_EXECUTING
from sqlalchemy.engine import make_url

NAME = "phonetree"
BESIDE = "engine.db"


class JsonCodec:
    """Huey's messages as JSON and back: a writable queue must not be a way to run code."""

    def serialize(self, message: Message) -> bytes:
        return json.dumps(message._asdict()).encode()

    def deserialize(self, stored: bytes) -> Message:
        return Message(**json.loads(stored))


def open_engine(engine_url: str, database_url: str) -> Huey:
    """The engine for these settings: empty means the database's own PostgreSQL, or a SQLite file beside it."""
    url = make_url(engine_url or database_url)
    codec = {"serializer": JsonCodec(), "results": False}
    match url.get_backend_name():
        case "postgresql":
            return PostgresHuey(NAME, dsn=_dsn(url.render_as_string(hide_password=False)), **codec)
        case "redis" | "rediss":
            return RedisHuey(NAME, url=engine_url, **codec)
        case _:
            beside = Path(url.database or "").resolve().parent / BESIDE
            return SqliteHuey(NAME, filename=str(beside), **codec)


def _dsn(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


class HueyDoorbell:
    """The port ``Doorbell``. A ring that fails is let pass: the rounds come within a second or two."""

    def __init__(self, engine: Huey) -> None:
        self._wake = engine.task(name="wake")(_nobody)

    def ring(self) -> None:
        try:
            self._wake()
        except Exception:  # noqa: BLE001 - whatever the engine's store does, the text that rang is safe in the ledger
            return


def listen(engine: Huey, heard: Callable[[], None]) -> Callable[[], None]:
    """Call *heard* at every ring that reaches this process. Returns what ends it."""
    with suppress(ValueError):  # this process has a bell already, and with it the task
        HueyDoorbell(engine)

    def rang(_signal: str, _task: object, *_more: object) -> None:
        heard()

    engine.signal(SIGNAL_EXECUTING)(rang)
    return lambda: engine.disconnect_signal(rang, SIGNAL_EXECUTING)


def empty(engine: Huey) -> None:
    """Nobody rang any more; of a file beside the database no trace of it is left either."""
    engine.flush()
    if isinstance(engine, SqliteHuey):
        engine.storage.conn.execute("VACUUM")
        engine.storage.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _nobody() -> None:
    """The task itself: that it runs is all there is to it."""
