"""The console in languages that nobody speaks: nothing on a page stands outside the catalogs, and nothing breaks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from browser import LEAD, PIN, Browser, works
from catalogs import in_use
from phone import MAPLE, Town, town_in
from pseudo import PSEUDO, compile_pseudo, plain_words


class Shown(HTMLParser):
    """What a reader sees of a page, and what a screen reader says."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's shape
        self.words += [
            value for name, value in attrs if name in {"title", "alt", "aria-label", "placeholder"} and value
        ]


_SWITCH = re.compile(r'<details class="switch">.*?</details>', re.DOTALL)
"""The languages by their own names, which no catalog holds."""


@pytest.fixture(params=PSEUDO)
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    folder = tmp_path / "locales"
    compile_pseudo(folder, PSEUDO[request.param])
    with in_use(folder), town_in(tmp_path) as town:
        yield town


def read_by_a_lead(town: Town) -> Iterator[str]:
    """Every page that a lead comes to: the door, the code, a quiet school, an alert, a drill."""
    lead = town.enrol(LEAD, "lead", pin=PIN)
    browser = Browser.at(town)
    browser.goes("/console/sign-in")
    yield browser.page
    browser.knocks(LEAD)
    yield browser.page
    browser.answers("000000")
    yield browser.page
    works(town)
    (code,) = re.findall(r"\b\d{6}\b", lead.unread.popleft())
    assert browser.answers(code).status_code == 303
    for order in ("", "ALERT 2 1 2", "DRILL 2 1 2"):
        if order:
            lead.texts(order)
            (digits,) = re.findall(r"\b\d{4}\b", lead.unread.popleft())
            lead.texts(f"{digits} {PIN}")
            town.deliver()
            lead.unread.clear()
        assert browser.goes("/console/").status_code == 200
        yield browser.page
    lead.unread.clear()


def test_every_page_is_read_in_it_and_nothing_stands_outside_the_catalogs(town: Town) -> None:
    pages = [_SWITCH.sub("", page) for page in read_by_a_lead(town)]
    assert len(set(pages)) > 4
    shown = " ".join(word for page in pages for word in Shown(page).words)
    assert len(shown) > 500
    if re.search("[\u05d0-\u05ea]", shown):  # read from the right no Latin letter of ours is left
        assert plain_words(shown, MAPLE) == set()
    else:
        assert "Waiting" not in shown
