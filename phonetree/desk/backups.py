"""A database as lines, and lines as a database: the same for SQLite and PostgreSQL, and from one to the other."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Date,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    func,
    insert,
    select,
    text,
)

from phonetree.desk.means import Means
from phonetree.desk.restoring import hold_back
from phonetree.models.migrations import begin_at, is_known, migrate, revision_of
from phonetree.words.crypto import HEADER_BYTES

FORMAT = 1
BATCH = 100
"""Rows held at once: some hold the sound of minutes."""
NOT_KEPT = ("alembic_version", "huey_")
"""Tables of others that may lie in the same PostgreSQL: how far the migrations are, what wakes the workers."""
Watch = Callable[[int], None]


class CannotRestore(Exception):
    """Nothing was changed; the message says why."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup says of itself, once every line of it was read."""

    made_at: datetime
    revision: str
    rows: int
    keys: frozenset[str]
    """The data keys that what is sealed in it needs."""


# --- a database as lines ----------------------------------------------------------------------------------------------


def count_rows(engine: Engine) -> int:
    with _snapshot(engine) as (connection, tables):
        return _count(connection, tables)


def dumped(engine: Engine, means: Means, watch: Watch) -> Iterator[bytes]:
    """Every row of every table, as they were at one moment, while others go on writing."""
    with _snapshot(engine) as (connection, tables):
        rows, keys = 0, {means.keys.lasting_key_id.hex()}
        yield _line({"backup": FORMAT, "revision": revision_of(connection), "made_at": means.now().isoformat()})
        for table in tables:
            yield _line({"table": table.name, "columns": [column.name for column in table.columns]})
            chosen = select(table).order_by(*table.primary_key).execution_options(yield_per=BATCH)
            sealed = [at for at, column in enumerate(table.columns) if column.name.endswith("_sealed")]
            for row in connection.execute(chosen):
                keys.update(bytes(row[at][1:HEADER_BYTES]).hex() for at in sealed if row[at])
                rows += 1
                watch(1)
                yield _line([_written(value) for value in row])
        yield _line({"end": rows, "keys": sorted(keys)})


@contextmanager
def _snapshot(engine: Engine) -> Iterator[tuple[Connection, list[Table]]]:
    """One transaction that reads everything as it was when it began. Nobody waits for it."""
    isolation = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with engine.execution_options(reading=True, **isolation).connect() as connection:
        yield connection, _tables(connection)


def _tables(connection: Connection) -> list[Table]:
    """As they are, at whatever migration; those that others refer to first."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if not table.name.startswith(NOT_KEPT)]


def _count(connection: Connection, tables: Iterable[Table]) -> int:
    return sum(connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


def _line(content: object) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode() + b"\n"


def _written(value: Any) -> Any:
    match value:
        case bytes() | memoryview():
            return b64encode(value).decode()
        case date():
            return value.isoformat()
    return value


# --- lines as a database ----------------------------------------------------------------------------------------------


def read_through(lines: Iterable[bytes]) -> Contents:
    """Read a backup to its end before anything is changed. Raises CannotRestore."""
    each = map(json.loads, lines)
    first = next(each, None)
    if not isinstance(first, Mapping) or first.get("backup") != FORMAT:
        raise CannotRestore("it is no backup that this version can read")
    if not is_known(str(first["revision"])):
        raise CannotRestore("it was made by a newer version of the program; install that one first")
    rows, last = 0, None
    for line in each:
        rows += isinstance(line, list)
        last = line
    if not isinstance(last, Mapping) or last.get("end") != rows:
        raise CannotRestore("its end is missing")
    made_at = datetime.fromisoformat(first["made_at"])
    return Contents(made_at, str(first["revision"]), rows, frozenset(last["keys"]))


def check_empty(engine: Engine) -> None:
    """Nothing is ever restored over what is there."""
    with _snapshot(engine) as (connection, tables):
        if _count(connection, tables):
            raise CannotRestore("the database is not empty; restore into one that is")


def restore(engine: Engine, contents: Contents, lines: Iterable[bytes], now: datetime, watch: Watch) -> None:
    """All rows or none, in one transaction, which also sees to it that nothing of them is sent again."""
    check_empty(engine)
    begin_at(engine, contents.revision)
    with engine.begin() as connection:
        _Loading(connection, {table.name: table for table in _tables(connection)}, watch).run(lines)
        hold_back(connection, made_at=contents.made_at, now=now)
    migrate(engine)


@dataclass(slots=True)
class _Loading:
    """Rows on their way into the tables."""

    connection: Connection
    tables: Mapping[str, Table]
    watch: Watch
    columns: Sequence[Column[Any]] = field(default=())

    def run(self, lines: Iterable[bytes]) -> None:
        each = map(json.loads, lines)
        next(each)
        while batch := list(islice(each, BATCH)):
            self._take(batch)
        for table in self.tables.values():
            self._count_on(table)

    def _take(self, batch: Sequence[Any]) -> None:
        rows: list[dict[str, Any]] = []
        for line in batch:
            if isinstance(line, list):
                rows.append({c.name: _read(c, value) for c, value in zip(self.columns, line, strict=True)})
            else:
                self._insert(rows)
                rows = []
                if "table" in line:
                    table = self.tables[line["table"]]
                    self.columns = [table.columns[name] for name in line["columns"]]
        self._insert(rows)

    def _insert(self, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            self.connection.execute(insert(self.columns[0].table), rows)
            self.watch(len(rows))

    def _count_on(self, table: Table) -> None:
        """PostgreSQL counts rows apart from them: the next one is not to get a number that is taken."""
        id_ = table.columns.get("id")
        if self.connection.dialect.name == "sqlite" or id_ is None or not isinstance(id_.type, Integer):
            return
        last = self.connection.scalar(select(func.max(id_)))
        if last is not None:
            sequence = text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)")
            self.connection.execute(sequence, {"table": table.name, "last": last})


def _read(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, LargeBinary):
        return b64decode(value, validate=True)
    return date.fromisoformat(value) if isinstance(column.type, Date) else value
