"""The two buttons of every page: what was chosen stays in this browser, and leads nobody elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import LEAD, PIN, Browser, signed_in
from phone import Phone, Town, town_in


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with town_in(tmp_path) as town:
        yield town


@pytest.fixture
def lead(town: Town) -> Phone:
    return town.enrol(LEAD, "lead", pin=PIN)


def test_a_choice_is_kept_and_survives_signing_out(town: Town, lead: Phone) -> None:
    browser = signed_in(town, lead)
    browser.goes("/console/")
    assert '<html lang="en-US"' in browser.page
    answer = browser.sends("/console/language", language="es", here="/console/?x=1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console/?x=1")
    browser.goes("/console/")
    assert '<html lang="es' in browser.page
    assert "No hay ninguna alerta abierta." in browser.page
    browser.sends("/console/sign-out")
    browser.goes("/console/sign-in", "en")
    assert '<html lang="es' in browser.page


def test_what_is_no_language_changes_nothing(town: Town) -> None:
    browser = Browser.at(town)
    browser.goes("/console/sign-in")
    for nonsense in ("xx", "quc", "", "<script>"):
        assert browser.sends("/console/language", language=nonsense).headers["Location"] == "/console/"
        browser.goes("/console/sign-in")
        assert '<html lang="en-US"' in browser.page


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://example.org/",
        "//example.org/",
        "/\\example.org",
        "/twilio/sms",
        "/console/..//example.org",
        "/console/\n",
    ],
)
def test_nobody_is_led_elsewhere(town: Town, elsewhere: str) -> None:
    browser = Browser.at(town)
    browser.goes("/console/sign-in")
    assert browser.sends("/console/language", language="es", here=elsewhere).headers["Location"] == "/console/"


def test_the_list_of_pages_marks_the_one_that_is_shown(town: Town, lead: Phone) -> None:
    browser = signed_in(town, lead)
    browser.goes("/console/")
    assert '<a href="/console/" aria-current="page">Now</a>' in browser.page
    assert browser.page.count("<nav") == 2
    assert '<a class="skip" href="#main">' in browser.page
