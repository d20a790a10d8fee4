"""A console on loopback and a browser before it: Chromium, with scripts or without, narrow or wide."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from axe_playwright_python.sync_playwright import Axe
from browsing import PATIENCE
from phone import MAPLE, Town, house_in, served, town_in
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from phonetree.app import web_app
from phonetree.desk.console_codes import console_round
from phonetree.models import Delivery, State, reading, writing

LEAD, SECOND, PIN = "+12135550110", "+12135550111", "739152"
NARROW, WIDE = 360, 1200
T = TypeVar("T")

__all__ = ["LEAD", "MAPLE", "NARROW", "PIN", "SECOND", "WIDE", "Stage", "house_in", "stage_in"]


@dataclass
class Stage:
    """One school, its console at *address*, and windows before it."""

    town: Town
    address: str
    browser: Browser
    elsewhere: ThreadPoolExecutor
    """The browser's own loop runs in this thread: whatever runs one of its own does so in another."""
    windows: ExitStack
    faults: list[str] = field(default_factory=list)
    """What the browser complained about: a script, a policy that was broken, something that was not found."""

    def window(
        self,
        *,
        scripts: bool = True,
        width: int = WIDE,
        dark: bool = False,
        language: str = "en-US",
        is_touch: bool = False,
    ) -> Page:
        context = self.browser.new_context(
            base_url=self.address,
            java_script_enabled=scripts,
            viewport={"width": width, "height": 760},
            color_scheme="dark" if dark else "light",
            locale=language,
            has_touch=is_touch,
        )
        self.windows.callback(context.close)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda said: self.faults.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        return page

    def joins(self, page: Page, other: Page) -> None:
        """Sit down before *page* as who is signed in at *other*."""
        kept = other.context.cookies()
        page.context.add_cookies([{"name": each["name"], "value": each["value"], "url": self.address} for each in kept])
        page.goto("/console/")

    def signs_in(self, page: Page, number: str = LEAD) -> None:
        page.goto("/console/sign-in")
        page.locator("#phone").fill(number)
        page.locator("main button").click()
        self.works()
        code = re.findall(r"\b\d{6}\b", self.town.phone(number).unread.popleft())[0]
        page.locator("#code").fill(code)
        page.locator("#pin").fill(PIN)
        page.locator("main button").click()
        page.wait_for_url(f"{self.address}/console/")
        self.works()
        self.hushes()

    def works(self) -> None:
        """What a worker does in a second."""

        def work() -> None:
            with writing(self.town.house.database) as session:
                console_round(session, self.town.house.means)
            for _slice in range(5):  # on a busy machine the first may end before anything has gone
                self.town.deliver()
                self.town.folds()
                with reading(self.town.house.database) as session:
                    if session.scalar(select(Delivery.id).where(Delivery.state == State.PENDING).limit(1)) is None:
                        return

        self.aside(work)

    def aside(self, work: Callable[[], T]) -> T:
        return self.elsewhere.submit(work).result(timeout=60)

    def code(self, number: str = LEAD) -> str:
        """As this lead's phone was told it just now."""
        self.works()
        told = [re.findall(r"[Ss]end: (\d{4}) then", words) for words in self.town.phone(number).unread]
        self.hushes()
        return str([code for codes in told for code in codes][-1])

    def hushes(self) -> None:
        for phone in self.town.phones.values():
            phone.unread.clear()

    def violations(self, page: Page) -> list[str]:
        """What axe-core finds of WCAG 2.2 A and AA."""
        found = Axe().run(
            page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
        )
        return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found.response["violations"]]


@contextmanager
def stage_in(folder: Path, browser: Browser, toml: str = MAPLE) -> Iterator[Stage]:
    with ExitStack() as stack:
        town = stack.enter_context(town_in(folder, toml))
        stack.callback(_forget_all, town)
        # The same house by plain HTTP on this machine, where a browser keeps a plain cookie.
        plain = replace(
            town.house, settings=town.house.settings.model_copy(update={"public_url": "http://127.0.0.1:1"})
        )
        port = stack.enter_context(served(web_app(plain)))
        elsewhere = stack.enter_context(ThreadPoolExecutor(1))
        windows = stack.enter_context(ExitStack())
        yield Stage(town, f"http://127.0.0.1:{port}", browser, elsewhere, windows)


def _forget_all(town: Town) -> None:
    for phone in town.phones.values():
        phone.unread.clear()
