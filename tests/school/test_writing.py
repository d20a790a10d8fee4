"""A school file that is written out is read as the very same school, whatever stands in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from phonetree.school.reading import dump_school, read_school
from phonetree.school.writing import write_school

ROOT = Path(__file__).resolve().parents[2]
FILES = [
    *sorted((ROOT / "docs/examples").glob("*.toml")),
    *sorted((ROOT / "tests/transcripts").glob("*.toml")),
    ROOT / "phonetree/demo/maple_demo.toml",
]
MAPLE = (ROOT / "docs/examples/maple.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_example_comes_back(file: Path) -> None:
    school = read_school(file.read_text(encoding="utf-8"))
    again = read_school(write_school(school))
    assert again == school
    assert dump_school(again) == dump_school(school)


@pytest.mark.parametrize("rule", ['solo_after = "never"', "approvals = 2", "duress = true", 'confirm = "call"'])
def test_what_is_not_the_default_is_written(rule: str) -> None:
    key = rule.split(" = ", maxsplit=1)[0]
    kept = "\n".join(line for line in MAPLE.splitlines() if not line.startswith(f"{key} "))
    school = read_school(kept.replace("[protocol]", f"[protocol]\n{rule}"))
    assert rule in write_school(school)
    assert read_school(write_school(school)) == school


def test_words_with_quotation_marks_and_backslashes() -> None:
    school = read_school(MAPLE)
    name = 'The "Maple" \\ école 학교'
    named = school.model_copy(update={"site": school.site.model_copy(update={"name": name})})
    assert read_school(write_school(named)).site.name == name
