"""An alert from the console, as a browser without scripts sends it: asked, previewed, confirmed as by phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import LEAD, PIN, Browser, signed_in, works
from phone import Phone, Town, town_in

PARENT, SECOND = "+12135550142", "+12135550111"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with town_in(tmp_path) as town:
        yield town
        for phone in town.phones.values():
            phone.unread.clear()


@pytest.fixture
def lead(town: Town) -> Phone:
    return town.enrol(LEAD, "lead", pin=PIN)


def test_an_alert_is_asked_for_one_thing_at_a_time(town: Town, lead: Phone) -> None:
    town.enrol(PARENT, "parent", language="es")
    browser = signed_in(town, lead)
    browser.goes("/console/")
    assert 'href="/console/alert"' in browser.page
    browser.goes("/console/alert")
    print(browser.page)
    assert "What is it?" in browser.page
    browser.goes("/console/alert?action=alert&kind=2")
    assert "Where?" in browser.page
    browser.goes("/console/alert?action=alert&kind=2&place=1")
    assert "Did you or another staff member see them?" in browser.page
    browser.goes("/console/alert?action=alert&kind=2&place=1&level=2")
    print(browser.page)
    assert "Nothing is sent yet." in browser.page
    a = browser.sends("/console/alert/ask", action="alert", kind="2", place="1", level="2", how="text")
    print(a.status_code, a.headers, browser.page[:3000] if a.status_code == 200 else "")
    town.deliver()
    words = lead.unread.popleft()
    print(words)
    browser.goes("/console/alert/confirm")
    print(browser.page)
    code = re.findall(r"Send: (\d{4})", words)[0]
    assert code not in browser.page
    a = browser.sends("/console/alert/confirm", code="0000", pin=PIN)
    assert a.status_code == 403
    a = browser.sends("/console/alert/confirm", code=code, pin=PIN)
    print(a.status_code, a.headers)
    town.deliver()
    town.folds()
    browser.goes("/console/progress")
    print(browser.page)
    a = browser.goes("/console/progress/live")
    print(a.get_data(as_text=True)[:300])
    assert False
