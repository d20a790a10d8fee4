"""The console as leads have it in the hand: with scripts and without, by keyboard, on a small phone, read aloud."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from console_stage import LEAD, NARROW, PIN, SECOND, WIDE, Stage, stage_in
from playwright.sync_api import Browser, Page, expect

FAMILIES = 6
SIGNED_OUT = "EventSource's response has a MIME type"
"""What a browser says when it asks for news and is sent to sign in instead."""
PREVIEW = "/console/alert?action=alert&kind=2&place=1&level=2"
PAGES = (
    "/console/",
    "/console/alert",
    "/console/alert?action=alert&kind=2",
    PREVIEW,
    "/console/alert/confirm",
    "/console/progress",
)


@pytest.fixture
def stage(tmp_path: Path, chromium: Browser) -> Iterator[Stage]:
    with stage_in(tmp_path, chromium) as stage:
        stage.town.enrol(LEAD, "lead", pin=PIN)
        for family in range(FAMILIES):
            stage.town.enrol(f"+121355501{40 + family}", "parent", language=("es", "en")[family % 2])
        yield stage
        assert [fault for fault in stage.faults if SIGNED_OUT not in fault] == []


def presses(page: Page, words: str) -> None:
    """The large button, or the link that looks like one, with these words."""
    page.locator("main :is(a.do, button)").filter(has_text=words).first.click()


def confirms(stage: Stage, page: Page) -> None:
    expect(page).to_have_url(f"{stage.address}/console/alert/confirm")
    page.get_by_label("The code from the text, 4 digits").fill(stage.code())
    page.get_by_label("Your PIN, 6 digits").fill(PIN)
    presses(page, "Send it now")
    expect(page).to_have_url(f"{stage.address}/console/progress")


def sends(stage: Stage, page: Page) -> None:
    page.goto("/console/")
    for words in ("Send an alert", "agents at the school", "front gate", "yes, seen"):
        presses(page, words)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing is sent yet.")
    presses(page, "Text me a code")
    confirms(stage, page)


@pytest.mark.parametrize("scripts", ["with scripts", "without scripts"])
def test_an_alert_is_sent_corrected_and_ended(stage: Stage, scripts: str) -> None:
    page = stage.window(scripts=scripts == "with scripts", width=NARROW)
    stage.signs_in(page)
    sends(stage, page)
    expect(page.get_by_text(f"Sent to {FAMILIES + 1} phones.")).to_be_visible()
    assert "CONFIRMED" in heard(stage)
    follows(stage, page, "It was wrong: correct it", "CORRECTION")
    page.goto("/console/")
    expect(page.locator("main .quiet").first).to_have_text("No alert is open.")
    sends(stage, page)
    assert "CONFIRMED" in heard(stage)
    follows(stage, page, "No longer seen: end it", "NO LONGER SEEN")


def follows(stage: Stage, page: Page, words: str, told: str) -> None:
    """The preview of it says what a family then reads."""
    page.goto("/console/")
    presses(page, words)
    expect(page.locator(".said").first).to_contain_text(told)
    presses(page, "Text me a code")
    confirms(stage, page)
    assert told in heard(stage)


def heard(stage: Stage) -> str:
    """What a family that reads English has just got."""
    stage.works()
    words = stage.town.phone("+12135550141").unread.popleft()
    stage.hushes()
    return words


def test_the_progress_page_moves_without_being_loaded_again(stage: Stage) -> None:
    page = stage.window()
    stage.signs_in(page)
    sends(stage, page)
    page.evaluate("window.isSame = true")
    reached = page.locator("dl.figures .figure").first
    expect(reached).to_have_text("0")
    before = page.locator("svg .bar").first.get_attribute("width")
    stage.works()
    expect(reached).to_have_text(str(FAMILIES + 1))
    expect(page.get_by_text("Everything has gone, and every receipt is in.")).to_be_visible()
    assert page.locator("svg .bar").first.get_attribute("width") != before
    assert page.evaluate("window.isSame") is True


def test_two_who_look_see_a_pause_and_its_end(stage: Stage) -> None:
    one = stage.window()
    stage.signs_in(one)
    sends(stage, one)
    other = stage.window(width=NARROW)
    stage.joins(other, one)
    expect(other.get_by_role("button", name="Pause")).to_be_visible()
    one.get_by_role("button", name="Pause").click()
    expect(other.get_by_text("Paused: what has not gone waits.")).to_be_visible()
    expect(other.get_by_role("button", name="Go on with what waits")).to_be_visible()
    other.get_by_role("button", name="Go on with what waits").click()
    confirms(stage, other)
    expect(one.get_by_role("button", name="Go on with what waits")).to_be_hidden()


def test_a_pin_that_is_keyed_into_the_call_is_seen_on_the_page(stage: Stage) -> None:
    page = stage.window(width=NARROW)
    stage.signs_in(page)
    page.goto(PREVIEW)
    presses(page, "Call me")
    expect(page.get_by_text("Your phone is called.")).to_be_visible()
    stage.works()
    stage.town.rings(LEAD).picks_up().presses(PIN).presses("1")
    expect(page.get_by_text(f"Sent to {FAMILIES + 1} phones.")).to_be_visible()


def test_what_is_on_screen_ends_with_the_session(stage: Stage) -> None:
    page = stage.window()
    stage.signs_in(page)
    other = stage.window()
    stage.joins(other, page)
    other.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("This page is no longer kept up to date by itself.")).to_be_visible()


def test_by_keyboard_alone(stage: Stage) -> None:
    page = stage.window()
    stage.signs_in(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the page itself")).to_be_focused()
    page.keyboard.press("Enter")
    for words in (
        "Send an alert",
        "agents at the school",
        "front gate",
        "yes, seen",
        "Text me a code, then I enter it with my PIN",
    ):
        tabs_to(page, words)
        with page.expect_navigation():
            page.keyboard.press("Enter")
    expect(page).to_have_url(f"{stage.address}/console/alert/confirm")
    code = stage.code()
    tabs_until(page, lambda: page.locator("#code").evaluate("each => each === document.activeElement"))
    page.keyboard.type(code)
    page.keyboard.press("Tab")
    page.keyboard.type(PIN)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{stage.address}/console/progress")
    expect(page.get_by_text(f"Sent to {FAMILIES + 1} phones.")).to_be_visible()


def tabs_to(page: Page, words: str) -> None:
    tabs_until(page, lambda: page.evaluate("document.activeElement.textContent.trim()") == words)
    assert page.evaluate("document.activeElement.matches(':focus-visible')")


def tabs_until(page: Page, is_there: Callable[[], bool]) -> None:
    for _ in range(40):
        if is_there():
            return
        page.keyboard.press("Tab")
    raise AssertionError("the keyboard does not come there")


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_nothing_is_cut_off_too_small_or_unreadable(stage: Stage, width: int, scheme: str, language: str) -> None:
    """While an alert is open and a preview waits: axe finds nothing, nothing lies beside the screen or is too small."""
    page = stage.window(width=width, dark=scheme == "dark", is_touch=width == NARROW)
    stage.signs_in(page)
    sends(stage, page)
    stage.works()
    page.goto(PREVIEW)
    presses(page, "Text me a code")
    page.locator(".switch summary").click()
    page.locator(f"button[name=language][value={language}]").click()
    for path in PAGES:
        page.goto(path)
        assert stage.violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert too_small(page) == [], path
        assert page.locator("html").get_attribute("lang", timeout=1000) == {"en": "en-US", "es": "es-419"}[language]
    stage.hushes()


def too_small(page: Page) -> list[str]:
    """Links and buttons that a thumb misses: those in a sentence apart, 44 px each way."""
    return list(
        page.evaluate(
            """() => [...document.querySelectorAll("a, button, input:not([type=hidden])")]
            .filter((each) => each.offsetParent !== null && !each.matches(".skip, p a:not(.do), footer a"))
            .map((each) => [each.textContent.trim(), each.getBoundingClientRect()])
            .filter(([_, box]) => box.width < 44 || box.height < 44)
            .map(([words, box]) => `${words} ${box.width}x${box.height}`)"""
        )
    )


def test_strangers_read_the_first_pages_too(stage: Stage) -> None:
    page = stage.window(width=NARROW, language="es-MX")
    for path in ("/console/sign-in", "/console/code"):
        page.goto(path)
        assert stage.violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
        assert too_small(page) == []
    page.locator(".switch summary").click()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Enter code and PIN")


def test_a_page_that_is_written_from_right_to_left_is_the_same_page_mirrored(stage: Stage) -> None:
    page = stage.window(width=NARROW)
    stage.signs_in(page)
    page.goto(PREVIEW)
    page.evaluate("document.documentElement.dir = 'rtl'")
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
    edge = page.locator("section.alert").evaluate("each => getComputedStyle(each).borderRightWidth")
    assert edge != "0px"


def test_another_lead_who_comes_in_by_the_same_browser_sees_nothing_of_the_first(stage: Stage) -> None:
    stage.town.enrol(SECOND, "lead", pin=PIN)
    page = stage.window()
    stage.signs_in(page)
    page.goto(PREVIEW)
    presses(page, "Text me a code")
    stage.works()
    stage.hushes()
    page.get_by_role("button", name="Sign out").click()
    stage.signs_in(page, SECOND)
    page.goto("/console/alert/confirm")
    expect(page.get_by_text("Nothing waits for your PIN.")).to_be_visible()
