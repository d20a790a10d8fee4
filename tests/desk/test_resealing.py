"""Keys are changed while the tree works: killed at any moment and run again, nothing is lost and nobody twice."""

from __future__ import annotations

import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kept_house import FAMILIES, LAST, LEAD, PIN, KeptHouse, kept_house, plains
from sqlalchemy import ColumnClause, Select, column, select, table, update
from stage import code_in

from phonetree.desk import people, schools
from phonetree.desk.resealing import behind, needed, reseal, turn
from phonetree.desk.sealed_columns import SEALED, SealedColumn
from phonetree.models import Forgotten, Person, Pin, reading, writing
from phonetree.words import key_turning
from phonetree.words.crypto import DEPLOYMENT, CannotDecrypt, KeyRing, new_master_key, parse_master_keys
from phonetree.words.keyfiles import WrongKey, key_files
from phonetree.words.numbers import PhoneNumber

TURNS = """
import os, sys
from dataclasses import replace
from pathlib import Path
from phonetree.desk import resealing
from phonetree.desk.means import Means
from phonetree.models import open_database
from phonetree.words.crypto import KeyRing, parse_master_keys
from phonetree.words.pins import PinHasher
from phonetree.words.ports import system_clock
from phonetree.words.settings import read_database_url
resealing.SEALED = tuple(replace(each, at_once=3) for each in resealing.SEALED)
masters = parse_master_keys(os.environ["PHONETREE_KEYS"])
ring = KeyRing.open(Path(os.environ["PHONETREE_KEY_DIR"]), masters, system_clock().date())
means = Means(ring, system_clock, PinHasher(ring.pepper), str, None)
def watch(count):
    print(count, flush=True)
    sys.stdin.readline()
print("left", resealing.turn(open_database(read_database_url(os.environ)), means, watch), flush=True)
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[KeptHouse]:
    with kept_house(request.param, tmp_path) as house:
        yield house


class Turning:
    """Another process that changes the keys, and stops after every slice until it is let go on."""

    def __init__(self, house: KeptHouse) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", TURNS],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=house.environment(),
        )

    def step(self) -> str:
        """What it says next."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def go_on(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def kill(self) -> None:
        """While it waits, or somewhere in the midst of what it was let do."""
        self._process.kill()
        self._process.communicate()

    def finish(self) -> str:
        while (said := self.step()).isdecimal():
            self.go_on()
        self._process.communicate()
        return said


def test_everything_is_sealed_anew_and_reads_as_before(house: KeptHouse) -> None:
    before, old = plains(house), set(needed(house.house.database))
    assert {name for name, *_ in before} >= {
        "people.number_sealed",
        "senders.number_sealed",
        "sites.document_sealed",
        "notes.words_sealed",
        "deliveries.body_sealed",
        "heard.answer_sealed",
    }
    assert turn(house.house.database, house.means, lambda _count: None) == {}
    assert plains(house) == before
    assert not old & set(needed(house.house.database))
    assert "JOIN" not in house.says(FAMILIES[3], "NEWS")


def test_a_second_turning_makes_other_keys_again(house: KeptHouse) -> None:
    made = []
    for _turn in range(2):
        turn(house.house.database, house.means, lambda _count: None)
        made.append(set(needed(house.house.database)))
    assert not made[0] & made[1]
    assert len(key_files(house.means.keys.directory)) == 6


@pytest.mark.parametrize("goes_on", [False, True], ids=["between slices", "in the midst"])
def test_killed_again_and_again_it_loses_nobody_and_texts_go_on(house: KeptHouse, goes_on: bool) -> None:  # noqa: FBT001
    before, joined = plains(house), house.numbers()
    for steps in (1, 4, 9):
        turning = Turning(house)
        for _step in range(steps):
            assert turning.step().isdecimal()
            house_works(house)
            turning.go_on()
        if not goes_on:
            assert turning.step().isdecimal()
        turning.kill()
        house_works(house)
    assert Turning(house).finish() == "left {}"
    assert behind(house.house.database, house.means) == {}
    after = plains(house)
    assert {key: after[key] for key in before if key[0] != "conversations.answers_sealed" and key in after} == {
        key: plain for key, plain in before.items() if key[0] != "conversations.answers_sealed"
    }
    assert house.numbers() == joined
    assert len(key_files(house.means.keys.directory)) == 4, "each scope got one new key, however often it was killed"


