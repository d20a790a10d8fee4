"""What the database knows of phones before a roster comes: the person, their roles, and what the last roster said."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row as Found
from sqlalchemy import select
from sqlalchemy.orm import Session

from phonetree.desk.means import Means
from phonetree.models import Consent, Membership, Person, Site
from phonetree.school.roster import Row
from phonetree.words.crypto import Vault
from phonetree.words.numbers import PhoneNumber

IMPORTED = "imported"


@dataclass(frozen=True, slots=True)
class Known:
    """One phone as it was before the import. ``records``: by role, what the last roster said."""

    person: Found[Any]
    memberships: Mapping[str, Found[Any]]
    records: Mapping[str, Mapping[str, Any]]


def known_people(
    session: Session, means: Means, site: Site, numbers: Sequence[PhoneNumber]
) -> dict[PhoneNumber, Known]:
    """Those of *numbers* that are known, looked up in a few queries."""
    vault = means.vault(site.sender_id)
    by_index = {index: number for number in numbers for index in vault.indexes(number)}
    people = session.execute(
        select(Person.id, Person.number_index, Person.language_is_chosen, Person.stopped_at).where(
            Person.sender_id == site.sender_id, Person.number_index.in_(by_index)
        )
    ).all()
    memberships = _memberships(session, site, [person.id for person in people])
    records = _records(session, vault, site, [person.id for person in people])
    return {
        by_index[person.number_index]: Known(person, memberships.get(person.id, {}), records.get(person.id, {}))
        for person in people
    }


def _memberships(session: Session, site: Site, people: Sequence[str]) -> dict[str, dict[str, Found[Any]]]:
    found: dict[str, dict[str, Found[Any]]] = {}
    columns = (Membership.id, Membership.person_id, Membership.role, Membership.is_held)
    for row in session.execute(select(*columns).where(Membership.site_id == site.id, Membership.person_id.in_(people))):
        found.setdefault(row.person_id, {})[row.role] = row
    return found


def _records(session: Session, vault: Vault, site: Site, people: Sequence[str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    chosen = (
        select(Consent.person_id, Consent.source_sealed)
        .where(Consent.person_id.in_(people), Consent.site_id == site.id, Consent.what == IMPORTED)
        .order_by(Consent.id)
    )
    for person_id, sealed in session.execute(chosen):
        record = json.loads(vault.open(sealed, row=source_row(person_id)))
        found.setdefault(person_id, {})[record["role"]] = record
    return found


def source_row(person_id: str) -> str:
    """To what the source of a consent is sealed."""
    return f"consents|{person_id}|source"


def record_of(row: Row) -> dict[str, Any]:
    """What the roster says of a phone in a role; kept sealed, as the evidence of what was agreed and how."""
    return {
        "role": row.role.value,
        "consent": row.consent,
        "calls": row.calls,
        "channel": row.channel.value,
        "language": row.language,
        "second_language": row.second_language,
    }
