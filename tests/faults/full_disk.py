"""A disk that is full for as long as a file exists: SQLite gets no page more than it has."""

from __future__ import annotations

from pathlib import Path
from sqlite3 import Connection

from sqlalchemy import Engine, event

NO_MORE, AS_MANY_AS_IT_LIKES = 1, 1_000_000_000
"""Pages. SQLite takes fewer than there are for as many as there are."""


def fill_while(sign: Path, database: Engine) -> None:
    """From now on the database cannot grow while *sign* exists. It is looked for at every transaction's begin."""

    def limit(connection: Connection, *_: object) -> None:
        most = NO_MORE if sign.exists() else AS_MANY_AS_IT_LIKES
        connection.execute(f"PRAGMA max_page_count={most}")

    event.listen(database, "checkout", limit)
