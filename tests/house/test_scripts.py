"""Our own JavaScript is little, plain and served by us: a budget for all of it; nothing is loaded from elsewhere."""

from __future__ import annotations

import re

import pytest
from house_rules import PACKAGE, texts

MOST_LINES, WIDEST = 300, 100
SCRIPTS = {path: text for path, text in texts({".js"}).items() if path.startswith(f"{PACKAGE.name}/")}
SERVED = ("phonetree/console/", "phonetree/simulator/")
PAGES = {path: text for path, text in texts({".html", ".css"}).items() if path.startswith(SERVED)}


def lines_of(scripts: dict[str, str]) -> int:
    return sum(len(text.splitlines()) for text in scripts.values())


def too_wide(script: str) -> list[str]:
    return [line for line in script.splitlines() if len(line) > WIDEST]


def inline(page: str) -> list[str]:
    """What a strict policy forbids: scripts and styles within the page, and what is loaded from another host."""
    return re.findall(r"<script(?![^>]*\bsrc=)|\sstyle=|<style|\son[a-z]+=|(?:src|href)=\"https?:|url\(|@import", page)


def test_all_scripts_together_are_short() -> None:
    assert lines_of({"a.js": "1\n2\n", "b.js": "3\n"}) == 3
    assert 0 < lines_of(SCRIPTS) <= MOST_LINES


def test_no_line_of_a_script_is_wide() -> None:
    assert too_wide("a" * 101) == ["a" * 101]
    assert not {path: found for path, text in SCRIPTS.items() if (found := too_wide(text))}


@pytest.mark.parametrize(
    "page",
    [
        "<script>alert(1)</script>",
        '<p style="color: red">',
        "<style>p {}</style>",
        '<body onload="x()">',
        '<script src="https://elsewhere.example/x.js">',
        "p { background: url(x.png) }",
    ],
)
def test_what_a_strict_policy_forbids_is_noticed(page: str) -> None:
    assert inline(page)


def test_no_page_needs_a_loose_policy() -> None:
    assert inline('<script type="module" src="/handsets/page.js"></script><a href="#tools">') == []
    assert not {path: found for path, text in PAGES.items() if (found := inline(text))}
