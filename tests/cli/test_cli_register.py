"""``phonetree register``: the forms answered in a terminal and on a page, from a school's file alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from operator_desk import MAPLE, OperatorDesk

ELEMENTARY = MAPLE.parent / "los-angeles-elementary.toml"


@pytest.mark.parametrize("file", sorted(MAPLE.parent.glob("*.toml")), ids=lambda file: file.stem)
@pytest.mark.parametrize("body", ["charity", "district", "other"])
def test_every_example_is_answered_without_settings(tmp_path: Path, file: Path, body: str) -> None:
    lines = OperatorDesk(tmp_path).done("register", file, "--body", body)
    assert lines[0] == "What stands in [BRACKETS] only you know."
    assert [line for line in lines if line.startswith("Description (")]
    assert "[LEGAL NAME]" in lines
    assert "https://[YOUR-ADDRESS]/join/" in "\n".join(lines)
    assert not list(tmp_path.iterdir())


def test_what_is_to_be_copied_stands_alone_on_its_lines(tmp_path: Path) -> None:
    lines = OperatorDesk(tmp_path).done("register", ELEMENTARY, "--legal-name", "Jacaranda PTO")
    at = lines.index("Legal name:")
    assert lines[at - 1 : at + 3] == ["", "Legal name:", "Jacaranda PTO", ""]
    (heading,) = [line for line in lines if line.startswith("OptOutMessage (")]
    words = lines[lines.index(heading) + 1]
    assert heading == f"OptOutMessage ({len(words)} characters; 20 to 320 are taken):"
    assert words.startswith("Jacaranda: You are off the list.")


def test_the_address_comes_from_the_setting_or_the_option(tmp_path: Path) -> None:
    result = OperatorDesk(tmp_path).run("register", ELEMENTARY, PHONETREE_PUBLIC_URL="https://tree.example.org")
    assert "https://tree.example.org/privacy?school=JACARANDA" in result.stdout
    lines = OperatorDesk(tmp_path).done("register", ELEMENTARY, "--public-url", "https://other.example.org/")
    assert "https://other.example.org/terms?school=JACARANDA" in lines


def test_it_fails_where_a_form_would_not_take_a_field_and_still_shows_all(tmp_path: Path) -> None:
    desk = OperatorDesk(tmp_path)
    toml = MAPLE.read_text(encoding="utf-8").replace("the Maple parents' committee", "the Maple " + "parents " * 30)
    file, page = desk.file("long.toml", toml), tmp_path / "register.html"
    result = desk.run("register", file, "--page", page)
    assert result.exit_code == 1
    assert "HelpMessage has 3" in result.stderr
    assert "shorten what it holds: site.run_by (2" in result.stderr
    assert "8. What is refused, and why" in result.stdout
    assert 'class="wrong"' in page.read_text(encoding="utf-8")
