"""For every test: what they share (``phone``, ``stage``) lies beside this file, and is imported by its own name."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import phone
import pytest
import stage
from browsing import browser_for_tests
from playwright.sync_api import Browser
from sqlalchemy.engine import make_url
from telephones import telephones

from phonetree.demo.cast import Cast
from phonetree.demo.rehearsal import Rehearsal
from phonetree.demo.stage import Stage

HELD = (
    *("alembic", "twilio", "sqlalchemy", "aiohttp", "huey", "werkzeug", "granian", "flask_wtf", "psycopg", "redis"),
    *("apprise", "requests", "urllib3"),
)
DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """What one test sets up for its logs is undone for the next."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    levels = {name: logging.getLogger(name).level for name in HELD}
    yield
    root.handlers[:], root.level = handlers, level
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database for this test alone: every test that asks for it runs on both kinds."""
    with phone.database_url(request.param, tmp_path) as url:
        yield make_url(url).set(drivername=DRIVERS[request.param]).render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def tree(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rehearsal]:
    """The school of the transcripts with its lead (``stage.LEAD``) and nobody else, on both kinds of database."""
    with phone.migrated_url(request.param, tmp_path) as url:
        driven = make_url(url).set(drivername=DRIVERS[request.param]).render_as_string(hide_password=False)
        with stage.tree_at(driven) as tree:
            yield tree


# --- pages, in a browser ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")  # not for the whole session: while it is open no other test can run an event loop
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. Without it the tests of pages are skipped, or fail where everything is required."""
    with browser_for_tests() as opened:
        yield opened


@pytest.fixture(scope="module")
def demo(chromium: Browser) -> Iterator[tuple[Stage, Cast]]:
    """The demo's stage with its telephones on the page, for all tests of a module; without a browser not even begun."""
    with telephones() as running:
        yield running
