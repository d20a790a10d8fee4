"""Reports on a page: the same verdicts as by text, the same texts to everybody, and nobody's words."""

from __future__ import annotations

import re

import pytest
from browser import LEAD, PIN, Browser
from phone import MAPLE, Phone, Town
from rooms import PARENT, audited, shows_no_number
from sqlalchemy import select

from phonetree.desk import schools
from phonetree.models import Alert, Report, reading, writing
from phonetree.school.reading import read_school

pytest_plugins = ["signed_in_fixtures"]


def tells(town: Town, number: str = PARENT, *answers: str) -> None:
    """A family reports: seen, the front gate, how many, words with a number in them."""
    phone = town.phone(number)
    for words in ("REPORT", *(answers or ("1", "1", "0", "0", f"a van, call me at {number}"))):
        phone.texts(words).unread.clear()
    town.deliver()
    for each in town.phones.values():
        each.unread.clear()


def report(town: Town) -> Report:
    with reading(town.house.database) as session:
        return session.scalars(select(Report)).one()


def test_a_quiet_page(school: Town, browser: Browser) -> None:
    assert browser.goes("/console/reports").status_code == 200
    assert "No report is open." in browser.page
    assert "Maple Tree: No report now, 8:00." in browser.page
    assert "<form" in browser.page
    assert 'action="/console/reports' not in browser.page


def test_an_open_report_by_its_number_and_place_and_nobodys_words(school: Town, browser: Browser) -> None:
    tells(school)
    browser.goes("/console/reports")
    assert "Report 100: front gate" in browser.page
    assert "Told at 8:00. Nobody checks it yet." in browser.page
    assert "No report now" in browser.page, "nobody hears of it before a lead says so"
    assert "van" not in browser.page
    shows_no_number(browser)


def test_checking_and_not_true(school: Town, browser: Browser, leads: tuple[Phone, Phone]) -> None:
    tells(school)
    browser.goes("/console/reports")
    assert browser.sends("/console/reports/check", number="100").status_code == 200
    assert "You check report 100." in browser.page
    assert "Told at 8:00. Being checked since 8:00." in browser.page
    assert "A report is being checked since 8:00." in browser.page
    school.deliver()
    leads[1].hears("Otro encargado revisa el reporte 100.").hears_nothing()
    leads[0].hears_nothing()
    assert browser.sends("/console/reports/false", number="100").status_code == 200
    assert "Report 100: not true." in browser.page
    school.deliver()
    leads[1].hears("Otro encargado: el reporte 100").hears_nothing()
    school.phone(PARENT).hears("Thank you for your report at 8:00.").hears_nothing()
    assert report(school).state == "false"
    assert [about for _who, about in audited(school, "a report is false")] == ["report 100"]
    assert audited(school, "checks a report")[0][0] == report(school).checked_by
    browser.goes("/console/reports")
    assert '<th scope="row">100</th><td>not true</td>' in browser.page
    shows_no_number(browser)


def test_an_alert_of_it_waits_for_code_and_pin_on_the_leads_own_phone(
    school: Town, browser: Browser, leads: tuple[Phone, Phone]
) -> None:
    tells(school)
    browser.goes("/console/reports")
    assert browser.sends("/console/reports/confirm", number="100").status_code == 200
    assert "What is it?" in browser.page, "the place does not say it"
    assert 'name="place"' not in browser.page
    assert browser.sends("/console/reports/confirm", number="100", kind="2").status_code == 200
    assert "on its way to your own phone" in browser.page
    assert not re.search(r"\b\d{4}\b", re.sub(r"<[^>]+>", "", browser.page)), "no code stands on the page"
    school.deliver()
    lead = leads[0]
    code = re.findall(r"Send: (\d{4})", lead.unread[0])[0]
    lead.hears("nothing sent yet", "CONFIRMED: agents at the school, front gate")
    assert report(school).state == "new"
    lead.texts(f"{code} {PIN}").hears("SENT to")
    school.deliver()
    assert report(school).state == "confirmed"
    with reading(school.house.database) as session:
        assert session.scalars(select(Alert)).one().kind == "2"
    for phone in school.phones.values():
        phone.unread.clear()


def test_a_report_without_a_place_asks_for_it_first(school: Town, browser: Browser) -> None:
    tells(school, PARENT, "1", "0", "0", "0", "0")
    browser.goes("/console/reports")
    browser.sends("/console/reports/confirm", number="100")
    assert "Where?" in browser.page
    browser.sends("/console/reports/confirm", number="100", place="1")
    assert "What is it?" in browser.page
    assert '<input type="hidden" name="place" value="1">' in browser.page
    browser.sends("/console/reports/confirm", number="100", place="1", kind="1")
    assert "on its way" in browser.page
    school.deliver()
    school.phone(LEAD).hears("front gate")


@pytest.mark.parametrize("number", ["", "999", "100; drop", "１００", "x" * 500])
@pytest.mark.parametrize("what", ["check", "false", "confirm"])
def test_a_number_that_nothing_open_has(school: Town, browser: Browser, number: str, what: str) -> None:
    tells(school)
    browser.goes("/console/reports")
    assert browser.sends(f"/console/reports/{what}", number=number).status_code == 404
    assert "Nothing open has this number." in browser.page
    assert report(school).state == "new"


def test_another_schools_report_is_nothing_here(school: Town, browser: Browser) -> None:
    tells(school)
    elm = MAPLE.replace('code = "MAPLE"', 'code = "ELM"').replace('"62753"', '"35601"')
    with writing(school.house.database) as session:
        schools.load_school(session, school.house.means, read_school(elm))
        site = schools.find_site(session, "ELM")
        assert site is not None
        session.scalars(select(Report)).one().site_id = site.id
    browser.goes("/console/reports")
    assert "Report 100" not in browser.page
    assert browser.sends("/console/reports/false", number="100").status_code == 404
    assert report(school).state == "new"
