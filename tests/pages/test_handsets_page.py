"""The telephones in a real browser: joining, an alert, the hotline; by mouse, by keyboard alone, on a small screen."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import NARROW, WIDE, Telephone, open_page
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from phonetree.demo.cast import Cast
from phonetree.demo.stage import Stage
from phonetree.words.i18n import DOMAIN, catalog

LEAD, MOTHER, PARK, HOME, VOLUNTEER, NETWORK = (
    *("The lead", "A mother", "Mrs. Park"),
    *("The Lopez home", "A volunteer", "The network"),
)
EVERYBODY = (LEAD, MOTHER, PARK, HOME, VOLUNTEER, NETWORK)
KOREAN = "[가-힣]{2}" if catalog("ko", DOMAIN).is_there else "Responda 1"
"""In Korean, or in the school's first language for as long as nobody has translated the texts."""
Open = Callable[..., AbstractContextManager[Page]]


@pytest.fixture
def opened(chromium: Browser, demo: tuple[Stage, Cast]) -> Open:
    return partial(open_page, chromium, f"{demo[0].carrier.base_url}/")


@pytest.fixture
def page(opened: Open) -> Iterator[Page]:
    with opened() as page:
        yield page


# --- what people do there ---------------------------------------------------------------------------------------------


def test_a_family_joins_from_a_flip_phone_in_its_language(page: Page) -> None:
    park = Telephone(page, PARK)
    park.writes("가입 MAPLE")
    offer = park.display.locator(".arrived").first
    expect(offer).to_contain_text(re.compile(KOREAN))
    park.writes("1")
    expect(park.display.locator(".arrived")).to_have_count(2)
    expect(park.display.locator(".arrived").last).to_contain_text("STOP")


def test_a_lead_is_trained_by_keyboard_alone(page: Page, demo: tuple[Stage, Cast]) -> None:
    """A drill, an alert in each reader's language, its end, its correction; no mouse is touched."""
    lead, mother, home = Telephone(page, LEAD), Telephone(page, MOTHER), Telephone(page, HOME)
    pin = demo[1].leads[0].pin
    _open_by_keyboard(page, "Training for a lead")
    _expect_step(page, 1)
    _go_to(page, LEAD)
    _type(lead, "DRILL 2 1 2")
    _expect_step(page, 2)
    _type(lead, f"{lead.code(0)} {pin}")
    Telephone(page, VOLUNTEER).shows("SIMULACRO")
    _expect_step(page, 4)
    _type(lead, "ALERT 2 1 2")
    _expect_step(page, 5)
    _type(lead, f"{lead.code(1)} {pin}")
    lead.shows("Immigration agents at the school, front gate.")
    mother.shows("en la escuela, puerta principal.")
    Telephone(page, NETWORK).shows("Immigration agents at the school, front gate.")
    _hear_at_home(page, home)
    _type(lead, "CLEAR")
    expect(lead.display.locator(".arrived", has_text="nothing sent yet")).to_have_count(3)
    _type(lead, f"{lead.code(2)} {pin}")
    _expect_step(page, 8)
    _type(lead, "CORRECT")
    expect(lead.display.locator(".arrived", has_text="nothing sent yet")).to_have_count(4)
    _type(lead, f"{lead.code(3)} {pin}")
    expect(page.locator("#step")).to_contain_text("You have done it all.")
    expect(mother.display.locator(".arrived").last).to_contain_text("CORRECCION")
    expect(mother.display).not_to_contain_text("SIMULACRO")


def test_a_hotline_call_is_taken_by_a_volunteer(page: Page) -> None:
    mother, volunteer = Telephone(page, MOTHER), Telephone(page, VOLUNTEER)
    volunteer.writes("ON")
    expect(volunteer.display.locator(".wrote", has_text="ON")).to_have_count(1)
    expect(volunteer.display.locator(".wrote + .arrived")).to_have_count(1)
    mother.key("Call").click()
    mother.is_told("It waits for a key.")
    expect(mother.display.locator(".heard").last).to_have_attribute("lang", "es-US")
    mother.key("2").click()
    mother.shows("You press 2")
    volunteer.is_told("Ringing")
    volunteer.key("Pick up").click()
    volunteer.is_told("It waits for a key.")
    volunteer.key("1").click()
    mother.is_told(f"Talking with: {VOLUNTEER}")
    volunteer.is_told(f"Talking with: {MOTHER}")
    mother.key("Hang up").click()
    volunteer.shows("The call is over: completed")
    mother.is_told("Ready.")


