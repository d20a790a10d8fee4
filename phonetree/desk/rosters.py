"""A roster into the database, all of it or nothing: bulk look-ups and bulk inserts, for 100,000 people in one go."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Row as Found
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from phonetree.desk.means import Means, number_row
from phonetree.desk.outbox import audit
from phonetree.desk.roster_records import IMPORTED, Known, known_people, record_of, source_row
from phonetree.desk.roster_refusals import refusals
from phonetree.desk.welcomes import queue_welcome
from phonetree.models import Consent, Membership, Person, Site, new_id
from phonetree.school.problems import RosterRefused
from phonetree.school.roster import Roster, Row
from phonetree.words.numbers import PhoneNumber

BATCH = 2000
Watch = Callable[[int], None]
"""Told how many more rows are through."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. ``stopped``: of these phones, how many had left and stay out."""

    added: int
    changed: int
    unchanged: int
    stopped: int
    welcomed: int
    welcomed_by: datetime | None
    """When the last of the welcome texts will have gone, if nothing else is sent meanwhile."""


@dataclass(slots=True)
class _Plan:
    """Rows to write, gathered while reading."""

    people: list[dict[str, Any]] = field(default_factory=list)
    languages: list[dict[str, Any]] = field(default_factory=list)
    memberships: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    consents: list[dict[str, Any]] = field(default_factory=list)
    unchanged: int = 0
    changed: int = 0
    stopped: int = 0


def import_people(
    session: Session, means: Means, site: Site, roster: Roster, watch: Watch = lambda _count: None
) -> Imported:
    """Take in *roster*; raises RosterRefused. The same again changes nothing, also not what people chose since.

    What a person chose themselves (their language, fewer calls, to leave) stays, until the roster itself says
    something else than it said before.
    """
    phones = _by_phone(roster)
    if problems := refusals(session, means, site, phones):
        raise RosterRefused(problems)
    mark = new_id()
    plan = _Plan()
    for batch in _batches(phones.items()):
        known = known_people(session, means, site, [number for number, _rows in batch])
        for number, rows in batch:
            _plan_phone(means, site, mark, plan, number, rows, known.get(number))
        watch(sum(len(rows) for _number, rows in batch))
    _write(session, plan)
    welcome = queue_welcome(session, means, site, mark)
    done = f"{len(plan.memberships)} added, {plan.changed} changed"
    if plan.memberships or plan.changed:
        audit(session, means, "imported people", site=site, actor=None, about=done)
    return Imported(len(plan.memberships), plan.changed, plan.unchanged, plan.stopped, welcome.phones, welcome.last_at)


def _by_phone(roster: Roster) -> dict[PhoneNumber, list[Row]]:
    phones: dict[PhoneNumber, list[Row]] = {}
    for row in roster.rows:
        phones.setdefault(row.number, []).append(row)
    return phones


def _plan_phone(  # noqa: PLR0913 - one phone meets everything that is known
    means: Means,
    site: Site,
    mark: str,
    plan: _Plan,
    number: PhoneNumber,
    rows: Sequence[Row],
    known: Known | None,
) -> None:
    person_id = known.person.id if known else new_id()
    if known is None:
        plan.people.append(_person(means, site, person_id, number, rows[0]))
    elif known.person.stopped_at is not None:
        plan.stopped += 1
    for row in rows:
        record = record_of(row)
        before = known.records.get(row.role) if known else None
        member = known.memberships.get(row.role) if known else None
        if member is not None and before == record and not member.is_held:
            plan.unchanged += 1
            continue
        plan.consents.append(_consent(means, site, person_id, record))
        if known is not None:
            _plan_language(plan, known, row, before)
        if member is None:
            plan.memberships.append(_membership(site, person_id, row, mark))
        else:
            plan.changed += 1
            plan.changes.append(_change(member, row, before, mark))


def _person(means: Means, site: Site, person_id: str, number: PhoneNumber, row: Row) -> dict[str, Any]:
    vault = means.vault(site.sender_id)
    return {
        "id": person_id,
        "sender_id": site.sender_id,
        "number_index": vault.index(number),
        "number_sealed": vault.seal(number.e164, row=number_row(person_id)),
        "language": row.language,
        "second_language": row.second_language,
        "language_is_chosen": True,
        "first_seen": means.now().date(),
    }


def _consent(means: Means, site: Site, person_id: str, record: Mapping[str, Any]) -> dict[str, Any]:
    source = json.dumps(record, ensure_ascii=False, sort_keys=True)
    return {
        "person_id": person_id,
        "site_id": site.id,
        "what": IMPORTED,
        "how": "roster",
        "source_sealed": means.vault(site.sender_id).seal(source, row=source_row(person_id)),
        "at": means.now(),
    }


def _plan_language(plan: _Plan, known: Known, row: Row, before: Mapping[str, Any] | None) -> None:
    said = (before["language"], before["second_language"]) if before else None
    is_news = said != (row.language, row.second_language) if said else not known.person.language_is_chosen
    if is_news:
        language = {"language": row.language, "second_language": row.second_language}
        plan.languages.append({"id": known.person.id, "language_is_chosen": True, **language})


def _membership(site: Site, person_id: str, row: Row, mark: str) -> dict[str, Any]:
    return {
        "site_id": site.id,
        "person_id": person_id,
        "role": row.role.value,
        "channel": row.channel.value,
        "calls": _calls(row),
        "is_held": False,
        "import_mark": mark,
    }


def _change(member: Found[Any], row: Row, before: Mapping[str, Any] | None, mark: str) -> dict[str, Any]:
    """What the roster says anew. Who waited for a lead is let in, and welcomed like the others."""
    change: dict[str, Any] = {"id": member.id, "is_held": False}
    if member.is_held:
        change["import_mark"] = mark
    if before is not None and before["calls"] != row.calls:
        change["calls"] = _calls(row)
    if before is not None and before["channel"] != row.channel:
        change["channel"] = row.channel.value
    return change


def _calls(row: Row) -> str:
    return "all" if row.calls else "none"


def _write(session: Session, plan: _Plan) -> None:
    for table, rows in (
        (Person, plan.people),
        (Membership, plan.memberships),
        (Consent, plan.consents),
    ):
        for batch in _batches(rows):
            session.execute(insert(table), batch)
    for table, changes in ((Person, plan.languages), (Membership, plan.changes)):
        for batch in _batches(changes):
            session.execute(update(table), batch)


def _batches(things: Any) -> Iterator[list[Any]]:
    each = iter(things)
    while batch := list(islice(each, BATCH)):
        yield batch
