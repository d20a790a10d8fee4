"""A database is set up so that nothing committed is lost, nothing deleted lingers, and nothing half-done stays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, select, text
from sqlalchemy.exc import IntegrityError

from phonetree.models import Lease, Membership, open_database, reading, writing
from phonetree.models.migrations import migrate

HOLDER = "0123456789abcdef" * 2
NOON = datetime(2026, 11, 16, 20, tzinfo=UTC)


class HalfDoneError(Exception):
    """Something goes wrong in the middle of a transaction."""


def half_do(database: Engine) -> None:
    with writing(database) as session:
        session.add(Lease(name="rounds", holder=HOLDER, until=NOON))
        session.flush()
        raise HalfDoneError


@pytest.fixture
def database(database_url: str) -> Iterator[Engine]:
    engine = open_database(database_url)
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("busy_timeout", 10_000),
    ],
)
def test_every_connection_of_sqlite_is_set_up(tmp_path: Path, pragma: str, value: object) -> None:
    database = open_database(f"sqlite:///{tmp_path}/phonetree.db").execution_options(reading=True)
    with database.connect() as first, database.connect() as second:
        assert [c.execute(text(f"PRAGMA {pragma}")).scalar() for c in (first, second)] == [value, value]
    database.dispose()


def test_what_is_deleted_is_gone_from_the_files(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/phonetree.db")
    migrate(database)
    with writing(database) as session:
        session.add(Lease(name="rounds", holder=HOLDER, until=NOON))
    assert any(HOLDER.encode() in path.read_bytes() for path in tmp_path.iterdir())
    with writing(database) as session:
        session.execute(delete(Lease))
    database.dispose()  # the last connection to close moves the log into the file
    assert all(HOLDER.encode() not in path.read_bytes() for path in tmp_path.iterdir())


def test_what_fails_half_way_leaves_nothing(database: Engine) -> None:
    with pytest.raises(HalfDoneError):
        half_do(database)
    with reading(database) as session:
        assert session.scalars(select(Lease)).all() == []


def test_a_row_that_points_to_nothing_is_refused(database: Engine) -> None:
    with pytest.raises(IntegrityError), writing(database) as session:
        session.add(Membership(site_id=1, person_id="0" * 32, role="parent"))


def test_an_error_shows_none_of_what_was_written(database: Engine) -> None:
    with pytest.raises(IntegrityError) as refused, writing(database) as session:
        session.add(Membership(site_id=1, person_id=HOLDER, role="parent"))
    told = re.sub(r"DETAIL:.*", "", str(refused.value))  # PostgreSQL's own words; the log's filter drops them
    assert HOLDER not in told
