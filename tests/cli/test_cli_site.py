"""``phonetree site``: a school's file is checked, loaded and shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from operator_desk import MAPLE, OperatorDesk

from phonetree.school.reading import dump_school, read_school


@pytest.fixture
def desk(tmp_path: Path) -> OperatorDesk:
    return OperatorDesk.at(tmp_path)


def changed(desk: OperatorDesk, before: str, after: str) -> Path:
    words = MAPLE.read_text(encoding="utf-8")
    assert before in words
    return desk.file("changed.toml", words.replace(before, after, 1))


def test_check_needs_no_settings_and_prints_notices(tmp_path: Path) -> None:
    lines = OperatorDesk(tmp_path).done("site", "check", MAPLE)
    assert lines[-1].startswith("MAPLE: nothing is wrong; ")
    assert all(line.startswith("notice: ") for line in lines[:-1])
    assert lines[-1].endswith(f"{len(lines) - 1} notices")
    assert not list(tmp_path.iterdir())


def test_check_tells_which_group_chat_has_no_address(desk: OperatorDesk) -> None:
    assert any("MAPLE_SIGNAL_URL is not set" in line for line in desk.done("site", "check", MAPLE))
    told = desk.run("site", "check", MAPLE, MAPLE_SIGNAL_URL="signal://127.0.0.1/+12135550190").stdout
    assert "MAPLE_SIGNAL_URL" not in told
    assert "nothing is wrong" in told


@pytest.mark.parametrize("command", ["check", "load"])
def test_what_is_wrong_is_told_by_line_and_nothing_is_loaded(desk: OperatorDesk, command: str) -> None:
    wrong = changed(desk, 'code = "MAPLE"', 'code = "STOP"\nnumbr = "+12135550142"')
    lines = desk.fails("site", command, wrong)
    assert len(lines) == 2
    assert all(line.startswith("line ") for line in lines)
    assert not (desk.folder / "phonetree.db").exists()


def test_a_file_in_another_alphabet_is_told(desk: OperatorDesk) -> None:
    file = desk.folder / "old.toml"
    file.write_bytes(MAPLE.read_text(encoding="utf-8").encode("utf-16"))
    assert desk.fails("site", "check", file) == ["the file is not UTF-8 text; save it again as UTF-8"]


def test_a_missing_file_is_wrong_usage(desk: OperatorDesk) -> None:
    assert desk.run("site", "check", desk.folder / "none.toml").exit_code == 2


def test_loading_is_idempotent(desk: OperatorDesk) -> None:
    assert desk.done("site", "load", MAPLE) == ["MAPLE: loaded"]
    before = desk.rows()
    assert desk.done("site", "load", MAPLE) == ["MAPLE: nothing to change"]
    assert desk.rows() == before
    assert desk.done("site", "load", changed(desk, "messages_per_month = 4", "messages_per_month = 5")) == [
        "MAPLE: loaded"
    ]
    assert desk.rows() == before


def test_a_school_does_not_move_to_another_number(desk: OperatorDesk) -> None:
    desk.done("site", "load", MAPLE)
    (line,) = desk.fails("site", "load", changed(desk, '"+12135550100"', '"+12135550142"'))
    assert line.startswith("site.number is not the one")


def test_show_tells_what_was_loaded(desk: OperatorDesk) -> None:
    desk.done("site", "load", MAPLE)
    lines = desk.done("site", "show", "maple")
    assert "number:        213-555-0100" in lines
    assert any(line.startswith("places:") and "1 puerta principal" in line for line in lines)


def test_show_as_json_is_the_whole_file(desk: OperatorDesk) -> None:
    desk.done("site", "load", MAPLE)
    (line,) = desk.done("site", "show", "MAPLE", "--json")
    assert json.loads(line) == json.loads(dump_school(read_school(MAPLE.read_text(encoding="utf-8"))))


def test_an_unknown_school_is_told_with_those_there_are(desk: OperatorDesk) -> None:
    assert desk.fails("site", "show", "OAK") == ["there is no school with this code; loaded are: none yet"]
    desk.done("site", "load", MAPLE)
    assert desk.fails("site", "show", "OAK") == ["there is no school with this code; loaded are: MAPLE"]
