"""The record on a page: what was done, when and by which role; never who, and never what another school did."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from browser import LEAD, Browser
from phone import Phone, Town
from rooms import OTHER, audited, shows_no_number
from sqlalchemy import select

from phonetree.desk.audit_export import verify
from phonetree.desk.console_record import AT_ONCE
from phonetree.models import AuditEntry, Person, Pretence, Site, reading, writing

pytest_plugins = ["signed_in_fixtures"]


def noted(town: Town, what: str, *, site_id: int | None = None, actor: str | None = None, times: int = 1) -> None:
    now = town.house.means.now()
    with writing(town.house.database) as session:
        here = session.scalars(select(Site.id)).first() if site_id is None else site_id
        session.add_all([AuditEntry(site_id=here, actor_id=actor, what=what, about="", at=now) for _ in range(times)])


def lead_id(town: Town) -> str:
    return audited(town, "signed in to the console")[0][0] or ""


def test_what_was_done_and_by_whom(school: Town, browser: Browser, leads: tuple[Phone, Phone]) -> None:
    leads[1].texts("CODE NEW").unread.clear()
    noted(school, "warned of a gap")
    noted(school, "something new {braces}", actor="f" * 32)
    assert browser.goes("/console/record").status_code == 200
    page = re.sub(r"\s+", " ", browser.page)
    assert re.search(r"signed in to the console</td><td>.*?</td><td>you</td>", page)
    assert re.search(r"a new word to join</td><td>.*?</td><td>a lead</td>", page)
    assert re.search(r"warned of a gap</td><td>.*?</td><td>the phone tree</td>", page)
    assert re.search(r"something new {braces}</td><td>.*?</td><td>somebody who left</td>", page)
    with reading(school.house.database) as session:
        for person in session.scalars(select(Person.id)):
            assert person not in browser.page
    shows_no_number(browser)


def test_page_by_page(school: Town, browser: Browser) -> None:
    noted(school, "joined", times=AT_ONCE + 5)
    browser.goes("/console/record")
    assert browser.page.count("<td>joined</td>") == AT_ONCE
    older = re.findall(r'href="(/console/record\?before=\d+)"', browser.page)[0]
    browser.goes(older)
    assert browser.page.count("<td>joined</td>") == 5
    assert "Older entries" not in browser.page


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "１", "0"])
def test_a_place_that_is_none(school: Town, browser: Browser, before: str) -> None:
    assert browser.goes(f"/console/record?before={before}").status_code == 200


def test_of_another_school_nothing(school: Town, browser: Browser) -> None:
    with writing(school.house.database) as session:
        mine = session.scalars(select(Site)).one()
        other = Site(
            sender_id=mine.sender_id, code="ELM", document_sealed=b"", loaded_at=school.house.means.now(), next_number=1
        )
        session.add(other)
        session.flush()
        other_id = other.id
    noted(school, "imported people", site_id=other_id)
    browser.goes("/console/record")
    assert "imported people" not in browser.page


def test_the_file_holds_and_tells_no_number(school: Town, browser: Browser) -> None:
    browser.goes("/console/record")
    answer = browser.sends("/console/record/export")
    assert (answer.status_code, answer.headers["Content-Disposition"]) == (
        200,
        'attachment; filename="record.jsonl"',
    )
    lines = answer.get_data(as_text=True).splitlines(keepends=True)
    assert verify(lines).told >= 1
    assert "signed in to the console" in "".join(lines)
    for number in (LEAD, OTHER):
        assert number[2:] not in "".join(lines)


def test_a_lead_under_duress_is_shown_nothing_of_it(school: Town, browser: Browser) -> None:
    now = school.house.means.now()
    with writing(school.house.database) as session:
        site_id = session.scalars(select(Site.id)).one()
        session.add(
            Pretence(
                site_id=site_id,
                person_id=lead_id(school),
                proposal_id=1,
                number=100,
                action="alert",
                kind="2",
                place="1",
                level="yes",
                opened_at=now + timedelta(seconds=1),
            )
        )
        later = now + timedelta(seconds=2)
        session.add(AuditEntry(site_id=site_id, actor_id=lead_id(school), what="keyed under duress", at=later))
    browser.goes("/console/record")
    assert "signed in to the console" in browser.page
    assert "duress" not in browser.page
    assert browser.sends("/console/record/export").status_code == 200
    assert "cannot be downloaded right now" in browser.page