def house_works(house: KeptHouse) -> None:
    """Families are known by their number, whichever key it is indexed by just now."""
    with reading(house.house.database) as session:
        site = schools.find_site(session, "MAPLE")
        assert site is not None
        found = [people.find_person(session, house.means, site.sender, number) for number in FAMILIES]
        assert all(found)
    assert "not on the list" not in house.says(FAMILIES[5], "NEWS")


def test_who_joins_meanwhile_is_there_once(house: KeptHouse) -> None:
    turning = Turning(house)
    assert turning.step().isdecimal()
    house.says(LAST, "JOIN MAPLE")
    house.says(LAST, "1")
    for _step in range(3):
        turning.go_on()
        assert turning.step().isdecimal()
    house.says(LAST, "JOIN MAPLE")
    turning.go_on()
    assert turning.finish() == "left {}"
    assert house.numbers().count(LAST.e164) == 1
    assert behind(house.house.database, house.means) == {}


def test_a_lead_sends_with_the_pin_of_before(house: KeptHouse) -> None:
    preview = house.says(LEAD, "ALERT 2 1 2")
    assert turn(house.house.database, house.means, lambda _count: None) == {}
    assert "sent" in house.says(LEAD, f"{code_in(preview)} {PIN}").lower()


def test_another_host_without_the_new_keys_is_told_of_them_first(house: KeptHouse) -> None:
    ring = house.means.keys
    key_turning.announce(ring)
    sender = tree_scope(house)
    vault = ring.vault(sender)
    (announced,) = [file for file in key_files(ring.directory) if file.is_announced and file.scope == sender]
    assert len(vault.indexes(LEAD)) == 2
    assert vault.key_id != announced.key_id
    assert vault.index(LEAD) == vault.indexes(LEAD)[0]
    key_turning.take_into_use(ring)
    assert vault.key_id == announced.key_id
    assert vault.index(LEAD) == vault.indexes(LEAD)[0]


def test_what_an_older_host_indexed_meanwhile_is_mended(house: KeptHouse) -> None:
    """Sealed by the new key and indexed by the old one: so a phone is written when a key changes in between."""
    number_index: ColumnClause[bytes] = column(Person.number_index.key)
    old = index_of(house, FAMILIES[0])
    turn(house.house.database, house.means, lambda _count: None)
    people_table = table(Person.__tablename__, number_index)
    with writing(house.house.database) as session:
        mixed = update(people_table).where(number_index == index_of(house, FAMILIES[0]))
        session.connection().execute(mixed.values(number_index=old))
    assert behind(house.house.database, house.means) == {"people.number_sealed": 1}
    assert reseal(house.house.database, house.means, lambda _count: None) == {}
    assert behind(house.house.database, house.means) == {}


def tree_scope(house: KeptHouse) -> str:
    return next(file.scope for file in key_files(house.means.keys.directory) if file.scope != "deployment")


def index_of(house: KeptHouse, number: PhoneNumber) -> bytes:
    return house.means.keys.vault(tree_scope(house)).index(number)


def test_old_master_keys_are_needed_no_more(house: KeptHouse, tmp_path: Path) -> None:
    old = parse_master_keys(house.settings["PHONETREE_KEYS"])
    new = parse_master_keys(new_master_key())
    today = key_files(tmp_path / "keys")[0].made_on
    both = KeyRing.open(tmp_path / "keys", (*new, *old), today)
    pepper = both.pepper
    key_turning.announce(both)
    key_turning.take_into_use(both)
    assert KeyRing.open(tmp_path / "keys", new, today).pepper == pepper
    with pytest.raises(WrongKey):
        _ = KeyRing.open(tmp_path / "keys", old, today).pepper


