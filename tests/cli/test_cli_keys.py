"""``phonetree keys``."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from operator_desk import MAPLE, PEOPLE, OperatorDesk

from phonetree.words.crypto import parse_master_keys, school_year


def test_every_new_key_is_another_and_can_be_used(tmp_path: Path) -> None:
    desk = OperatorDesk(tmp_path)
    printed = [desk.done("keys", "new")[0] for _key in range(2)]
    assert len(parse_master_keys(",".join(printed))) == 2
    assert printed[0] != printed[1]


@pytest.fixture
def school(tmp_path: Path) -> OperatorDesk:
    desk = OperatorDesk.at(tmp_path)
    desk.done("site", "load", MAPLE)
    desk.done("people", "import", PEOPLE, "--site", "MAPLE")
    return desk


def test_keys_are_rotated_listed_and_destroyed(school: OperatorDesk) -> None:
    year = str(school_year(datetime.now(UTC).date()))
    before = school.done("keys", "list")
    assert len(before) == 2
    assert f"{year}-" in before[0]
    assert school.fails("keys", "destroy", "--year", year)[0].startswith("there is no key of")
    done = school.done("keys", "rotate")
    assert re.fullmatch(r"\d+ sealed anew; back up the key folder now, apart from the database", done[0])
    assert len(school.done("keys", "list")) == 4
    gone = school.done("keys", "destroy", "--year", year)
    assert [line.startswith("destroyed: ") for line in gone] == [True, False]
    assert len(school.done("keys", "list")) == 3
    again = school.done("people", "import", PEOPLE, "--site", "MAPLE")
    assert not any("added" in line and not line.startswith("0") for line in again), again


def test_a_key_that_is_needed_is_destroyed_only_on_demand(school: OperatorDesk) -> None:
    year = str(school_year(datetime.now(UTC).date()))
    assert school.done("keys", "rotate", "--prepare")[0].startswith("new keys are announced")
    assert [line.endswith("announced") for line in school.done("keys", "list")].count(True) == 2
    (path,) = [path for path in (school.folder / "keys").glob("*.next") if "tree-" in path.read_text()]
    path.rename(path.with_suffix(".key"))
    refused = school.fails("keys", "destroy", "--year", year)
    assert "still needed" in refused[0]
    assert "keys rotate" in refused[0]
    school.done("keys", "destroy", "--year", year, "--although-needed")
    assert school.done("keys", "rotate"), "what is lost keeps no new keys away"
    lost = school.done("keys", "list")[-1]
    assert re.fullmatch(r"\d+ are sealed by keys that are gone", lost)
    lines, code = school.in_terminal("site", "show", "MAPLE", typed="")
    assert (code, "does not open this database" in lines[0]) == (1, True)
