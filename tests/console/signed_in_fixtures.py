"""Fixtures of the rooms' tests: a town on both kinds of database, its lead, and a browser signed in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import LEAD, PIN, Browser
from phone import PUBLIC_URL, Phone, Town, migrated_url, town_in
from rooms import OTHER, PARENT, STAFF

from phonetree.desk import people, schools
from phonetree.desk.console_codes import hash_of
from phonetree.desk.outbox import audit
from phonetree.models import ConsoleSession, writing
from phonetree.words.numbers import PhoneNumber


@pytest.fixture(params=["sqlite", "postgresql"])
def school(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    with migrated_url(request.param, tmp_path) as url, town_in(tmp_path, DATABASE_URL=url) as town:
        town.enrol(LEAD, "lead", pin=PIN)
        town.enrol(PARENT, "parent")
        town.enrol(STAFF, "staff")
        yield town


@pytest.fixture
def leads(school: Town) -> tuple[Phone, Phone]:
    """Who is signed in, and another lead, who reads Spanish."""
    return school.phone(LEAD), school.enrol(OTHER, "lead", language="es")


@pytest.fixture
def browser(school: Town, leads: tuple[Phone, Phone]) -> Browser:
    """As signing in leaves it (``test_signing_in.py``)."""
    found, token, means = Browser.at(school), "token", school.house.means
    with writing(school.house.database) as session:
        site = schools.find_site(session, "MAPLE")
        assert site is not None
        lead = people.find_person(session, means, site.sender, PhoneNumber(leads[0].number))
        assert lead is not None
        made = {"made_at": means.now(), "last_seen_at": means.now()}
        session.add(ConsoleSession(token_hash=hash_of(token), person_id=lead.id, site_id=site.id, **made))
        audit(session, means, "signed in to the console", site=site, actor=lead)
    with found.window.session_transaction(base_url=PUBLIC_URL) as kept:
        kept["lead"] = token
    return found
