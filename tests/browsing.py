"""A browser for tests and pictures: Debian's Chromium, driven by Playwright, and a telephone as it is used there."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page, StorageState, ViewportSize, expect, sync_playwright

CHROMIUM, PACKAGE = "chromium", "chromium"
"""The program, and the Debian package that has it."""
PATIENCE = 30_000.0
"""Milliseconds for whatever is waited for: the machine may be busy."""
WIDE, NARROW = (1440, 1000), (360, 740)
_CODE = re.compile(r"\b\d{4}\b")
expect.set_options(timeout=PATIENCE)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Raises FileNotFoundError where there is no Chromium."""
    program = shutil.which(CHROMIUM)
    if program is None:
        raise FileNotFoundError(f"no Chromium here; the Debian package is {PACKAGE}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def browser_for_tests() -> Iterator[Browser]:
    """The same; without Chromium the test is skipped, or fails where everything is required."""
    with ExitStack() as stack:
        try:
            browser = stack.enter_context(open_browser())
        except FileNotFoundError as missing:
            pytest.fail(str(missing)) if os.environ.get("REQUIRE_ALL") == "1" else pytest.skip(str(missing))
        yield browser


@contextmanager
def open_page(
    browser: Browser,
    address: str,
    size: tuple[int, int] = WIDE,
    *,
    script: bool = True,
    kept: StorageState | None = None,
) -> Iterator[Page]:
    """*kept*: the cookies of another window, for who is signed in there."""
    width, height = size
    viewport: ViewportSize = {"width": width, "height": height}
    context = browser.new_context(viewport=viewport, java_script_enabled=script, storage_state=kept)
    context.set_default_timeout(PATIENCE)
    try:
        page = context.new_page()
        page.goto(address)
        yield page
    finally:
        context.close()


@dataclass(frozen=True)
class Telephone:
    """One of those on the page, by the name that stands above it."""

    page: Page
    name: str

    @property
    def region(self) -> Locator:
        return self.page.get_by_role("region", name=self.name, exact=True)

    @property
    def display(self) -> Locator:
        return self.region.get_by_role("log")

    @property
    def state(self) -> Locator:
        return self.region.get_by_role("status")

    @property
    def text_field(self) -> Locator:
        return self.region.get_by_label("Text", exact=True)

    def key(self, label: str) -> Locator:
        return self.region.get_by_role("button", name=label, exact=True)

    def writes(self, words: str) -> None:
        self.text_field.fill(words)
        self.key("Send").click()

    def shows(self, words: str) -> None:
        expect(self.display).to_contain_text(words)

    def is_told(self, words: str) -> None:
        """Above the display."""
        expect(self.state).to_contain_text(words)

    def code(self, which: int) -> str:
        """The one-time code of the preview that is the *which*-th on the display, counted from 0."""
        preview = self.display.locator(".arrived", has_text="nothing sent yet").nth(which)
        return str(_CODE.findall(preview.inner_text())[0])
