"""The doorbell on every store: what lies in it is JSON without a word in it, and a ring reaches who listens."""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey
from huey.registry import Message
from phone import service

from phonetree.engine.doorbell import HueyDoorbell, JsonCodec, listen, open_engine

ELSEWHERE = {"postgresql": "TEST_POSTGRESQL_URL", "redis": "TEST_REDIS_URL"}


def url_of(store: str, folder: Path) -> str:
    if store == "sqlite":
        return f"sqlite:///{folder}/phonetree.db"
    return service(ELSEWHERE[store])


@pytest.fixture(params=["sqlite", "postgresql", "redis"])
def engine_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return url_of(request.param, tmp_path)


@pytest.fixture
def open_one(engine_url: str) -> Iterator[Callable[[], Huey]]:
    """Opens the same store again, as another process would."""
    opened: list[Huey] = []

    def open_it() -> Huey:
        is_embedded = engine_url.startswith("sqlite")
        engine = open_engine("" if is_embedded else engine_url, engine_url if is_embedded else "sqlite://")
        opened.append(engine)
        return engine

    open_it().storage.flush_queue()
    yield open_it
    for engine in opened:
        engine.storage.close()


def test_a_message_survives_the_codec() -> None:
    message = Message("id", "wake", None, 0, 0, None, [], {}, None, None, None, None, None, None, None)
    stored = JsonCodec().serialize(message)
    assert json.loads(stored)["name"] == "wake"
    assert JsonCodec().deserialize(stored) == message


class _Armed:
    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        return (os.mkdir, ("armed",))


def test_what_is_pickled_is_refused_and_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError):  # noqa: PT011 - whatever json says of it
        JsonCodec().deserialize(pickle.dumps(_Armed()))
    assert not list(tmp_path.iterdir())


def test_a_ring_holds_no_argument(open_one: Callable[[], Huey]) -> None:
    engine = open_one()
    HueyDoorbell(engine).ring()
    (stored,) = engine.storage.enqueued_items()
    told = json.loads(bytes(stored))
    assert (told["name"], told["args"], told["kwargs"]) == ("phonetree.engine.doorbell.wake", [], {})
    assert not engine.results


@pytest.mark.parametrize("has_bell", [True, False])
def test_a_ring_reaches_who_listens_elsewhere(open_one: Callable[[], Huey], *, has_bell: bool) -> None:
    web, worker, heard = open_one(), open_one(), Event()
    if has_bell:
        HueyDoorbell(worker)
    forget = listen(worker, heard.set)
    HueyDoorbell(web).ring()
    worker.execute(worker.dequeue())
    assert heard.is_set()
    heard.clear()
    forget()
    HueyDoorbell(open_one()).ring()
    worker.execute(worker.dequeue())
    assert not heard.is_set()


def test_a_ring_that_fails_is_let_pass(tmp_path: Path) -> None:
    engine = open_engine("", f"sqlite:///{tmp_path}/phonetree.db")
    bell, rung = HueyDoorbell(engine), []
    engine.storage.sql("drop table task", commit=True)
    bell.ring()
    rung.append("and went on")
    engine.storage.close()
    assert rung


@pytest.mark.parametrize(
    ("engine_url", "database_url", "kind"),
    [
        ("", "sqlite:///{folder}/phonetree.db", SqliteHuey),
        ("redis://127.0.0.1:1/0", "sqlite:///{folder}/phonetree.db", RedisHuey),
        ("rediss://127.0.0.1:1/0", "sqlite:///{folder}/phonetree.db", RedisHuey),
    ],
)
def test_settings_choose_the_store(tmp_path: Path, engine_url: str, database_url: str, kind: type[Any]) -> None:
    engine = open_engine(engine_url, database_url.format(folder=tmp_path))
    assert type(engine) is kind
    if kind is SqliteHuey:
        assert (tmp_path / "engine.db").exists()
        assert not (tmp_path / "phonetree.db").exists()
        engine.storage.close()


def test_a_postgresql_database_rings_its_own_bell(tmp_path: Path) -> None:
    url = url_of("postgresql", tmp_path).replace("postgresql://", "postgresql+psycopg://")
    engine = open_engine("", url)
    assert type(engine) is PostgresHuey
    engine.storage.close()
