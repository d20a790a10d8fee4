"""A roster into the database, all of it or nothing: bulk look-ups and bulk inserts, for 100,000 people in one go."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from phonetree.desk.enrolment import tell_of_new_leads
from phonetree.desk.means import Means, number_row
from phonetree.desk.outbox import audit
from phonetree.desk.people import LEAD, leads_of
from phonetree.desk.roster_records import IMPORTED, Known, Member, Record, known_people, record_of, source_row
from phonetree.desk.roster_refusals import refusals
from phonetree.desk.welcomes import queue_welcome
from phonetree.models import Consent, Membership, Person, Site, new_id
from phonetree.school.problems import RosterRefused
from phonetree.school.roster import Roster, Row
from phonetree.words.numbers import PhoneNumber

BATCH = 2000
Values = dict[str, Any]
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
    new_leads: int = 0
    """Of those that were added: who may send from now on."""


def import_people(
    session: Session,
    means: Means,
    site: Site,
    roster: Roster,
    watch: Watch = lambda _count: None,
    by: Person | None = None,
) -> Imported:
    """Take in *roster*; raises RosterRefused. The same again changes nothing, also not what people chose since.

    What a person chose themselves (their language, fewer calls, to leave) stays, until the roster itself says
    something else than it said before. *by*: the lead who does it at the console; none where it is done at the server.
    """
    phones = _by_phone(roster)
    if problems := refusals(session, means, site, phones):
        raise RosterRefused(problems)
    plan = _Plan(means, site, mark=new_id())
    for batch in _batches(phones.items()):
        known = known_people(session, means, site, [number for number, _rows in batch])
        for number, rows in batch:
            plan.phone(number, rows, known.get(number))
        watch(sum(len(rows) for _number, rows in batch))
    led_before = leads_of(session, site)
    plan.write(session)
    new_leads = sum(row["role"] == LEAD for row in plan.memberships)
    tell_of_new_leads(session, means, site, led_before, new_leads)
    welcome = queue_welcome(session, means, site, plan.mark)
    added, changed = len(plan.memberships), len(plan.changes)
    if added or changed:
        about = f"{added} added, {changed} changed"
        audit(session, means, "imported people", site=site, actor=by, about=about)
    return Imported(added, changed, plan.unchanged, plan.stopped, welcome.phones, welcome.last_at, new_leads)


def _by_phone(roster: Roster) -> dict[PhoneNumber, list[Row]]:
    phones: dict[PhoneNumber, list[Row]] = {}
    for row in roster.rows:
        phones.setdefault(row.number, []).append(row)
    return phones


@dataclass(slots=True)
class _Plan:
    """The rows that an import will write, gathered while reading: a hundred thousand do not go in one by one."""

    means: Means
    site: Site
    mark: str
    people: list[Values] = field(default_factory=list)
    languages: list[Values] = field(default_factory=list)
    memberships: list[Values] = field(default_factory=list)
    changes: list[Values] = field(default_factory=list)
    consents: list[Values] = field(default_factory=list)
    unchanged: int = 0
    stopped: int = 0

    def phone(self, number: PhoneNumber, rows: Sequence[Row], known: Known | None) -> None:
        """One phone with all its roles."""
        if known is None:
            known = Known(new_id(), language_is_chosen=True, stopped_at=None, members={}, records={})
            self._person(known.person_id, number, rows[0])
        self.stopped += known.stopped_at is not None
        for row in rows:
            self._role(known, row)

    def write(self, session: Session) -> None:
        inserts = ((Person, self.people), (Membership, self.memberships), (Consent, self.consents))
        for table, rows in inserts:
            for batch in _batches(rows):
                session.execute(insert(table), batch)
        for table, rows in ((Person, self.languages), (Membership, self.changes)):
            for batch in _batches(rows):
                session.execute(update(table), batch)

    def _role(self, known: Known, row: Row) -> None:
        record, before, member = record_of(row), known.records.get(row.role), known.members.get(row.role)
        if member is not None and before == record and not member.is_held:
            self.unchanged += 1
            return
        self._consent(known.person_id, record)
        self._language(known, row, before)
        if member is None:
            self._membership(known.person_id, row)
        else:
            self._change(member, row, before)

    def _person(self, person_id: str, number: PhoneNumber, row: Row) -> None:
        vault = self.means.vault(self.site.sender_id)
        self.people.append(
            {
                "id": person_id,
                "sender_id": self.site.sender_id,
                "number_index": vault.index(number),
                "number_sealed": vault.seal(number.e164, row=number_row(person_id)),
                "language": row.language,
                "second_language": row.second_language,
                "language_is_chosen": True,
                "first_seen": self.means.now().date(),
            }
        )

    def _consent(self, person_id: str, record: Record) -> None:
        source = json.dumps(record, ensure_ascii=False, sort_keys=True)
        sealed = self.means.vault(self.site.sender_id).seal(source, row=source_row(person_id))
        self.consents.append(
            {
                "person_id": person_id,
                "site_id": self.site.id,
                "what": IMPORTED,
                "how": "roster",
                "source_sealed": sealed,
                "at": self.means.now(),
            }
        )

    def _language(self, known: Known, row: Row, before: Record | None) -> None:
        said = (before["language"], before["second_language"]) if before else None
        is_news = said != (row.language, row.second_language) if said else not known.language_is_chosen
        if is_news:
            language = {"language": row.language, "second_language": row.second_language}
            self.languages.append({"id": known.person_id, "language_is_chosen": True, **language})

    def _membership(self, person_id: str, row: Row) -> None:
        self.memberships.append(
            {
                "site_id": self.site.id,
                "person_id": person_id,
                "role": row.role.value,
                "channel": row.channel.value,
                "calls": _calls(row),
                "is_held": False,
                "import_mark": self.mark,
            }
        )

    def _change(self, member: Member, row: Row, before: Record | None) -> None:
        """What the roster says anew. Who waited for a lead is let in, and welcomed like the others."""
        change: Values = {"id": member.membership_id, "is_held": False}
        if member.is_held:
            change["import_mark"] = self.mark
        if before is not None and before["calls"] != row.calls:
            change["calls"] = _calls(row)
        if before is not None and before["channel"] != row.channel:
            change["channel"] = row.channel.value
        self.changes.append(change)


def _calls(row: Row) -> str:
    return "all" if row.calls else "none"


def _batches(things: Any) -> Iterator[list[Any]]:
    each = iter(things)
    while batch := list(islice(each, BATCH)):
        yield batch
