"""The plan with its review, the checklist to print, and one drill against the last."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from browser import Browser
from phone import MAPLE, Town
from rooms import audited, shows_no_number
from sqlalchemy import select

from phonetree.demo.rehearsal import HeldClock
from phonetree.desk.console_doors import SignedIn
from phonetree.desk.console_plan import against_the_last, plans_at
from phonetree.models import Drill, Site, writing
from phonetree.school.reading import read_school

pytest_plugins = ["signed_in_fixtures"]


def drill(town: Town, place: int, **figures: int | None) -> Drill:
    now = town.house.means.now()
    counts = {"phones": 400, "texts": 390, "calls": 10, "delivered": 380, "heard": 8, "voicemails": 2}
    counts |= {"not_reached": 5, "without_receipt": 5}
    with writing(town.house.database) as session:
        site_id = session.scalars(select(Site.id)).one()
        made = Drill(
            site_id=site_id,
            broadcast_id=place,
            plan_version="2026-1",
            started_at=now - timedelta(days=100 - place),
            recorded_at=now,
            **{"last_phone_after": 412, **counts, **figures},
        )
        session.add(made)
    return made


def figure(browser: Browser, name: str) -> list[str]:
    now, before = re.findall(rf'<th scope="row">{name}</th><td>(.*?)</td><td>(.*?)</td>', browser.page)[0]
    return [now, before]


def test_the_plan_and_its_review(school: Town, browser: Browser) -> None:
    assert browser.goes("/console/plan").status_code == 200
    assert "Safety plan" in browser.page
    assert re.search(r"Days until its review: \d+\.", browser.page)
    assert "No drill was held yet." in browser.page
    shows_no_number(browser)
    clock = school.house.means.clock
    assert isinstance(clock, HeldClock)
    plan = read_school(MAPLE).plan
    assert plan is not None
    clock.at = datetime(plan.review_by.year, plan.review_by.month, plan.review_by.day, 20, tzinfo=UTC)
    assert plans_at(school.house.database, school.house.means, lead_of(school)).days_left == 0
    clock.at += timedelta(days=2)
    assert plans_at(school.house.database, school.house.means, lead_of(school)).days_left == -2


def lead_of(town: Town) -> SignedIn:
    signed_in_as = audited(town, "signed in to the console")[0][0]
    with writing(town.house.database) as session:
        return SignedIn(0, signed_in_as or "", session.scalars(select(Site.id)).one(), ("en",))


def test_one_drill_against_the_last(school: Town, browser: Browser) -> None:
    drill(school, 1, phones=300, delivered=150, last_phone_after=None)
    drill(school, 2)
    browser.goes("/console/plan")
    assert figure(browser, "Minutes until the last phone") == ["6:52", "-"]
    assert figure(browser, "Of a hundred phones, those that got it") == ["97%", "52%"]
    assert figure(browser, "Phones in all") == ["400", "300"]
    assert browser.page.count("2026-1") >= 2
    shows_no_number(browser)


def test_the_first_drill_has_none_before_it(school: Town) -> None:
    assert against_the_last(()) == ()
    only = against_the_last((drill(school, 1),))
    assert {each.before for each in only} == {None}
    assert {each.name: each.now for each in only}["share"] == 97


def test_the_checklist_in_each_language(school: Town, browser: Browser) -> None:
    browser.goes("/console/plan")
    addresses = re.findall(r'href="(/console/plan/checklist[^"]+)"', browser.page)
    assert len(addresses) == len(read_school(MAPLE).site.languages)
    for address in addresses:
        answer = browser.window.get(address, base_url=browser.url)
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"] == 'attachment; filename="checklist.html"'
        assert "ALERT" in answer.get_data(as_text=True)


@pytest.mark.parametrize("language", ["", "xx", "mam", "../es"])
def test_no_checklist_in_another(school: Town, browser: Browser, language: str) -> None:
    path = f"/console/plan/checklist.html?language={language}"
    assert browser.window.get(path, base_url=browser.url).status_code == 404
