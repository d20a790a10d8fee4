"""The upkeep of the database itself: so that what was deleted is in no file any more."""

from __future__ import annotations

import time
from contextlib import closing, suppress
from sqlite3 import Connection as SqliteConnection
from sqlite3 import OperationalError as SqliteBusy

from sqlalchemy import Engine, text

PATIENCE = 50
"""Milliseconds that others may wait for the write-ahead log to be written back; it can be done later as well."""
LONG_PATIENCE = 10_000


def write_back(engine: Engine, patience: int = PATIENCE) -> bool:
    """Write the write-ahead log back and empty it: whether that is done. Where there is none there is nothing to do."""
    if engine.dialect.name != "sqlite":
        return True
    with closing(engine.raw_connection()) as borrowed:
        driver = borrowed.driver_connection
        if not isinstance(driver, SqliteConnection):
            raise TypeError("this is no connection to SQLite")
        return _emptied(driver, patience)


def _emptied(driver: SqliteConnection, patience: int) -> bool:
    """First what stops nobody; then, when little is left, what writers wait for."""
    before = driver.execute("PRAGMA busy_timeout").fetchone()[0]
    driver.execute(f"PRAGMA busy_timeout={patience}")
    try:
        with suppress(SqliteBusy):
            driver.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            (is_busy, *_pages) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not is_busy
        return False
    finally:
        driver.execute(f"PRAGMA busy_timeout={before}")


def rewrite(engine: Engine) -> bool:
    """Write every page anew, so that nothing deleted is left in any. Slow, and others wait. Whether it is done.

    PostgreSQL leaves old rows in their pages when it vacuums; only a table that is written anew has none.
    """
    if engine.dialect.name != "sqlite":
        return _rewritten(engine)
    with closing(engine.raw_connection()) as borrowed:
        driver = borrowed.driver_connection
        if not isinstance(driver, SqliteConnection):
            raise TypeError("this is no connection to SQLite")
        driver.execute("PRAGMA temp_store=MEMORY")
        driver.execute("VACUUM")
        return _emptied(driver, LONG_PATIENCE)


_OLDER = text(
    "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND ("
    "age(backend_xid) > age(CAST(:this AS xid8)::xid)"
    " OR datname = current_database() AND age(backend_xmin) > age(CAST(:this AS xid8)::xid))"
)
"""Transactions that began before *this* one. What they might still see, a table that is written anew has as well; those
of other databases on the server count, for the rewriting itself sees no further than the oldest of them."""


def _rewritten(engine: Engine) -> bool:
    until = time.monotonic() + LONG_PATIENCE / 1000
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        this = connection.scalar(text("SELECT CAST(pg_current_xact_id() AS text)"))
        while connection.scalar(_OLDER, {"this": this}):
            if time.monotonic() > until:
                return False
            connection.execute(text("SELECT pg_sleep(0.05)"))
        connection.execute(text("VACUUM FULL"))
    return True
