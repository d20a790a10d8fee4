"""Fixtures of the rooms' tests: a town on both kinds of database, its lead, and a browser signed in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import LEAD, PIN, Browser, signed_in
from phone import Phone, Town, migrated_url, town_in
from rooms import OTHER, PARENT, STAFF


@pytest.fixture(params=["sqlite", "postgresql"])
def school(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    with migrated_url(request.param, tmp_path) as url, town_in(tmp_path, DATABASE_URL=url) as town:
        town.enrol(LEAD, "lead", pin=PIN)
        town.enrol(PARENT, "parent")
        town.enrol(STAFF, "staff")
        yield town


@pytest.fixture
def leads(school: Town) -> tuple[Phone, Phone]:
    """Who signs in, and another lead, who reads Spanish."""
    return school.phone(LEAD), school.enrol(OTHER, "lead", language="es")


@pytest.fixture
def browser(school: Town, leads: tuple[Phone, Phone]) -> Browser:
    found = signed_in(school, leads[0])
    leads[1].hears("entro a la consola")
    return found