def test_the_keys_of_a_keyboard_are_the_phones_own_and_can_be_erased(page: Page) -> None:
    network = Telephone(page, NETWORK)
    network.display.focus()
    page.keyboard.type("213*#")
    network.is_told("To call: 213*#")
    network.key("Erase").click()
    network.is_told("To call: 213*")
    network.key("Call").click()
    expect(network.region.get_by_role("alert")).to_contain_text("There is no such number here.")
    network.key("Erase all").click()
    network.is_told("Ready.")
    expect(network.region.get_by_role("alert")).to_have_count(0)


def test_what_went_over_the_wire_is_shown_newest_first(page: Page) -> None:
    Telephone(page, NETWORK).writes("STATUS")
    asked = page.locator("#crossings > details", has_text="BodySTATUS").first
    expect(asked).to_contain_text("POST /twilio/sms")
    asked.locator("summary").click()
    expect(asked.locator("dd", has_text="STATUS")).to_be_visible()
    expect(asked.locator("pre")).to_contain_text("<Response")
    expect(asked).to_contain_text(re.compile(r"200 · \d+ segments?, about \$0\.0\d+"))
    assert int(_place(page, "first")) > int(_place(page, "last"))


def test_receipts_can_be_lost(page: Page, demo: tuple[Stage, Cast]) -> None:
    lost = page.get_by_label("Lost receipts")
    with page.expect_response("**/handsets/faults"):
        lost.check()
    assert demo[0].carrier.behaviour.callbacks.drop == 1
    with page.expect_response("**/handsets/faults"):
        lost.uncheck()
    assert demo[0].carrier.behaviour.callbacks.drop == 0


# --- for everybody ----------------------------------------------------------------------------------------------------


def test_a_text_that_runs_from_right_to_left_is_shown_so(page: Page) -> None:
    park = Telephone(page, PARK)
    park.writes("ما الأخبار؟")
    written = park.display.locator(".wrote", has_text="ما الأخبار؟")
    expect(written).to_have_css("direction", "rtl")
    expect(park.display.locator(".arrived").last).to_have_css("direction", "ltr")


def test_calls_are_spoken_only_when_sound_is_on_and_there_is_a_voice(opened: Open) -> None:
    with opened() as page:
        page.add_init_script("""
            speechSynthesis.getVoices = () => [{ lang: 'es-MX' }]
            window.SpeechSynthesisUtterance = class { constructor(words) { this.words = words } }
            speechSynthesis.speak = (said) => { document.body.dataset.spoken = said.words; said.onend() }
        """)
        page.reload()
        mother = Telephone(page, MOTHER)
        assert not page.get_by_label("Sound").is_checked()
        mother.key("Call").click()
        mother.is_told("It waits for a key.")
        expect(page.locator("[data-spoken]")).to_have_count(0)
        page.get_by_label("Sound").check()
        mother.key("4").click()
        expect(page.locator("[data-spoken]")).to_have_count(1)
        spoken = page.locator("body").get_attribute("data-spoken")
        expect(mother.display.locator(".pressed ~ .heard", has_text=spoken)).not_to_have_count(0)
        mother.key("Hang up").click()
        mother.is_told("Ready.")


def test_on_a_phones_screen_there_is_one_telephone_at_a_time(opened: Open) -> None:
    with opened(NARROW) as page:
        for name in EVERYBODY:
            page.get_by_role("link", name=re.compile(rf"^{name}")).click()
            expect(Telephone(page, name).region).to_be_visible()
            expect(page.get_by_role("region")).to_have_count(1)
            assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
            sizes = [box for key in page.get_by_role("button").all() if (box := key.bounding_box())]
            assert all(box["width"] >= 44 and box["height"] >= 44 for box in sizes)
        page.get_by_role("link", name=re.compile(f"^{LEAD}")).click()
        Telephone(page, LEAD).writes("STATUS")
        page.get_by_role("link", name="For developers").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]


