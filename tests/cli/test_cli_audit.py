"""``phonetree export-audit``: out of a database, and verified where there is no database at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from operator_desk import MAPLE, PEOPLE, OperatorDesk


@pytest.fixture
def desk(tmp_path: Path) -> OperatorDesk:
    desk = OperatorDesk.at(tmp_path)
    desk.done("site", "load", MAPLE)
    desk.done("people", "import", PEOPLE, "--site", "MAPLE")
    return desk


def test_the_audit_is_exported_and_verified_elsewhere(desk: OperatorDesk, tmp_path: Path) -> None:
    file, elsewhere = tmp_path / "audit.jsonl", OperatorDesk(tmp_path)
    first, head = desk.done("export-audit", "--site", "MAPLE", file)
    assert first == "audit.jsonl holds: 1 entries"
    assert head.startswith("place 1, head ")
    assert elsewhere.done("export-audit", "--verify", file) == [first, head]
    assert elsewhere.done("export-audit", "--verify", "--head", head.split()[-1], file) == [first, head]
    assert "cut off" in elsewhere.fails("export-audit", "--verify", "--head", "ghij-ghij", file)[0]


@pytest.mark.parametrize(("before", "after"), [("imported", "invented"), ("{", "["), ('"place"', '"palce"')])
def test_a_file_that_was_touched_is_refused_in_one_line(
    desk: OperatorDesk, tmp_path: Path, before: str, after: str
) -> None:
    file = tmp_path / "audit.jsonl"
    desk.done("export-audit", file)
    file.write_text(file.read_text().replace(before, after))
    (line,) = desk.fails("export-audit", "--verify", file)
    assert line.startswith("audit.jsonl does not hold: ")


def test_a_school_that_is_not_there_is_no_export(desk: OperatorDesk, tmp_path: Path) -> None:
    assert "MAPLE" in desk.fails("export-audit", "--site", "ELM", tmp_path / "audit.jsonl")[0]
    assert not (tmp_path / "audit.jsonl").exists()
