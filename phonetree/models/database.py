"""A database, SQLite or PostgreSQL, set up so that nothing committed is lost and nothing deleted lingers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from sqlite3 import Connection as SqliteConnection
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

T = TypeVar("T")
BUSY_MS = 10_000
"""Milliseconds to wait for the write lock: less than the provider waits for an answer."""


def open_database(url: str) -> Engine:
    """An engine for *url*. Parameters never appear in its errors, for they hold what nobody may read."""
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, hide_parameters=True, pool_pre_ping=True)
    engine = create_engine(url, hide_parameters=True)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: SqliteConnection, _record: object) -> None:
    connection.isolation_level = None  # we begin transactions ourselves, below
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # NORMAL may lose committed rows on power loss (reliability 4.3)
        "foreign_keys=ON",
        "secure_delete=ON",
        f"busy_timeout={BUSY_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that reads and then writes fails at once when another wrote meanwhile (performance 2c).
    is_reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")


def is_collision(error: DBAPIError) -> bool:
    """Whether another transaction was first: the same once more will go well."""
    crossed = getattr(error.orig, "sqlstate", None) in {"40P01", "40001"}
    return isinstance(error, IntegrityError) or crossed


def once_more(work: Callable[[], T]) -> T:
    """Do *work*, a whole transaction; where another was first, or two locks met crosswise, do it again."""
    try:
        return work()
    except DBAPIError as error:
        if not is_collision(error):
            raise
        return work()


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A transaction that commits at the end, or leaves nothing."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A transaction that only looks."""
    with Session(engine.execution_options(reading=True), expire_on_commit=False) as session, session.begin():
        yield session
