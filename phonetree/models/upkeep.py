"""The upkeep of the database itself: so that what was deleted is in no file any more."""

from __future__ import annotations

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
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM FULL"))
        return True
    with closing(engine.raw_connection()) as borrowed:
        driver = borrowed.driver_connection
        if not isinstance(driver, SqliteConnection):
            raise TypeError("this is no connection to SQLite")
        driver.execute("PRAGMA temp_store=MEMORY")
        driver.execute("VACUUM")
        return _emptied(driver, LONG_PATIENCE)
