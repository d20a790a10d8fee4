"""Instants keep their milliseconds and their order on every database; the database's own clock is the right one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.dialects import sqlite

from phonetree.models import Lease, database_now, open_database, reading, writing
from phonetree.models.base import Instant
from phonetree.models.migrations import migrate

PACIFIC = timezone(timedelta(hours=-8))
MOMENTS = [
    datetime(2026, 11, 16, 8, 0, 0, 123_000, tzinfo=PACIFIC),
    datetime(2026, 11, 1, 8, 30, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(2100, 2, 28, 12, tzinfo=UTC),
]


@pytest.fixture
def database(database_url: str) -> Iterator[Engine]:
    engine = open_database(database_url)
    migrate(engine)
    yield engine
    engine.dispose()


def test_an_instant_comes_back_as_the_same_moment_and_sorts_by_time(database: Engine) -> None:
    with writing(database) as session:
        session.add_all(Lease(name=str(place), holder="", until=at) for place, at in enumerate(MOMENTS))
    with reading(database) as session:
        assert list(session.scalars(select(Lease.until).order_by(Lease.until))) == sorted(MOMENTS)
        late = select(Lease.name).where(Lease.until > datetime(2050, 1, 1, tzinfo=UTC))
        assert list(session.scalars(late)) == ["3"]


def test_the_databases_clock_tells_the_time(database: Engine) -> None:
    with reading(database) as session:
        told = session.scalars(select(database_now())).one()
    assert abs(told - datetime.now(UTC)) < timedelta(minutes=1)


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_loses_less_than_a_millisecond(at: datetime) -> None:
    column, dialect = Instant(), sqlite.dialect()
    back = column.process_result_value(column.process_bind_param(at, dialect), dialect)
    assert back is not None
    assert timedelta(0) <= at - back < timedelta(milliseconds=1)


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(TypeError):
        Instant().process_bind_param(datetime(2026, 11, 16, 8), sqlite.dialect())  # noqa: DTZ001 - the offence itself
