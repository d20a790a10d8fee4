"""The console as a lead sees it during an alert: each page in English and Spanish, some from right to left."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from browsing import NARROW, open_page
from playwright.sync_api import Browser, Page, expect

from phonetree.demo.cast import Person
from phonetree.demo.stage import Stage

DESK, MOST_TALL = (1200, 900), 2600
PAGES: Mapping[str, str] = {
    "now": "",
    "alert": "alert",
    "preview": "alert?action=alert&kind=2&place=1&level=2",
    "progress": "progress",
    "reports": "reports",
    "requests": "requests",
    "rota": "rota",
    "people": "people",
    "languages": "languages",
    "plan": "plan",
    "record": "record",
    "settings": "settings",
}
"""Each picture's name, and where it is found below ``/console/``."""
FROM_RIGHT_TO_LEFT = ("now", "preview", "progress", "people")
_CODE = re.compile(r"\b\d{6}\b")


def take_console(stage: Stage, lead: Person, browser: Browser, images: Path) -> Iterator[str]:
    """The name of each picture once it is in *images*. The code to sign in with comes to the lead's telephone."""
    address = f"{stage.environment['PHONETREE_PUBLIC_URL']}/console/"
    with open_page(browser, f"{address}sign-in", NARROW) as page:
        yield _taken(page, images, "console-sign-in-en-360")
        _sign_in(page, stage, lead)
        kept = page.context.storage_state()
    for language, button, size, names in (
        ("en", "English", NARROW, tuple(PAGES)),
        ("es", "Español", DESK, tuple(PAGES)),
        ("ar", "العربية", NARROW, FROM_RIGHT_TO_LEFT),
    ):
        with open_page(browser, address, size, kept=kept) as page:
            page.locator(".switch summary").click()
            page.get_by_role("button", name=button, exact=True).click()
            expect(page.locator("html")).to_have_attribute("lang", re.compile(language))
            for name in names:
                page.goto(f"{address}{PAGES[name]}")
                yield _taken(page, images, f"console-{name}-{language}-{size[0]}")


def _sign_in(page: Page, stage: Stage, lead: Person) -> None:
    telephone = stage.phone(lead.number)
    before = len(telephone.bodies)
    page.locator("#phone").fill(lead.number.e164)
    page.locator("main button").first.click()
    if not telephone.wait_for_text("code for the console", count=1, timeout=30):
        raise TimeoutError("no code came to the lead's telephone")
    told = [found for body in telephone.bodies[before:] for found in _CODE.findall(body)]
    page.locator("#code").fill(told[-1])
    page.locator("#pin").fill(lead.pin)
    page.locator("main button").first.click()
    expect(page).to_have_url(re.compile("/console/$"))


def _taken(page: Page, images: Path, name: str) -> str:
    """In a window as tall as the page, so that what is fixed to its lower edge stands there; but not endless."""
    width = (page.viewport_size or {"width": NARROW[0]})["width"]
    tall = int(page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": width, "height": min(tall, MOST_TALL)})
    page.screenshot(path=images / f"{name}.png", animations="disabled")
    page.set_viewport_size({"width": width, "height": DESK[1]})
    return name
