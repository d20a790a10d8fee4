"""Debian's Chromium for the tests of pages and posters; where it is missing they are not run, unless all must be."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, sync_playwright


@contextmanager
def window(width: int = 320, height: int = 640) -> Iterator[Page]:
    chromium = shutil.which("chromium")
    if chromium is None:
        said = "there is no Chromium; the Debian package is chromium"
        pytest.fail(said) if os.environ.get("REQUIRE_ALL") == "1" else pytest.skip(said)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser.new_page(viewport={"width": width, "height": height})
        browser.close()
