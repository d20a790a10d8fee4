"""Every line of the four School Sanctuary Goals is served by something, and something shows that it is."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest
from house_rules import PACKAGE, ROOT

GOALS: Mapping[str, Sequence[str]] = {
    "Main contact": (
        "one person at the site leads the work",
        "deputies, any of whom may finish what one began",
        "nobody else can broadcast",
        "reachable by LEAD, by text",
        "reachable by key, by call",
    ),
    "Communication protocol": (
        "a network with staff",
        "a network with families",
        "families without texts",
        "families that nothing reached: staff phone them",
        "a network with the local Rapid Response Network",
        "who hears what at which level of certainty",
        "in which order",
        "with which approval",
        "a change of the protocol is seen before it is saved",
        "internal group chats",
        "external group chats",
        "alerts from the network forwarded",
        "a rumor asked about and answered",
        "the network's hotline on a key press",
        "the protocol on paper, in every language of the site",
    ),
    "Safety plan": (
        "made with the school's council: an LSLC if it has one",
        "otherwise the School Site Council",
        "district sanctuary and safe-school policy, in plain words",
        "version",
        "approval date",
        "review date",
        "kept up to date: reminders before a review",
        "a summary that anyone can read (PLAN)",
        "a summary that anyone can hear",
        "drills",
        "drills on record for the council",
        "know your rights",
    ),
    "Mutual aid plan": (
        "food",
        "clothing",
        "laundry",
        "shoes",
        "eyeglasses",
        "backpacks",
        "short-term relocation support",
        "rent relief and bill assistance",
        "mental telehealth providers",
        "minor car repairs",
        "school supplies",
        "pro-bono and low-bono legal partners (We Are One)",
        "transportation: rides coordination",
        "transportation: carpooling",
        "grocery delivery",
        "food banks",
        "financial assistance",
        "childcare",
        "opened by PSA and Specialist Student Services Counselors",
        "the note that district resources are for families with an enrolled child",
        "aid by keypad",
        "requests that a counselor takes by text",
        "requests that a volunteer takes by text, a lead's yes for rides and child care",
        "neither sees the other's number",
    ),
}
"""What the goals ask, in their own words where they are short enough."""

PAGE = (ROOT / "docs" / "goals.md").read_text(encoding="utf-8")
ROW = re.compile(r"\| ([^|`]+) \| `([^`|]+)` \| `([^`|]+)` \|")


@dataclass(frozen=True)
class Row:
    """A line of a goal, the module that serves it, and the test or transcript that shows it."""

    asks: str
    module: str
    shown_by: str


def rows_of(page: str) -> dict[str, list[Row]]:
    """The rows of the page by the goal above them; any other line of a table is not understood."""
    found: dict[str, list[Row]] = {}
    for line in page.splitlines():
        if line.startswith("## "):
            goal = found.setdefault(line.removeprefix("## "), [])
        elif line.startswith("| ") and not line.startswith(("| what it asks", "| ---")):
            matched = ROW.fullmatch(line)
            assert matched, f"not a row: {line}"
            goal.append(Row(*matched.groups()))
    return found


def odd_rows(rows: Sequence[Row]) -> list[str]:
    """Rows that name a module, a transcript or a test that does not exist."""
    return [row.asks for row in rows if not ((PACKAGE / row.module).is_file() and is_there(row.shown_by))]


def is_there(shown_by: str) -> bool:
    path, _colons, name = shown_by.partition("::")
    file = ROOT / path
    if not file.is_file():
        return False
    if not name:
        return file.suffix == ".txt" and file.parent.name == "transcripts"
    code = ast.parse(file.read_text(encoding="utf-8"))
    return any(isinstance(each, ast.FunctionDef) and each.name == name for each in code.body)


def without_a_row(goals: Mapping[str, Sequence[str]], rows: Mapping[str, Sequence[Row]]) -> list[str]:
    """Lines of the goals that the page does not have."""
    return [
        line for goal, lines in goals.items() for line in lines if line not in {row.asks for row in rows.get(goal, ())}
    ]


def test_every_line_of_the_goals_has_its_row() -> None:
    rows = rows_of(PAGE)
    assert without_a_row({"Main contact": ("one person at the site leads the work", "a red telephone")}, rows) == [
        "a red telephone"
    ]
    assert without_a_row(GOALS, rows) == []
    assert {goal: [row.asks for row in rows[goal]] for goal in GOALS} == {
        goal: list(lines) for goal, lines in GOALS.items()
    }


def test_what_a_row_names_exists() -> None:
    rows = [row for of_goal in rows_of(PAGE).values() for row in of_goal]
    assert len(rows) > 40
    assert odd_rows(rows) == []


@pytest.mark.parametrize(
    ("module", "shown_by"),
    [
        ("flows/red_telephone.py", "tests/transcripts/plan.txt"),
        ("flows/plan.py", "tests/transcripts/red-telephone.txt"),
        ("flows/plan.py", "tests/house/test_goals.py::test_of_a_red_telephone"),
        ("flows/plan.py", "tests/house/test_goals.py"),
        ("flows/plan.py", "tests/house/red.py::test_of_a_red_telephone"),
    ],
)
def test_a_row_that_names_what_does_not_exist_is_noticed(module: str, shown_by: str) -> None:
    assert odd_rows([Row("a red telephone", module, shown_by)]) == ["a red telephone"]
