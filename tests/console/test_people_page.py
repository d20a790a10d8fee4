"""People in counts, who waits to join, and a list that is looked at, confirmed with the PIN, and taken in whole."""

from __future__ import annotations

import re

import pytest
from browser import LEAD, PIN, Browser, signed_in, works
from phone import Phone, Town, rows
from rooms import STRANGER, audited, shows_no_number
from sqlalchemy import func, select

from phonetree.desk.console_people import mark_of
from phonetree.models import Membership, reading, writing

pytest_plugins = ["signed_in_fixtures"]

HEAD = "phone,language,role,channel,consent"
NEW = f"{HEAD}\n+12135550161,es,parent,sms,paper 2026-08-20\n+12135550162,en,parent,sms,paper 2026-08-20\n"
NEW_LEAD = f"{HEAD}\n+12135550163,en,lead,sms,\n"
PREVIEW, IMPORT = "/console/people/preview", "/console/people/import"


def members(town: Town) -> int:
    with reading(town.house.database) as session:
        return session.scalar(select(func.count()).select_from(Membership)) or 0


def mark(browser: Browser) -> str:
    return str(re.findall(r'name="mark" value="([^"]+)"', browser.page)[0])


def settled(town: Town) -> dict[str, list[tuple[object, ...]]]:
    """Everything that is kept, but for who looked at what when."""
    return {
        table: found
        for table, found in rows(town.house.database).items()
        if table not in {"console_knocks", "console_sessions"}
    }


def test_counts_by_language_role_and_channel(school: Town, browser: Browser) -> None:
    school.enrol("+12135550144", "parent", language="es", channel="voice")
    with writing(school.house.database) as session:
        session.scalars(
            select(Membership).where(Membership.role == "staff")
        ).one().person.stopped_at = school.house.means.now()
    assert browser.goes("/console/people").status_code == 200
    page = re.sub(r"\s+", " ", browser.page)
    counted = (
        '<td><strong>2</strong></td></tr> <tr><th scope="row">Families</th><td>1</td></tr> <tr><th scope="row">Leads'
    )
    for language in ("English", "Español"):
        assert f"{language}</strong></th>{counted}</th><td>1</td></tr> </tbody>" in page
    assert '<th scope="row">Text</th><td>3</td>' in page
    assert '<th scope="row">Recorded call</th><td>1</td>' in page
    assert '<th scope="row">Left by their own word, and stay out</th><td>1</td>' in page
    shows_no_number(browser)


def test_a_list_is_looked_at_first_and_nothing_of_it_is_kept(school: Town, browser: Browser) -> None:
    browser.goes("/console/people")
    before = settled(school)
    assert browser.uploads(PREVIEW, NEW.encode()).status_code == 200
    assert '<th scope="row">New on the list</th><td>2</td>' in browser.page
    assert '<th scope="row">Welcomed</th><td>2</td>' in browser.page
    assert "new leads" not in browser.page
    assert settled(school) == before
    shows_no_number(browser, "+12135550161", "+12135550162")


def test_it_is_taken_in_with_the_pin(school: Town, browser: Browser, leads: tuple[Phone, Phone]) -> None:
    browser.goes("/console/people")
    browser.uploads(PREVIEW, NEW.encode())
    before = members(school)
    assert browser.uploads(IMPORT, NEW.encode(), mark=mark(browser), pin=PIN).status_code == 200
    assert "The list was taken in." in browser.page
    assert members(school) == before + 2
    signed_in_as = audited(school, "signed in to the console")[0][0]
    assert audited(school, "imported people") == [(signed_in_as, "2 added, 0 changed")]
    school.deliver()
    school.phone("+12135550161").hears("Maple Tree")
    school.phone("+12135550162").hears("Maple Tree")
    assert not any(phone.unread for phone in leads)
    browser.uploads(PREVIEW, NEW.encode())
    assert '<th scope="row">As before</th><td>2</td>' in browser.page
    shows_no_number(browser, "+12135550161", "+12135550162")


