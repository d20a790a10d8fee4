"""Every room of the console as it is read: in two languages, labelled, without scripts, and with nobody's number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from browser import LEAD, PIN, Browser, works
from phone import Phone, Town, town_in
from rooms import EVERYBODY, OTHER, PARENT, STAFF, STRANGER, shows_no_number
from sqlalchemy import select

from phonetree.models import Membership, writing

TITLES = {
    "reports": ("Reports", "Reportes"),
    "requests": ("Requests and messages", "Peticiones y mensajes"),
    "rota": ("Hotline rota", "Turnos de la línea"),
    "people": ("People", "Personas"),
    "languages": ("Languages", "Idiomas"),
    "languages/prompts?language=es": ("Prompts: Español", "Frases: Español"),
    "plan": ("Plan and drills", "Plan y simulacros"),
    "record": ("Record", "Registro"),
    "settings": ("Settings", "Ajustes"),
}


class Outline(HTMLParser):
    """What a page is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.headings: list[int] = []
        self.fields: set[str] = set()
        self.labelled: set[str] = set()
        self.identities: list[str] = []
        self.described: set[str] = set()
        self.language = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.tags.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "html":
            self.language = named.get("lang") or ""
        if tag == "input" and named.get("type") not in {"hidden", "radio", "checkbox"}:
            self.fields.add(named.get("id") or "nameless")
        if tag == "label" and "for" in named:
            self.labelled.add(named["for"] or "")
        self.identities += [named["id"] or ""] if "id" in named else []
        for name in ("aria-describedby", "aria-labelledby"):
            self.described |= {named[name] or ""} if name in named else set()


@pytest.fixture(scope="module", params=["en", "es"])
def visited(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browser, str]]:
    """A school in the middle of a day: a report, a request, a message, somebody who waits; and its lead's browser."""
    with town_in(tmp_path_factory.mktemp("rooms")) as town:
        lead = town.enrol(LEAD, "lead", language=request.param, pin=PIN)
        for number, role in {OTHER: "lead", PARENT: "parent", STAFF: "staff", STRANGER: "parent"}.items():
            town.enrol(number, role)
        with writing(town.house.database) as session:
            newest = session.scalars(select(Membership).order_by(Membership.id.desc()).limit(1)).one()
            newest.is_held, newest.held_number = True, 301
        lives(town)
        browser = entered(town, lead)
        yield browser, request.param
        for phone in town.phones.values():
            phone.unread.clear()


def lives(town: Town) -> None:
    family = town.phone(PARENT)
    said = ("REPORT", "1", "1", "0", "0", f"call {PARENT}", "AID", "1", "1", "LEAD", f"I am at {PARENT}, call me")
    for words in said:
        family.texts(words).unread.clear()
    town.deliver()
    for phone in town.phones.values():
        phone.unread.clear()


def entered(town: Town, lead: Phone) -> Browser:
    browser = Browser.at(town)
    browser.knocks(lead.number)
    works(town)
    code = re.findall(r"\b\d{6}\b", lead.unread.popleft())[0]
    assert browser.answers(code).status_code == 303
    works(town)
    lead.unread.clear()
    return browser


@pytest.mark.parametrize("path", TITLES)
def test_every_room_in_the_leads_language(visited: tuple[Browser, str], path: str) -> None:
    browser, language = visited
    assert browser.goes(f"/console/{path}", "ko").status_code == 200
    outline = Outline(browser.page)
    assert outline.language.split("-")[0] == language
    assert f"<title>{TITLES[path][language == 'es']}</title>" in browser.page
    assert outline.fields == outline.labelled
    assert outline.headings[:2] == [1, 2]
    assert all(after - before <= 1 for before, after in zip(outline.headings, outline.headings[1:], strict=False))
    assert len(outline.identities) == len(set(outline.identities))
    assert outline.described <= set(outline.identities)
    assert not {"script", "style", "img", "iframe"} & set(outline.tags)
    if language == "es":
        folded = re.sub(r"<details.*?</details>", "", browser.page, flags=re.DOTALL)
        assert re.findall(r'<span lang="en-US" dir="ltr">([^<]*)', folded) == []


@pytest.mark.parametrize("path", TITLES)
def test_no_room_shows_a_number(visited: tuple[Browser, str], path: str) -> None:
    browser, _language = visited
    browser.goes(f"/console/{path}")
    shows_no_number(browser, *EVERYBODY, "+12135550100", "+12135550102", "+12135550199")


def test_a_number_that_stands_there_is_found(visited: tuple[Browser, str]) -> None:
    browser, _language = visited
    browser.goes("/console/people")
    browser.page += "<p>(213) 555-0142</p>"
    with pytest.raises(AssertionError):
        shows_no_number(browser)
