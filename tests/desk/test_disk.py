"""What was forgotten is in no file: the sealed bytes of a number are looked for on the disk, in database and log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from phone import migrated_url
from sqlalchemy import Engine, select, text
from sqlalchemy.engine import make_url
from stage import ANA, BOB, LEAD, SUE, all_of, say, send, tree_at

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.retention import EVERY, each_slice
from phonetree.desk.rounds import make_rounds
from phonetree.models import Person
from phonetree.models.upkeep import rewrite


@pytest.fixture
def on_disk(tmp_path: Path) -> Iterator[Rehearsal]:
    with migrated_url("sqlite", tmp_path) as url, tree_at(url) as tree:
        yield tree


@pytest.fixture
def in_heap(tmp_path: Path) -> Iterator[Rehearsal]:
    with migrated_url("postgresql", tmp_path) as url:
        driven = make_url(url).set(drivername="postgresql+psycopg")
        with tree_at(driven.render_as_string(hide_password=False)) as tree:
            yield tree


def sealed_numbers(tree: Rehearsal) -> dict[str, bytes]:
    """The sealed bytes of everybody's number, by who it is."""
    names = {LEAD: "lead", ANA: "ana", BOB: "bob", SUE: "sue"}
    return {names[tree.means.number_of(person)]: person.number_sealed for person in all_of(tree, select(Person))}


def found_in(raw: bytes, sealed: dict[str, bytes]) -> set[str]:
    return {name for name, each in sealed.items() if each in raw}


def files(tmp_path: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file())


def heap(engine: Engine) -> bytes:
    """The file in which PostgreSQL keeps the people, as it is on the disk."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
        raw = connection.scalar(text("SELECT pg_read_binary_file(pg_relation_filepath('people'))"))
    return bytes(raw or b"")


def some_people(tree: Rehearsal) -> dict[str, bytes]:
    tree.enrol(ANA, "parent", "es")
    tree.enrol(BOB, "parent", "en")
    send(tree, "ALERT 2 1 2")
    tree.deliver()
    say(tree, SUE, "NEWS")
    return sealed_numbers(tree)


def maintained(tree: Rehearsal, after: timedelta) -> None:
    """Workers make their rounds a while later; whatever waits is delivered first, for retention waits for it."""
    tree.deliver()
    tree.clock.at += after
    make_rounds(tree.database, tree.means, "one")


def test_after_stop_and_a_month_no_trace_is_left_in_database_or_log(on_disk: Rehearsal, tmp_path: Path) -> None:
    sealed = some_people(on_disk)
    say(on_disk, ANA, "STOP")
    assert found_in(files(tmp_path), sealed) == {"lead", "ana", "bob", "sue"}
    maintained(on_disk, timedelta(days=29))
    assert found_in(files(tmp_path), sealed) == {"lead", "ana", "bob"}, "the stranger is forgotten by then"
    maintained(on_disk, timedelta(days=1, minutes=11))
    assert found_in(files(tmp_path), sealed) == {"lead", "bob"}


def test_after_erase_no_trace_is_left_in_database_or_log(on_disk: Rehearsal, tmp_path: Path) -> None:
    sealed = some_people(on_disk)
    make_rounds(on_disk.database, on_disk.means, "one")
    say(on_disk, BOB, "ERASE")
    say(on_disk, BOB, "1")
    maintained(on_disk, EVERY)
    assert found_in(files(tmp_path), sealed) == {"lead", "ana", "sue"}


def test_in_the_heap_of_postgresql_no_trace_is_left_once_it_is_written_anew(in_heap: Rehearsal) -> None:
    sealed = some_people(in_heap)
    assert found_in(heap(in_heap.database), sealed) == {"lead", "ana", "bob", "sue"}
    say(in_heap, ANA, "STOP")
    say(in_heap, BOB, "ERASE")
    say(in_heap, BOB, "1")
    in_heap.clock.at += timedelta(days=31)
    assert sum(each_slice(in_heap.database, in_heap.means))
    assert rewrite(in_heap.database)
    assert found_in(heap(in_heap.database), sealed) == {"lead"}