def test_new_leads_are_told_to_those_who_lead(school: Town, browser: Browser, leads: tuple[Phone, Phone]) -> None:
    browser.goes("/console/people")
    browser.uploads(PREVIEW, NEW_LEAD.encode())
    assert "This list makes new leads" in browser.page
    assert '<th scope="row">New leads among them</th><td>1</td>' in browser.page
    browser.uploads(IMPORT, NEW_LEAD.encode(), mark=mark(browser), pin=PIN)
    school.deliver()
    leads[0].hears("1 new leads were added")
    leads[1].hears("Encargados nuevos puestos desde el servidor: 1.")


@pytest.mark.parametrize("pin", ["", "000000", "x" * 400])
def test_without_the_pin_nothing_happens(school: Town, browser: Browser, pin: str) -> None:
    browser.goes("/console/people")
    browser.uploads(PREVIEW, NEW.encode())
    before = settled(school)
    assert browser.uploads(IMPORT, NEW.encode(), mark=mark(browser), pin=pin).status_code == 403
    assert "That was not right, so nothing was changed." in browser.page
    assert settled(school) == before
    assert browser.uploads(IMPORT, NEW.encode(), mark=mark(browser), pin=PIN).status_code == 200
    school.deliver()
    for phone in school.phones.values():
        phone.unread.clear()


def test_who_guesses_is_kept_out_as_at_the_door_and_alerts_are_not(
    school: Town, browser: Browser, leads: tuple[Phone, Phone]
) -> None:
    browser.goes("/console/people")
    browser.uploads(PREVIEW, NEW.encode())
    for _try in range(5):
        assert browser.uploads(IMPORT, NEW.encode(), mark=mark(browser), pin="000000").status_code == 403
    assert browser.uploads(IMPORT, NEW.encode(), mark=mark(browser), pin=PIN).status_code == 403, "right, but locked"
    works(school)
    leads[0].hears("Wrong answers at the console")
    leads[1].hears("consola")
    second = Browser.at(school)
    second.knocks(LEAD)
    works(school)
    code = re.findall(r"\b\d{6}\b", leads[0].unread.popleft())[0]
    assert second.answers(code).status_code == 403
    leads[0].texts("ALERT 2 1 2")
    alert_code = re.findall(r"\b\d{4}\b", leads[0].unread.popleft())[0]
    leads[0].texts(f"{alert_code} {PIN}").hears("SENT to")
    school.deliver()
    for phone in school.phones.values():
        phone.unread.clear()


def test_giving_the_pin_takes_no_code_from_the_door(school: Town, browser: Browser, leads: tuple[Phone, Phone]) -> None:
    browser.goes("/console/people")
    browser.uploads(PREVIEW, NEW.encode())
    for _turn in range(4):
        browser.uploads(PREVIEW, NEW.encode())
        assert browser.uploads(IMPORT, NEW.encode(), mark=mark(browser), pin=PIN).status_code == 200
        browser.uploads(PREVIEW, NEW.encode())
    school.deliver()
    for phone in school.phones.values():
        phone.unread.clear()
    signed_in(school, leads[0])
    leads[1].hears("entro a la consola")


def test_another_file_than_the_one_looked_at_is_shown_and_not_taken(school: Town, browser: Browser) -> None:
    browser.goes("/console/people")
    browser.uploads(PREVIEW, NEW.encode())
    before = settled(school)
    assert browser.uploads(IMPORT, NEW_LEAD.encode(), mark=mark(browser), pin=PIN).status_code == 409
    assert "This is another file" in browser.page
    assert "This list makes new leads" in browser.page
    assert settled(school) == before


