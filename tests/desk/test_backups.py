"""A backup of an older migration is brought to the newest; what no version can read changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError
from stage import ANA, ROSA

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.backups import CannotRestore, dumped, read_through, restore
from phonetree.models import open_database
from phonetree.models.migrations import FOLDER, is_migrated

OLD = "0010"


@pytest.fixture
def database(database_url: str) -> Iterator[Engine]:
    engine = open_database(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def means() -> Iterator[Rehearsal]:
    with Rehearsal((FOLDER.parent / "tests" / "transcripts" / "school.toml").read_text()) as tree:
        yield tree


def move(database: Engine, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    with database.begin() as connection:
        config.attributes["connection"] = connection
        (command.downgrade if revision == "base" else command.upgrade)(config, revision)


def lines_of(database: Engine, tree: Rehearsal) -> list[bytes]:
    return list(dumped(database, tree.means, lambda _count: None))


@pytest.mark.parametrize("stands_at", ["base", OLD, "head"])
def test_an_old_backup_is_restored_and_brought_up_to_date(database: Engine, means: Rehearsal, stands_at: str) -> None:
    move(database, OLD)
    with database.begin() as connection:
        connection.execute(text("INSERT INTO marks (name, at) VALUES ('calls', 1700000000000)"))
        connection.execute(text("INSERT INTO audit (what, about, at) VALUES ('joined', '', 1700000000000)"))
    lines = lines_of(database, means)
    assert json.loads(lines[0])["revision"] == OLD
    move(database, "base")
    move(database, stands_at)
    restore(database, read_through(lines), lines, means.clock(), lambda _count: None)
    assert is_migrated(database)
    with database.begin() as connection:
        assert connection.scalar(text("SELECT at FROM marks")) == 1700000000000
        assert connection.scalars(text("SELECT what FROM audit ORDER BY id")).all() == ["joined", "restored a backup"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"revision": "9999"}, "newer version"),
        ({"backup": 2}, "no backup that this version can read"),
        ({"backup": None}, "no backup"),
    ],
)
def test_what_this_version_does_not_know_is_refused(means: Rehearsal, change: dict[str, object], why: str) -> None:
    first, *rest = lines_of(means.database, means)
    changed = json.dumps(json.loads(first) | change).encode()
    with pytest.raises(CannotRestore, match=why):
        read_through([changed, *rest])


@pytest.mark.parametrize("gone", [1, 2, 5])
def test_an_end_that_is_missing_is_noticed(means: Rehearsal, gone: int) -> None:
    lines = lines_of(means.database, means)
    assert read_through(lines).rows >= 3
    with pytest.raises(CannotRestore, match="its end is missing"):
        read_through(lines[:-gone])


def test_a_table_that_fails_half_way_leaves_nothing(database: Engine, means: Rehearsal) -> None:
    lines = lines_of(means.database, means)
    twice = [line for line in lines for _again in range(2 if b'"MAPLE"' in line else 1)]
    assert len(twice) > len(lines)
    with pytest.raises(IntegrityError):
        restore(database, read_through(lines), twice, means.clock(), lambda _count: None)
    with database.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM senders")) == 0


def test_it_is_of_one_moment_whatever_is_written_meanwhile(tree: Rehearsal) -> None:
    before = {line for line in lines_of(tree.database, tree) if line.startswith(b"[")}
    under_way = dumped(tree.database, tree.means, lambda _count: None)
    lines = [next(under_way)]
    for number in ROSA, ANA:
        tree.enrol(number, "parent", "en")
        lines += islice(under_way, 6)
    lines += under_way
    assert {line for line in lines if line.startswith(b"[")} == before
    assert read_through(lines).rows == len(before)
    assert len(lines_of(tree.database, tree)) > len(lines)
