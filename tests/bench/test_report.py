"""What the bench writes down: a table, what made it, and plots that can be read without seeing them."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bench import report
from bench.fanout import BARE_CLIENT, LIMIT, LOOP
from bench.figures import Figure
from bench.plots import Series, lines
from bench.report import MARKS, write

SVG = "{http://www.w3.org/2000/svg}"
FAN_OUT = [
    Figure("F1 fan-out, SQLite", "per second", 800, 810, BARE_CLIENT, 0.97),
    Figure("F1 fan-out, SQLite", "per second", 800, 833, LIMIT, None, 0.95),
    Figure("F3 fan-out, SQLite", "per second", 800, 8, LOOP, 90),
]
GROWTH = [
    Figure(
        "F6 queueing 100,000, SQLite", "µs per row", 5, 4, "at 10,000 rows", 1.6, at_most=True, grown=(10_000, 100_000)
    ),
    Figure(
        "F6 sending 100,000, SQLite",
        "µs per row",
        300,
        310,
        "at 10,000 rows",
        1.6,
        at_most=True,
        grown=(10_000, 100_000),
    ),
]


@pytest.fixture
def page(tmp_path: Path) -> Path:
    written = write(tmp_path / "docs" / "speed.md", FAN_OUT + GROWTH, "python -m bench", ["SQLite 3.40"])
    assert [path.name for path in written] == ["speed.md", "fanout.svg", "growth.svg"]
    return written[0]


def drawing(page: Path) -> ET.Element:
    words = (page.with_suffix("") / "fanout.svg").read_text(encoding="utf-8")
    return ET.fromstring(words)  # noqa: S314 - our own


def test_the_page_shows_every_figure_and_what_made_it(page: Path) -> None:
    told = page.read_text(encoding="utf-8")
    rows = [line for line in told.splitlines() if line.startswith("| F")]
    assert len(rows) == 5
    assert (
        rows[0]
        == "| F1 fan-out, SQLite [per second] | 800 | 810 bare async client | 0.99 | ≥ 0.97 / - | floor held |  |"
    )
    for words in (
        "`python -m bench`",
        "SQLite 3.40",
        "aiohttp ",
        "Python 3",
        "country code 999",
        f"**F6**: {MARKS['F6']}",
    ):
        assert words in told
    assert "**C1**" not in told, "only what was measured is explained"


def test_the_page_shows_the_plots_with_words_for_who_cannot_see_them(page: Path) -> None:
    assert "![Texts per second, a hundred requests in flight](speed/fanout.svg)" in page.read_text(encoding="utf-8")
    svg = drawing(page)
    assert svg.get("role") == "img"
    named = {part.get("id"): str(part.text) for tag in ("title", "desc") for part in svg.findall(f"{SVG}{tag}")}
    assert list(named) == str(svg.get("aria-labelledby")).split()
    assert "ours, SQLite: 800 per second; bare async client: 810 per second" in named["shows"]


def test_bars_are_as_long_as_their_values_and_told_apart_without_colour(page: Path) -> None:
    svg = drawing(page)
    drawn = [bar for bar in svg.findall(f"{SVG}rect") if bar.get("x")]
    lengths = [float(bar.get("width", 0)) for bar in drawn]
    assert lengths[1] / lengths[0] == pytest.approx(800 / 833, rel=0.01)
    assert len({(bar.get("fill"), bar.get("stroke-dasharray")) for bar in drawn}) == 3, "limit, ours, baselines"


def test_lines_have_dashes_and_marks_of_their_own_and_labels_apart() -> None:
    series = [Series(f"line {n}", [(10_000, 10 + n), (100_000, 10 + n), (1_000_000, 10 + n)]) for n in range(4)]
    svg = ET.fromstring(lines("title", "shows", "µs", series))  # noqa: S314 - our own
    assert len({line.get("stroke-dasharray") for line in svg.findall(f"{SVG}polyline")}) == 4
    labels = sorted(
        float(label.get("y", 0)) for label in svg.findall(f"{SVG}text") if str(label.text).startswith("line")
    )
    assert all(below - above >= 17 for above, below in pairwise(labels))
    assert len(svg.findall(f"{SVG}circle")) == 3


def test_a_run_without_fan_out_or_growth_has_no_plots(tmp_path: Path) -> None:
    written = write(tmp_path / "page.md", [Figure("I1 turns, SQLite", "per second", 1, 2, "constant")], "x", [])
    assert written == [tmp_path / "page.md"]
    assert "![" not in written[0].read_text(encoding="utf-8")


def test_every_mark_that_a_part_measures_is_explained() -> None:
    sources = [path.read_text(encoding="utf-8") for path in Path(report.__file__).parent.glob("*.py")]
    measured = {mark for source in sources for mark in re.findall(r"""f?"([FWICMPV][1-9]) [a-z{]""", source)}
    assert measured >= {"F1", "M2", "V1"}
    assert measured <= set(MARKS)
