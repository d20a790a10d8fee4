"""``phonetree backup`` and ``restore``: sealed, whole, and into an empty database only."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from kept_house import FAMILIES, LAST, LEAD, KeptHouse, kept_house, plains
from operator_desk import OperatorDesk, command
from phone import environment, house_in, migrated_url, rows

from phonetree.models import Base, open_database
from phonetree.words.crypto import new_master_key

KINDS = ["sqlite", "postgresql"]


@pytest.fixture(params=KINDS)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[KeptHouse]:
    (tmp_path / "first").mkdir()
    with kept_house(request.param, tmp_path / "first") as house:
        yield house


def desk_of(house: KeptHouse, folder: Path) -> OperatorDesk:
    return OperatorDesk(folder, house.settings)


def backed_up(house: KeptHouse, folder: Path) -> Path:
    (line,) = desk_of(house, folder).done("backup", folder / "tree.backup")
    assert line.startswith("tree.backup: ")
    return folder / "tree.backup"


@pytest.fixture(params=KINDS)
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OperatorDesk]:
    """An empty database of either kind, and an empty key folder."""
    folder = tmp_path / "second"
    folder.mkdir()
    with migrated_url(request.param, folder) as url:
        yield OperatorDesk(folder, environment(folder, DATABASE_URL=url))


def with_keys_of(elsewhere: OperatorDesk, house: KeptHouse) -> OperatorDesk:
    shutil.copytree(house.means.keys.directory, elsewhere.folder / "keys")
    elsewhere.settings["PHONETREE_KEYS"] = house.settings["PHONETREE_KEYS"]
    return elsewhere


def everything(desk: OperatorDesk) -> dict[str, list[tuple[object, ...]]]:
    database = open_database(desk.settings["DATABASE_URL"])
    try:
        return rows(database)
    finally:
        database.dispose()


def test_all_rows_come_back_on_either_kind(house: KeptHouse, elsewhere: OperatorDesk, tmp_path: Path) -> None:
    file, before = backed_up(house, tmp_path), rows(house.house.database)
    assert oct(file.stat().st_mode)[-3:] == "600"
    desk = with_keys_of(elsewhere, house)
    assert desk.done("restore", file)[0].startswith("restored: ")
    after = everything(desk)
    for name in set(Base.metadata.tables) - {"deliveries", "audit"}:
        assert after[name] == before[name], name
    assert len(after["deliveries"]) == len(before["deliveries"]) > 0
    with house_in(desk.folder, **desk.settings) as opened:
        restored = KeptHouse(opened, desk.settings)
        assert plains(restored) == plains(house)
        restored.says(LAST, "JOIN MAPLE")
        restored.says(LAST, "1")
        assert restored.numbers() == sorted([*house.numbers(), LAST.e164])


def test_it_is_whole_while_others_write(house: KeptHouse, tmp_path: Path) -> None:
    process = subprocess.Popen(  # noqa: S603 - our own interpreter
        command("backup", str(tmp_path / "tree.backup")), env=house.environment(), stdout=subprocess.PIPE
    )
    turns = 0
    while process.poll() is None:
        house.says(FAMILIES[turns % len(FAMILIES)], "NEWS")
        turns += 1
    assert (process.communicate()[0].startswith(b"tree.backup"), process.returncode) == (True, 0)
    assert turns


def test_nothing_in_it_is_readable_and_no_key_is_in_it(house: KeptHouse, tmp_path: Path) -> None:
    sealed = backed_up(house, tmp_path).read_bytes()
    for word in (b"people", b"MAPLE", b"laundry", LEAD.e164.encode(), b"deployment", b"argon2"):
        assert word not in sealed
    again = backed_up(house, tmp_path).read_bytes()
    assert again[:51] != sealed[:51], "a key of its own for each file"


@pytest.fixture
def small(tmp_path: Path) -> Iterator[tuple[KeptHouse, OperatorDesk, Path]]:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    with kept_house("sqlite", tmp_path / "first") as house, migrated_url("sqlite", tmp_path / "second") as url:
        desk = OperatorDesk(tmp_path / "second", environment(tmp_path / "second", DATABASE_URL=url))
        yield house, with_keys_of(desk, house), backed_up(house, tmp_path)


Small = tuple[KeptHouse, OperatorDesk, Path]


@pytest.mark.parametrize("at", [0, 25, 60, 5000, -1])
def test_a_touched_file_changes_nothing(small: Small, at: int) -> None:
    _house, desk, file = small
    before, content = everything(desk), bytearray(file.read_bytes())
    content[at] ^= 1
    file.write_bytes(content)
    (line,) = desk.fails("restore", file)
    assert line.startswith("tree.backup was not restored, and nothing was changed: ")
    assert everything(desk) == before


@pytest.mark.parametrize("kept", [0, 10, 51, 60, 5000, -1])
def test_a_cut_file_changes_nothing(small: Small, kept: int) -> None:
    _house, desk, file = small
    before = everything(desk)
    file.write_bytes(file.read_bytes()[:kept])
    (line,) = desk.fails("restore", file)
    assert line.startswith("tree.backup was not restored, and nothing was changed: ")
    assert everything(desk) == before


def test_another_master_key_opens_nothing_and_an_older_one_does(small: Small) -> None:
    _house, desk, file = small
    right, before = desk.settings["PHONETREE_KEYS"], everything(desk)
    assert "no key of PHONETREE_KEYS opens it" in desk.fails("restore", file, PHONETREE_KEYS=new_master_key())[0]
    assert everything(desk) == before
    desk.settings["PHONETREE_KEYS"] = f"{new_master_key()},{right}"
    assert desk.done("restore", file)


def test_without_its_key_folder_nothing_is_restored_and_no_key_is_made(small: Small) -> None:
    _house, desk, file = small
    shutil.rmtree(desk.folder / "keys")
    before = everything(desk)
    (line,) = desk.fails("restore", file)
    assert line.startswith("PHONETREE_KEY_DIR: 2 data keys of this backup are not there")
    assert everything(desk) == before
    assert not (desk.folder / "keys").exists()
    assert desk.done("restore", "--without-keys", file)


def test_it_never_restores_over_what_is_there(small: Small) -> None:
    house, desk, file = small
    assert "is not empty" in desk_of(house, desk.folder).fails("restore", file)[0]
    desk.done("restore", file)
    before = everything(desk)
    assert "is not empty" in desk.fails("restore", file)[0]
    assert everything(desk) == before


def test_into_a_file_that_is_not_there_yet(small: Small) -> None:
    _house, desk, file = small
    desk.settings["DATABASE_URL"] = f"sqlite:///{desk.folder}/new/tree.db"
    assert desk.done("restore", file)
    assert desk.done("site", "show", "MAPLE")