def test_the_erased_stay_refused_by_every_key(house: KeptHouse) -> None:
    """Nothing of them is left from which a new index could be made."""
    house.says(FAMILIES[2], "ERASE")
    house.says(FAMILIES[2], "1")
    keys, scope = house.means.keys, tree_scope(house)
    before = keys.vault(scope).forgotten_indexes(FAMILIES[2])[0]
    for _turn in range(2):
        turn(house.house.database, house.means, lambda _count: None)
    assert keys.vault(scope).forgotten_indexes(FAMILIES[2])[0] == before
    assert keys.vault("tree-another").forgotten_indexes(FAMILIES[2])[0] != before
    with reading(house.house.database) as session:
        assert session.scalars(select(Forgotten.number_index)).all() == [before]


# --- the end of a school year -----------------------------------------------------------------------------------------


def test_what_was_sealed_by_a_destroyed_key_opens_no_more_with_everything_else_in_hand(
    house: KeptHouse, tmp_path: Path
) -> None:
    """A copy of the database from before, the master keys, and every key file that is left."""
    ring, stolen = house.means.keys, sealed_cells(house)
    assert len(plains(house)) == len(stolen)
    (year,) = {file.year for file in key_files(ring.directory)}
    old = [file for file in key_files(ring.directory) if file.scope != DEPLOYMENT]
    assert key_turning.destroyable(ring, year) == [], "what still seals is never destroyed"
    assert turn(house.house.database, house.means, lambda _count: None) == {}
    key_turning.destroy(ring, key_turning.destroyable(ring, year))
    masters = parse_master_keys(house.settings["PHONETREE_KEYS"])
    thief = KeyRing.open(tmp_path / "keys", masters, old[0].made_on)
    opened = 0
    for name, place, sealed in stolen:
        if name.startswith("senders."):  # families know the tree's own number
            continue
        for scope in {file.scope for file in key_files(tmp_path / "keys")}:
            with pytest.raises(CannotDecrypt):
                thief.vault(scope).open_bytes(sealed, row=place)
        opened += 1
    assert opened > len(FAMILIES)
    everything = b"".join(path.read_bytes() for path in (tmp_path / "keys").iterdir())
    assert not [
        file for file in old if b64encode(file.wrapped) in everything or file.key_id.hex().encode() in everything
    ]
    assert len(house.numbers()) == len(FAMILIES) + 1
    assert house.means.pins.verify(pin_of(house), PIN)


def test_the_key_that_pins_hang_on_is_never_destroyed(house: KeptHouse) -> None:
    ring = house.means.keys
    pepper = ring.pepper
    for _year in range(2):
        turn(house.house.database, house.means, lambda _count: None)
        files = key_turning.destroyable(ring, key_files(ring.directory)[0].year)
        key_turning.destroy(ring, files)
    assert ring.pepper == pepper
    assert [file.sequence for file in key_files(ring.directory) if file.scope == DEPLOYMENT].count(1) == 1


def test_a_crash_in_the_midst_of_destroying_leaves_nothing_to_find(house: KeptHouse) -> None:
    ring = house.means.keys
    turn(house.house.database, house.means, lambda _count: None)
    (file,) = [f for f in key_turning.destroyable(ring, key_files(ring.directory)[0].year) if f.scope != DEPLOYMENT]
    path = ring.directory / file.file_name
    path.rename(path.with_suffix(".gone"))
    key_turning.destroy(ring, [])
    assert not list(ring.directory.glob(f"{file.key_id.hex()}*"))


def sealed_cells(house: KeptHouse) -> list[tuple[str, str, bytes]]:
    """Everything sealed as it lies in the database: which column, to which place, the cipher text."""
    with reading(house.house.database) as session:
        return [
            (each.name, each.place.format(**row), bytes(row["sealed"]))
            for each in SEALED
            for row in session.execute(cells_of(each)).mappings()
        ]


def cells_of(each: SealedColumn) -> Select[Any]:
    fills = [filling.label(name) for name, filling in each.fills.items()]
    return select(each.column.label("sealed"), *fills).where(each.column.is_not(None))


def pin_of(house: KeptHouse) -> str:
    with reading(house.house.database) as session:
        return session.scalars(select(Pin.hashed)).one()
