"""``phonetree cap-key``: a key is printed once, listed by name, revoked at once; only its hash is stored."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from operator_desk import MAPLE, OperatorDesk

from phonetree.desk.cap_keys import hash_of, recognise
from phonetree.models import CapKey, open_database, reading

NETWORK = "Example Rapid Response Network"


@pytest.fixture
def desk(tmp_path: Path) -> OperatorDesk:
    desk = OperatorDesk.at(tmp_path)
    desk.done("site", "load", MAPLE)
    return desk


def is_good(desk: OperatorDesk, key: str, code: str = "MAPLE") -> bool:
    database = open_database(desk.settings["DATABASE_URL"])
    try:
        return recognise(database, code, key) is not None
    finally:
        database.dispose()


def test_a_new_key_is_printed_once_and_its_hash_is_stored(desk: OperatorDesk, tmp_path: Path) -> None:
    (key,) = desk.done("cap-key", "new", "MAPLE", NETWORK)
    assert re.fullmatch(r"cap1\.[A-Za-z0-9_-]{43}", key)
    assert is_good(desk, key)
    assert not is_good(desk, key, "ELM")
    database = open_database(desk.settings["DATABASE_URL"])
    with reading(database) as session:
        assert [row.hashed for row in session.query(CapKey)] == [hash_of(key)]
    database.dispose()
    everything = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert key.encode() not in everything


def test_the_name_is_one_of_the_schools_file(desk: OperatorDesk) -> None:
    result = desk.run("cap-key", "new", "MAPLE", "Nobody")
    assert result.exit_code == 1
    assert NETWORK in result.output
    assert desk.run("cap-key", "new", "ELM", NETWORK).exit_code == 1
    assert desk.done("cap-key", "list", "MAPLE") == ["no key yet"]


def test_keys_are_listed_and_revoked_by_name(desk: OperatorDesk) -> None:
    keys = [desk.done("cap-key", "new", "MAPLE", NETWORK)[0] for _turn in range(3)]
    assert desk.done("cap-key", "revoke", "MAPLE", NETWORK, "--but-newest") == ["2 revoked"]
    assert [is_good(desk, key) for key in keys] == [False, False, True]
    lines = desk.done("cap-key", "list", "MAPLE")
    assert [line.startswith(f"{NETWORK}: made 2") for line in lines] == [True] * 3
    assert [line.endswith("good") for line in lines] == [False, False, True]
    assert not [line for line in lines for key in keys if key in line]
    assert desk.done("cap-key", "revoke", "MAPLE", NETWORK) == ["1 revoked"]
    assert not is_good(desk, keys[2])
    assert desk.run("cap-key", "revoke", "MAPLE", NETWORK).exit_code == 1
