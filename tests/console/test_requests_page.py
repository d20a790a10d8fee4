"""Requests and messages on a page: counts, ages and numbers; a lead's deeds are those of a text, and tell the same."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from browser import Browser
from phone import MAPLE, Phone, Town
from rooms import PARENT, audited, shows_no_number
from sqlalchemy import select

from phonetree.demo.rehearsal import HeldClock
from phonetree.desk import schools
from phonetree.models import Request, reading, writing
from phonetree.school.reading import read_school

pytest_plugins = ["signed_in_fixtures"]

VOLUNTEER = "+12135550147"
WORDS = "call me at +1 213 555 0142, I am Rosa"


def quiet(town: Town) -> None:
    town.deliver()
    for phone in town.phones.values():
        phone.unread.clear()


def asks(town: Town, item: str = "food") -> int:
    """A family asks for something of the list; the number of the request."""
    digit = re.findall(rf'key = "{item}"\ndigit = (\d+)', MAPLE)[0]
    family = town.phone(PARENT)
    for words in ("AID", digit, "1"):
        family.texts(words).unread.clear()
    quiet(town)
    return newest(town).number


def newest(town: Town) -> Request:
    with reading(town.house.database) as session:
        return session.scalars(select(Request).order_by(Request.id.desc()).limit(1)).one()


def row(browser: Browser, kind: str) -> list[str]:
    found = re.findall(rf'<th scope="row">{kind}</th>(.*?)</tr>', re.sub(r"\s+", " ", browser.page))
    return re.findall(r"<td>(.*?)</td>", found[0])


def test_nothing_is_open(school: Town, browser: Browser) -> None:
    assert browser.goes("/console/requests").status_code == 200
    assert "Nothing is open." in browser.page
    assert row(browser, "Mutual aid") == ["0", "0", "none"]


def test_counts_ages_and_numbers_and_nobodys_words(school: Town, browser: Browser) -> None:
    number = asks(school)
    family = school.phone(PARENT)
    family.texts("LEAD").unread.clear()
    family.texts(WORDS).unread.clear()
    quiet(school)
    clock = school.house.means.clock
    assert isinstance(clock, HeldClock)
    clock.at += timedelta(minutes=90)
    browser.goes("/console/requests")
    assert row(browser, "Mutual aid") == ["1", "1", "90 minutes"]
    assert row(browser, "Messages for the leads") == ["1", "1", "90 minutes"]
    assert row(browser, "Voicemails for the hotline") == ["0", "0", "none"]
    assert f"{number}: " in browser.page
    assert "Asked 90 minutes ago, in English." in browser.page
    assert "a message for the leads" in browser.page
    assert "Rosa" not in browser.page
    shows_no_number(browser)


def test_taking_and_closing(school: Town, browser: Browser, leads: tuple[Phone, Phone]) -> None:
    number = asks(school)
    browser.goes("/console/requests")
    assert browser.sends("/console/requests/take", number=str(number)).status_code == 200
    assert f"Request {number}" in browser.page
    assert "You take care of it." in browser.page
    assert newest(school).taken_by == audited(school, "signed in to the console")[0][0]
    school.deliver()
    school.phone(PARENT).hears("somebody takes care of it")
    quiet(school)
    assert browser.sends("/console/requests/pass", number=str(number)).status_code == 200
    assert newest(school).taken_by is None
    quiet(school)
    assert browser.sends("/console/requests/close", number=str(number)).status_code == 200
    assert f"Request {number} is closed" in browser.page
    assert newest(school).outcome == "done"
    school.deliver()
    school.phone(PARENT).hears("is closed")
    assert browser.sends("/console/requests/close", number=str(number)).status_code == 404
    quiet(school)
    assert leads[0].number


def test_a_match_waits_for_a_yes_and_a_place(school: Town, browser: Browser, leads: tuple[Phone, Phone]) -> None:
    volunteer = school.enrol(VOLUNTEER, "volunteer")
    number = asks(school, "ride" if 'key = "ride"' in MAPLE else "rides")
    volunteer.texts(f"TAKE {number}").unread.clear()
    quiet(school)
    browser.goes("/console/requests")
    assert "It waits for a lead's yes to: volunteer 1." in browser.page
    assert browser.sends("/console/requests/yes", number=str(number)).status_code == 200
    assert "where do they meet?" in browser.page
    digit = re.findall(r'name="place" value="(\d)"', browser.page)[0]
    assert browser.sends("/console/requests/yes", number=str(number), place=digit).status_code == 200
    assert "Both are told." in browser.page
    assert "It is taken care of by: volunteer 1." in browser.page
    school.deliver()
    volunteer.hears("a lead said yes")
    school.phone(PARENT).hears("a lead said yes")
    leads[1].hears(str(number))
    assert [about for _who, about in audited(school, "said yes to a match")] == [f"request {number}"]
    shows_no_number(browser, VOLUNTEER)
    quiet(school)


@pytest.mark.parametrize("deed", ["take", "yes", "pass", "close"])
@pytest.mark.parametrize("number", ["", "999", "1' or 1=1"])
def test_a_number_that_is_nobodys(school: Town, browser: Browser, deed: str, number: str) -> None:
    asks(school)
    browser.goes("/console/requests")
    assert browser.sends(f"/console/requests/{deed}", number=number).status_code == 404
    assert "Nothing was changed." in browser.page
    assert (newest(school).taken_by, newest(school).done_at) == (None, None)


def test_what_another_school_is_asked_is_not_here(school: Town, browser: Browser) -> None:
    number = asks(school)
    elm = MAPLE.replace('code = "MAPLE"', 'code = "ELM"').replace('"62753"', '"35601"')
    with writing(school.house.database) as session:
        schools.load_school(session, school.house.means, read_school(elm))
        site = schools.find_site(session, "ELM")
        assert site is not None
        session.scalars(select(Request)).one().site_id = site.id
    browser.goes("/console/requests")
    assert "Nothing is open." in browser.page
    assert browser.sends("/console/requests/close", number=str(number)).status_code == 404
    assert newest(school).done_at is None
