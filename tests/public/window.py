"""A window of Debian's Chromium for the tests of public pages and posters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from browsing import browser_for_tests
from playwright.sync_api import Page


@contextmanager
def window(width: int = 320, height: int = 640) -> Iterator[Page]:
    with browser_for_tests() as browser:
        yield browser.new_page(viewport={"width": width, "height": height})