BAD = {
    "a bad number": (f"{HEAD}\n+12135550161,es,parent,sms,paper\n555,en,parent,sms,paper\n", "too short"),
    "no consent": (f"{HEAD}\n+12135550161,es,parent,sms,\n", "is imported only with how and when they agreed"),
    "no header": ("+12135550161,es,parent\n", "has a name we do not know"),
    "another language": (f"{HEAD}\n+12135550161,xx,parent,sms,paper\n", "is not a language we know"),
    "an open quotation": (f'{HEAD}\n"+12135550161,es,parent,sms,paper\n', "quotation mark that is opened"),
    "two versions": (f"{HEAD}\n+12135550161,es,parent,sms,a\n+12135550161,es,parent,voice,a\n", "keep one"),
    "the school's own number": (f"{HEAD}\n+12135550100,en,parent,sms,paper\n", "is the tree's own number"),
    "abroad": (f"{HEAD}\n+523315550142,en,parent,sms,paper\n", "never calls or texts it"),
}


@pytest.mark.parametrize("case", BAD)
@pytest.mark.parametrize("path", [PREVIEW, IMPORT])
def test_a_list_that_is_wrong_changes_nothing_and_says_why_by_line(
    school: Town, browser: Browser, case: str, path: str
) -> None:
    file, reason = BAD[case]
    browser.goes("/console/people")
    before = settled(school)
    assert browser.uploads(path, file.encode(), mark=mark_of(file.encode()), pin=PIN).status_code == 422
    assert "Nothing was changed. This is wrong with the file:" in browser.page
    assert reason in browser.page
    assert settled(school) == before
    shows_no_number(browser, "+12135550161", "+523315550142")


@pytest.mark.parametrize("file", [b"PK\x03\x04 a spreadsheet", b"%PDF-1.7", b"\xff\xfe\xff", b"a\0b"])
def test_a_file_of_another_kind(school: Town, browser: Browser, file: bytes) -> None:
    browser.goes("/console/people")
    assert browser.uploads(PREVIEW, file).status_code == 422
    assert "This is wrong with the file" in browser.page


def test_no_file_at_all(school: Town, browser: Browser) -> None:
    browser.goes("/console/people")
    for path in (PREVIEW, IMPORT):
        assert browser.uploads(path, b"", mark="x", pin=PIN).status_code == 400
        assert "Choose a file first." in browser.page
        browser.sends(path)
        assert "Choose a file first." in browser.page


def test_a_file_that_is_too_large(school: Town, browser: Browser) -> None:
    browser.goes("/console/people")
    before = settled(school)
    assert browser.uploads(PREVIEW, b"x" * 490_000).status_code == 422, "read, and no list"
    browser.goes("/console/people")
    assert browser.uploads(PREVIEW, b"x" * 511_000).status_code == 413
    assert "too large for the console" in browser.page
    assert settled(school) == before
    stranger = Browser.at(school)
    stranger.goes("/console/sign-in")
    assert stranger.uploads(PREVIEW, b"x" * 70_000).status_code == 413, "a stranger sends no file at all"


def test_who_waits_to_join(school: Town, browser: Browser) -> None:
    with writing(school.house.database) as session:
        site_id = session.scalars(select(Membership.site_id).limit(1)).one()
    for number, held_number in ((STRANGER, 301), ("+12135550178", 302), ("+12135550179", 303)):
        school.enrol(number, "parent")
        with writing(school.house.database) as session:
            newest = session.scalars(select(Membership).order_by(Membership.id.desc()).limit(1)).one()
            newest.is_held, newest.held_number, newest.site_id = True, held_number, site_id
    browser.goes("/console/people")
    assert "3 wait." in browser.page
    shows_no_number(browser, "+12135550178", "+12135550179")
    assert browser.sends("/console/people/refuse", number="302").status_code == 200
    assert "302 is not on the list." in browser.page
    assert browser.sends("/console/people/admit", number="301").status_code == 200
    assert "301 is on the list now." in browser.page
    school.deliver()
    school.phone(STRANGER).hears("Maple Tree")
    browser.sends("/console/people/admit", all="1")
    assert "Nobody waits to join." in browser.page
    assert browser.sends("/console/people/admit", number="x").status_code == 400
    school.deliver()
    school.phone("+12135550179").hears("Maple Tree")
    assert [about for _who, about in audited(school, "joins let in")] == ["1 phones", "1 phones"]
