"""A database, SQLite or PostgreSQL, set up so that nothing committed is lost and nothing deleted lingers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from sqlite3 import Connection as SqliteConnection
from sqlite3 import OperationalError as SqliteBusy
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    Engine,
    Executable,
    create_engine,
    event,
    literal,
    select,
)
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

if TYPE_CHECKING:
    from psycopg import Connection as PostgresqlConnection

T = TypeVar("T")
HOLDS = "holds the turnstile"
BUSY, LOOK_EVERY = 10.0, 0.0003
"""Seconds: how long to wait for the write lock, less than the provider waits for an answer; and how often to look."""


def open_database(url: str) -> Engine:
    """An engine for *url*. Parameters never appear in its errors, for they hold what nobody may read."""
    engine = create_engine(url, hide_parameters=True)
    if engine.dialect.name != "sqlite":
        event.listen(engine, "connect", _set_up_postgresql)
        return engine
    turnstile = threading.Lock()
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", partial(_begin_sqlite, turnstile))
    event.listen(engine, "checkin", partial(_leave, turnstile))
    return engine


def _set_up_postgresql(connection: PostgresqlConnection[Any], _record: object) -> None:
    """Compiling a claim to machine code takes longer than a thousand claims."""
    connection.execute("SET jit = off")
    connection.commit()


def _set_up_sqlite(connection: SqliteConnection, _record: object) -> None:
    connection.isolation_level = None  # we begin transactions ourselves, below
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # NORMAL may lose committed rows on power loss (reliability 4.3)
        "foreign_keys=ON",
        "secure_delete=ON",
        f"busy_timeout={int(BUSY * 1000)}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(turnstile: threading.Lock, connection: Connection) -> None:
    # A deferred transaction that reads and then writes fails at once when another wrote meanwhile (performance 2c).
    if connection.get_execution_options().get("reading", False):
        connection.exec_driver_sql("BEGIN")
    else:
        _wait_to_write(turnstile, connection)


def _wait_to_write(turnstile: threading.Lock, connection: Connection) -> None:
    """Wait for the write lock, looking often: SQLite itself sleeps longer and longer, and others go past it.

    Of this process one thread at a time waits for it; the others stand in line behind the turnstile.
    """
    until, driver = time.monotonic() + BUSY, connection.connection.driver_connection
    if not connection.info.get(HOLDS) and turnstile.acquire(timeout=BUSY):
        connection.info[HOLDS] = True
    if not isinstance(driver, SqliteConnection):
        raise TypeError("this is no connection to SQLite")
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while time.monotonic() < until:
            with suppress(SqliteBusy):
                driver.execute("BEGIN IMMEDIATE")
                return
            time.sleep(LOOK_EVERY)
    finally:
        driver.execute(f"PRAGMA busy_timeout={int(BUSY * 1000)}")
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _leave(turnstile: threading.Lock, _connection: SqliteConnection, record: ConnectionPoolEntry) -> None:
    if record.info.pop(HOLDS, False):
        turnstile.release()


def is_collision(error: DBAPIError) -> bool:
    """Whether another transaction was first: the same once more will go well."""
    crossed = getattr(error.orig, "sqlstate", None) in {"40P01", "40001"}
    return isinstance(error, IntegrityError) or crossed


def once_more(work: Callable[[], T]) -> T:
    """Do *work*, a whole transaction, and do it again where another was first, or two locks met crosswise.

    Also where the connection had broken off: it may have been committed, so *work* must bear being done twice.
    """
    try:
        return work()
    except DBAPIError as error:
        if not may_go_well(error):
            raise
        return work()


def may_go_well(error: DBAPIError) -> bool:
    """Whether the same once more may go well."""
    return is_collision(error) or error.connection_invalidated


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A transaction that commits at the end, or leaves nothing."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A transaction that only looks: what is changed of its objects stays among them."""
    looking = engine.execution_options(reading=True)
    with Session(looking, expire_on_commit=False, autoflush=False) as session, session.begin():
        yield session


@contextmanager
def reading_first(engine: Engine) -> Iterator[Session]:
    """One that looks, and from ``begin_writing`` on writes; then it commits at the end, or leaves nothing."""
    looking = engine.execution_options(reading=True)
    with Session(looking, expire_on_commit=False, autoflush=False) as session:
        yield session
        session.commit()


def begin_writing(session: Session) -> None:
    """From here on a session that was reading first writes.

    SQLite lets one transaction write at a time and none that has read before another wrote: there a new one begins.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.commit()
        session.connection(execution_options={"reading": False})
    session.autoflush = True


def there_is(*so: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether there is a row, looked up for each row that asks: for where few ask of a table with many.

    PostgreSQL would else gather the whole table first, as if all that wait were to be asked for; behind an OFFSET, be
    it of nothing, it does not.
    """
    return select(literal(1)).where(*so).offset(0).exists()


def as_rows(session: Session, statement: Executable, values: Mapping[str, object]) -> CursorResult[Any]:
    """Run a statement with columns, not objects: for what every turn reads and writes, at a third of the price.

    What the session holds is written first, as it would be for objects.
    """
    if session.autoflush:
        session.flush()
    return session.connection().execute(statement, values)
