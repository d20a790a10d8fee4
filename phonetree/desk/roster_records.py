"""What the database knows of phones before a roster comes: the person, their roles, and what the last roster said."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from phonetree.desk.means import Means
from phonetree.models import Consent, Membership, Person, Site
from phonetree.school.roster import Row
from phonetree.words.crypto import Vault
from phonetree.words.numbers import PhoneNumber

IMPORTED = "imported"
Record = Mapping[str, Any]
"""What a roster said of a phone in one role."""


@dataclass(frozen=True, slots=True)
class Member:
    """One role at the school, as it was before the import."""

    membership_id: int
    is_held: bool


@dataclass(frozen=True, slots=True)
class Known:
    """One phone as it was before the import: its roles at the school, and what the last roster said of each."""

    person_id: str
    language_is_chosen: bool
    stopped_at: datetime | None
    members: Mapping[str, Member]
    records: Mapping[str, Record]


def known_people(
    session: Session, means: Means, site: Site, numbers: Sequence[PhoneNumber]
) -> dict[PhoneNumber, Known]:
    """Those of *numbers* that are known, looked up in a few queries."""
    vault = means.vault(site.sender_id)
    by_index = {index: number for number in numbers for index in vault.indexes(number)}
    found = session.execute(
        select(Person.number_index, Person.id, Person.language_is_chosen, Person.stopped_at).where(
            Person.sender_id == site.sender_id, Person.number_index.in_(by_index)
        )
    ).all()
    identities = [row.id for row in found]
    members = _members(session, site, identities)
    records = _records(session, vault, site, identities)
    return {
        by_index[index]: Known(identity, chosen, stopped, members.get(identity, {}), records.get(identity, {}))
        for index, identity, chosen, stopped in found
    }


def _members(session: Session, site: Site, people: Sequence[str]) -> dict[str, dict[str, Member]]:
    found: dict[str, dict[str, Member]] = {}
    columns = (Membership.person_id, Membership.role, Membership.id, Membership.is_held)
    chosen = select(*columns).where(Membership.site_id == site.id, Membership.person_id.in_(people))
    for person_id, role, membership_id, is_held in session.execute(chosen):
        found.setdefault(person_id, {})[role] = Member(membership_id, is_held)
    return found


def _records(session: Session, vault: Vault, site: Site, people: Sequence[str]) -> dict[str, dict[str, Record]]:
    found: dict[str, dict[str, Record]] = {}
    chosen = (
        select(Consent.person_id, Consent.source_sealed)
        .where(Consent.person_id.in_(people), Consent.site_id == site.id, Consent.what == IMPORTED)
        .order_by(Consent.id)
    )
    for person_id, sealed in session.execute(chosen):
        record = json.loads(vault.open(sealed or b"", row=source_row(person_id)))
        found.setdefault(person_id, {})[record["role"]] = record
    return found


def source_row(person_id: str) -> str:
    """To what the source of a consent is sealed."""
    return f"consents|{person_id}|source"


def record_of(row: Row) -> Record:
    """What the roster says of a phone in a role; kept sealed, as the evidence of what was agreed and how."""
    return {
        "role": row.role.value,
        "consent": row.consent,
        "calls": row.calls,
        "channel": row.channel.value,
        "language": row.language,
        "second_language": row.second_language,
    }
