"""Settings as the school's file: downloaded, checked, and loaded with the PIN; the other leads are told."""

from __future__ import annotations

import re

import pytest
from browser import PIN, Browser
from phone import MAPLE, Phone, Town, rows
from rooms import audited, shows_no_number

from phonetree.desk import schools
from phonetree.desk.console_people import mark_of
from phonetree.models import reading
from phonetree.school.reading import read_school
from phonetree.school.schema import School

pytest_plugins = ["signed_in_fixtures"]

PREVIEW, LOAD = "/console/settings/preview", "/console/settings/load"
TO_PARENTS = re.sub(r"\nunconfirmed = .*", '\nunconfirmed = ["staff", "parents"]', MAPLE, count=1)
RENAMED = MAPLE.replace('en = "front gate"', 'en = "main gate"')


def in_force(town: Town) -> School:
    with reading(town.house.database) as session:
        site = schools.find_site(session, "MAPLE")
        assert site is not None
        return schools.school_of(town.house.means, site)


def kept(town: Town) -> dict[str, list[tuple[object, ...]]]:
    found = rows(town.house.database)
    return {table: each for table, each in found.items() if table not in {"console_knocks", "console_sessions"}}


def test_the_file_is_downloaded_and_is_the_same_file(school: Town, browser: Browser) -> None:
    assert browser.goes("/console/settings").status_code == 200
    assert "The file in force was loaded on" in browser.page
    shows_no_number(browser)
    answer = browser.window.get("/console/settings/school.toml", base_url=browser.url)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="school.toml"'
    assert read_school(answer.get_data(as_text=True)) == in_force(school)
    assert browser.uploads(PREVIEW, answer.get_data()).status_code == 200
    assert "This file changes nothing" in browser.page
    assert 'name="pin"' not in browser.page


def test_what_a_file_would_change_is_shown_first(school: Town, browser: Browser) -> None:
    assert TO_PARENTS != MAPLE
    browser.goes("/console/settings")
    before = kept(school)
    assert browser.uploads(PREVIEW, TO_PARENTS.encode()).status_code == 200
    page = re.sub(r"\s+", " ", browser.page)
    assert "agents at the school, not confirmed</th><td>staff, the Rapid Response Network. Parents" not in page
    assert re.search(r"agents at the school, not confirmed</th><td>[^<]*staff[^<]*</td><td>staff, families</td>", page)
    assert "every rumor will reach every family" in page
    assert kept(school) == before
    browser.uploads(PREVIEW, RENAMED.encode())
    assert "<li>places</li>" in browser.page
    assert "Who would hear what" not in browser.page
    shows_no_number(browser, "+12135550100", "+12135550102", "+12135550199")


def test_it_is_loaded_with_the_pin_and_the_others_are_told(
    school: Town, browser: Browser, leads: tuple[Phone, Phone]
) -> None:
    browser.goes("/console/settings")
    browser.uploads(PREVIEW, RENAMED.encode())
    mark = re.findall(r'name="mark" value="([^"]+)"', browser.page)[0]
    assert browser.uploads(LOAD, RENAMED.encode(), mark=mark, pin="000000").status_code == 403
    assert in_force(school) == read_school(MAPLE)
    assert browser.uploads(LOAD, TO_PARENTS.encode(), mark=mark, pin=PIN).status_code == 409
    assert in_force(school) == read_school(MAPLE)
    assert browser.uploads(LOAD, RENAMED.encode(), mark=mark, pin=PIN).status_code == 200
    assert "The file is loaded and in force." in browser.page
    assert in_force(school).places[0].name["en"] == "main gate"
    school.deliver()
    leads[1].hears("Maple Tree", "archivo de la escuela").hears_nothing()
    leads[0].hears_nothing()
    signed_in_as = audited(school, "signed in to the console")[0][0]
    assert audited(school, "loaded the school file") == [(signed_in_as, "")]
    assert browser.uploads(LOAD, RENAMED.encode(), mark=mark, pin=PIN).status_code == 200
    school.deliver()
    leads[1].hears_nothing()


BAD = {
    "broken notation": (b"[site\ncode = 1", "This is wrong with the file"),
    "an unknown key": (MAPLE.replace("[protocol]", "[protocol]\nunconfirmd = []", 1).encode(), "did you mean unconf"),
    "nothing in it": (b"# nothing", "is missing"),
    "not UTF-8": (b"\xff\xfe\xfa", "not UTF-8 text"),
    "no text at all": (b"\x00\x01\x02", "This is wrong with the file"),
    "another school": (MAPLE.replace('"MAPLE"', '"ELM"').replace('"62753"', '"35601"').encode(), "of another school"),
    "another number": (
        re.sub(r"\nnumber = .*0100\"", '\nnumber = "+12135550108"', MAPLE, count=1).encode(),
        "names another number",
    ),
}


@pytest.mark.parametrize("path", [PREVIEW, LOAD])
@pytest.mark.parametrize("case", BAD)
def test_a_file_that_is_wrong_changes_nothing(school: Town, browser: Browser, case: str, path: str) -> None:
    file, reason = BAD[case]
    assert file != MAPLE.encode()
    browser.goes("/console/settings")
    before = kept(school)
    assert browser.uploads(path, file, mark=mark_of(file), pin=PIN).status_code == 422
    assert reason in browser.page
    assert kept(school) == before
    shows_no_number(browser, "+12135550108")


def test_a_plan_that_was_approved_stays_as_it_is(school: Town, browser: Browser) -> None:
    changed = re.sub(r"approved_on = \S+", "approved_on = 2020-01-01", MAPLE).encode()
    browser.goes("/console/settings")
    assert browser.uploads(PREVIEW, changed).status_code == 422
    assert "give the changed plan a new version" in browser.page


def test_no_file(school: Town, browser: Browser) -> None:
    browser.goes("/console/settings")
    for path in (PREVIEW, LOAD):
        assert browser.uploads(path, b"").status_code == 400
        assert "Choose a file first." in browser.page
    assert in_force(school) == read_school(MAPLE)
