"""Debian's Chromium for the tests of pages and posters; where it is missing they are not run, unless all must be."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))


@contextmanager
def window(width: int = 320, height: int = 640) -> Iterator[Page]:
    if not CHROMIUM.exists():
        said = "there is no Chromium; set CHROMIUM, or install Debian's"
        pytest.fail(said) if os.environ.get("REQUIRE_ALL") == "1" else pytest.skip(said)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser.new_page(viewport={"width": width, "height": height})
        browser.close()