def test_on_a_phones_screen_it_tells_where_a_text_came_meanwhile(opened: Open, demo: tuple[Stage, Cast]) -> None:
    with opened(NARROW) as page:
        lead = Telephone(page, LEAD)
        lead.shows("Maple Tree")
        mother = demo[0].phone(demo[1].joining[1].number)
        mother.text("NEWS")
        link = page.get_by_role("link", name=re.compile(f"^{MOTHER}"))
        expect(link).to_contain_text("1 new")
        link.click()
        expect(link).not_to_contain_text("new")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_axe_finds_nothing(opened: Open, size: tuple[int, int]) -> None:
    with opened(size) as page:
        found = [Axe().run(page)]
        page.get_by_text("Training for a lead").click()
        lead = Telephone(page, LEAD)
        lead.key("Call").click()
        lead.is_told("In a call.")
        found.append(Axe().run(page))
        page.get_by_role("link", name="For developers").click()
        page.locator("#crossings summary").first.click()
        found.append(Axe().run(page))
        page.get_by_role("link", name=re.compile(f"^{LEAD}")).click()
        lead.key("Hang up").click()
        lead.is_told("Ready.")
    assert not [result.generate_report() for result in found if result.violations_count]


def test_without_scripts_it_shows_the_phones_and_one_can_write(opened: Open) -> None:
    with opened(script=False) as page:
        network = Telephone(page, NETWORK)
        before = network.display.locator(".wrote").count()
        network.writes("NEWS")
        expect(network.display.locator(".wrote")).to_have_count(before + 1)
        network.key("5").click()
        network.is_told("To call: 5")
        network.key("Erase").click()
        network.is_told("Ready.")


def test_the_browser_finds_nothing_to_complain_of(opened: Open) -> None:
    complaints: list[str] = []

    def complain(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    with opened() as page:
        page.on("console", complain)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.reload()
        Telephone(page, MOTHER).shows("Maple")
    assert complaints == []


def _place(page: Page, which: str) -> str:
    """In the order of all that happened, of the first or the last that is shown."""
    found = page.locator("#crossings > details")
    shown = found.first if which == "first" else found.last
    return (shown.get_attribute("id") or "").removeprefix("crossing-")


# --- by keyboard ------------------------------------------------------------------------------------------------------


def _go_to(page: Page, name: str) -> None:
    """To a telephone by the links at the top, as far as its display."""
    link = page.get_by_role("link", name=re.compile(f"^{name}"))
    _tab_to(page, f"nav a[href='{link.get_attribute('href')}']")
    page.keyboard.press("Enter")
    _tab_to(page, f"{link.get_attribute('href')} .log")


def _type(phone: Telephone, words: str) -> None:
    """At the telephone that has the focus."""
    _tab_to(phone.page, f"#{phone.region.get_attribute('id')} input[name=body]")
    phone.page.keyboard.type(words)
    phone.page.keyboard.press("Enter")
    expect(phone.display.locator(".wrote", has_text=words).last).to_be_visible()


def _hear_at_home(page: Page, home: Telephone) -> None:
    """The phone on the wall rings, is picked up, heard in Spanish and answered by a key; then back to the lead's."""
    home.is_told("Ringing")
    _go_to(page, HOME)
    _tab_to(page, "#phone-4 .green")
    page.keyboard.press("Enter")
    home.is_told("It waits for a key.")
    expect(home.display.locator(".heard", has_text="puerta principal").first).to_have_attribute("lang", "es-US")
    page.keyboard.press("5")
    home.shows("You press 5")
    home.is_told("Ready.")
    _go_to(page, LEAD)


def _open_by_keyboard(page: Page, words: str) -> None:
    _tab_to(page, "#training > summary")
    page.keyboard.press("Enter")
    expect(page.get_by_role("group").filter(has_text=words).first).to_have_attribute("open", "")


def _tab_to(page: Page, selector: str) -> None:
    """By the tab key alone."""
    for _ in range(200):
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"no way by keyboard to {selector}")


def _expect_step(page: Page, number: int) -> None:
    expect(page.locator("#step-at")).to_have_text(f"Step {number} of 8")
