"""The hotline's week on a page: who could take a shift, who is on, and every gap as a word."""

from __future__ import annotations

import re
from datetime import timedelta

from browser import Browser
from phone import MAPLE, Town
from rooms import audited, shows_no_number

from phonetree.demo.rehearsal import HeldClock
from phonetree.desk import schools
from phonetree.desk.rounds import make_rounds
from phonetree.models import writing
from phonetree.school.reading import read_school

pytest_plugins = ["signed_in_fixtures"]


def plain(browser: Browser) -> str:
    return re.sub(r"\s+", " ", browser.page)


def test_a_week_with_its_gaps_in_words(school: Town, browser: Browser) -> None:
    school.enrol("+12135550145", "operator", language="ko")
    school.enrol("+12135550146", "operator", language="es")
    assert browser.goes("/console/rota").status_code == 200
    page = plain(browser)
    assert page.count('<th scope="row">') == 7 + 2, "each day, and two shifts on two of them"
    assert "Nobody is on." in page
    assert '<span class="gap">Español: nobody</span>' in page, "the shift of this moment, and nobody is on"
    assert '<span class="cover">Español: 1</span>; <span class="gap">English: nobody</span>' in page
    assert '<span class="cover">한국어: 1</span>' in page
    assert "open now" in page
    assert "No shift on this day." in page
    shows_no_number(browser, "+12135550145", "+12135550146")


def test_who_is_on_closes_the_gap_of_this_moment(school: Town, browser: Browser) -> None:
    operator = school.enrol("+12135550146", "operator", language="es")
    operator.texts("ON").unread.clear()
    browser.goes("/console/rota")
    assert "On now: 1." in browser.page
    page = plain(browser)
    assert '<strong>open now</strong></td> <td><span class="cover">Español: 1</span>' in page
    assert "began without anybody" in page


def test_a_gap_that_the_leads_were_warned_of_stays_for_a_week(school: Town, browser: Browser) -> None:
    make_rounds(school.house.database, school.house.means, "test")
    assert audited(school, "warned of a gap")
    browser.goes("/console/rota")
    assert "Shifts that began without anybody" in browser.page
    assert "07:00</th><td>Español</td>" in browser.page
    clock = school.house.means.clock
    assert isinstance(clock, HeldClock)
    school.deliver()
    for phone in school.phones.values():
        phone.unread.clear()
    clock.at += timedelta(minutes=30)
    browser.goes("/console/rota")
    assert "07:00</th><td>Español</td>" in browser.page


def test_without_shifts(school: Town, browser: Browser) -> None:
    without = re.sub(r"\[\[shifts\]\]\n(?:\w.*\n)+", "", MAPLE)
    with writing(school.house.database) as session:
        schools.load_school(session, school.house.means, read_school(without))
    browser.goes("/console/rota")
    assert "The school file names no shifts" in browser.page
    assert "<table" not in browser.page
