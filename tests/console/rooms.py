"""What the tests of the console's rooms share: people with known numbers, and the search for them in a page."""

from __future__ import annotations

import re

from browser import LEAD, Browser
from phone import Town
from sqlalchemy import select

from phonetree.models import AuditEntry, reading

OTHER, PARENT, STAFF, STRANGER = "+12135550111", "+12135550142", "+12135550143", "+12135550177"
EVERYBODY = (LEAD, OTHER, PARENT, STAFF, STRANGER)


def shows_no_number(browser: Browser, *more: str) -> None:
    """Neither whole nor its last seven digits, however they are written."""
    digits = re.sub(r"[^0-9]", "", browser.page)
    for number in (*EVERYBODY, *more):
        assert number[-7:] not in digits, number


def audited(town: Town, what: str) -> list[tuple[str | None, str]]:
    """By whom, and about what."""
    with reading(town.house.database) as session:
        found = session.scalars(select(AuditEntry).where(AuditEntry.what == what).order_by(AuditEntry.id))
        return [(each.actor_id, each.about) for each in found]
