"""The console's pages as they are read: in two languages, without scripts, and saying what is so."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from browser import LEAD, PIN, Browser, signed_in, works
from phone import Phone, Town, town_in

PARENT = "+12135550142"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with town_in(tmp_path) as town:
        yield town


@pytest.fixture
def lead(town: Town) -> Phone:
    return town.enrol(LEAD, "lead", pin=PIN)


class Outline(HTMLParser):
    """What a page is made of: its elements, and which fields have a label."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.fields: set[str] = set()
        self.labelled: set[str] = set()
        self.language = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.tags.append(tag)
        if tag == "html":
            self.language = named.get("lang") or ""
        if tag == "input" and named.get("type") != "hidden":
            self.fields.add(named.get("id") or "nameless")
        if tag == "label":
            self.labelled.add(named.get("for") or "")


@pytest.mark.parametrize("path", ["/console/sign-in", "/console/code"])
@pytest.mark.parametrize(
    ("asked", "language", "words"),
    [("en", "en", "Sign in"), ("es-MX,en;q=0.5", "es", "Entrar"), ("xx", "en", "Sign in"), ("", "en", "Sign in")],
)
def test_a_stranger_reads_the_language_that_the_browser_asks_for(
    town: Town, path: str, asked: str, language: str, words: str
) -> None:
    browser = Browser.at(town)
    assert browser.goes(path, asked).status_code == 200
    outline = Outline(browser.page)
    assert outline.language.split("-")[0] == language
    assert words in browser.page or path == "/console/sign-in"
    assert outline.fields
    assert outline.fields == outline.labelled
    assert not {"script", "style", "img", "iframe"} & set(outline.tags)


def test_a_quiet_school(town: Town, lead: Phone) -> None:
    for place in range(3):
        town.enrol(f"+121355501{50 + place}", "parent")
    browser = signed_in(town, lead)
    assert browser.goes("/console/").status_code == 200
    assert "No alert is open." in browser.page
    assert '<th scope="row">Families</th><td>3</td>' in browser.page
    assert '<th scope="row">Leads</th><td>1</td>' in browser.page
    assert "Maple Street Elementary" in browser.page


def sends(town: Town, lead: Phone, words: str) -> None:
    lead.texts(words)
    code = lead.unread.popleft().split("Send: ")[1][:4]
    lead.texts(f"{code} {PIN}").hears("Delete your last text")
    town.deliver()
    for phone in town.phones.values():
        phone.unread.clear()


def test_an_alert_that_runs(town: Town, lead: Phone) -> None:
    town.enrol(PARENT, "parent")
    browser = signed_in(town, lead)
    sends(town, lead, "ALERT 2 1 2")
    town.folds()
    browser.goes("/console/")
    assert "agents at the school, front gate" in browser.page
    assert "CONFIRMED, since 8:00." in browser.page
    assert "The next text is promised by 8:20." in browser.page
    assert '<th scope="row">Phones in all</th><td>2</td>' in browser.page
    assert '<th scope="row">Delivered by text</th><td>2</td>' in browser.page
    assert "Parents are NOT told." not in browser.page
    assert "No alert is open." not in browser.page
    sends(town, lead, "CLEAR")
    browser.goes("/console/")
    assert "No alert is open." in browser.page


def test_an_alert_that_families_do_not_get_says_so(town: Town, lead: Phone) -> None:
    town.enrol("+12135550151", "staff")
    browser = signed_in(town, lead)
    sends(town, lead, "ALERT 2 1 1")
    browser.goes("/console/")
    assert "NOT CONFIRMED, since 8:00." in browser.page
    assert "Parents are NOT told." in browser.page


def test_a_lead_reads_their_own_language(town: Town) -> None:
    lead = town.enrol(LEAD, "lead", language="es", pin=PIN)
    browser = Browser.at(town)
    browser.knocks(LEAD)
    works(town)
    code = lead.unread.popleft().split(": ")[1][:6]
    assert browser.answers(code).status_code == 303
    browser.goes("/console/", "en")
    assert Outline(browser.page).language.startswith("es")
    assert "No hay ninguna alerta abierta." in browser.page
    works(town)
    lead.unread.clear()
