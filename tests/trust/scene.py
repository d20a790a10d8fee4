"""A school in which something of everything is open, and one phone of each role: for who may do what."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from hotline_calls import Phone, all_rung, calls
from sqlalchemy import delete, select
from stage import BOB, SCHOOL, all_of, say, send

from phonetree.demo.rehearsal import EIGHT_IN_THE_MORNING, Rehearsal
from phonetree.desk.call_answers import KeysPressed, UnknownCall
from phonetree.desk.schools import next_number
from phonetree.models import Base, Delivery, Membership, Person, Report, Request, Site, State, writing
from phonetree.words.numbers import PhoneNumber

LED_BY = PhoneNumber("+12135550190")
"""Another lead: of what others do, leads are told."""
TOLD = PhoneNumber("+12135550191")
"""The family whose report and requests are open."""
HELPED_BY = PhoneNumber("+12135550192")
"""The counselor who has taken one of them."""
ROLES = ("parent", "staff", "lead", "operator", "counselor", "volunteer", "interpreter", "network")
PHONES: Mapping[str, PhoneNumber] = {
    role: PhoneNumber(f"+121355501{60 + n}")
    for n, role in enumerate((*ROLES, "left", "left lead", "held", "elsewhere"))
} | {"stranger": BOB}
"""*left* has stopped everything, *left lead* was a lead who has; *held* waits to be let in; *elsewhere* leads Oak."""
PIN = "739152"
UNTOLD = frozenset(
    {
        *("conversations", "heard", "audit", "provider_copies", "marks", "senders", "calls", "deliveries", "leases"),
        *("broadcasts", "kept_receipts"),
    }
)
"""How a conversation goes on, and that it did: no matter of rights. Calls and pauses are told by their own names."""
TABLES = tuple(sorted(set(Base.metadata.tables) - UNTOLD))


@dataclass(frozen=True)
class Scene:
    """The tree, put back to how it was as often as anybody asks."""

    tree: Rehearsal
    numbers: Mapping[str, str]
    file: bytes = field(repr=False)

    def again(self) -> Rehearsal:
        self.tree.database.dispose()
        Path(self.tree.database.url.database or "").write_bytes(self.file)
        digits = count(4821, 37)
        self.tree.means = replace(self.tree.means, new_code=lambda: str(next(digits) % 9000 + 1000))
        self.tree.clock.at = EIGHT_IN_THE_MORNING
        return self.tree

    def done_by(self, role: str, said: str) -> frozenset[str]:
        """What one text from this phone changes: the tables by name, and what matters most by a word of its own."""
        tree = self.again()
        before = standing(tree)
        say(tree, PHONES[role], said.format(**self.numbers))
        return changed(before, standing(tree))

    def keyed_by(self, role: str, *keys: str) -> frozenset[str]:
        """What keys in a call from this phone to us change, once the menu was heard."""
        tree = self.again()
        phone = calls(tree, PHONES[role])
        before = standing(tree)
        press(phone, keys)
        return changed(before, standing(tree))

    def keyed_in_our_call(self, role: str, *keys: str) -> frozenset[str]:
        """The same in the call back that ``#`` asks for; no call, no change."""
        tree = self.again()
        press(calls(tree, PHONES[role]), "#")
        before = standing(tree)
        for who, phone in all_rung(tree):
            if who == PHONES[role]:
                phone.picks_up()
                before = standing(tree)
                press(phone, keys)
        return changed(before, standing(tree))


def press(phone: Phone, keys: Sequence[str]) -> None:
    for key in keys:
        with suppress(UnknownCall):
            phone.does(KeysPressed(key))


Standing = dict[str, list[tuple[object, ...]]]


def standing(tree: Rehearsal) -> Standing:
    """Every row of every table, and the rows that matter most under names of their own."""
    with closing(sqlite3.connect(tree.database.url.database or "")) as file:

        def found(query: str) -> list[tuple[object, ...]]:
            return sorted(file.execute(query).fetchall(), key=repr)

        every = {table: found(f"SELECT * FROM {table}") for table in TABLES}  # noqa: S608 - our own tables' names
        return every | {
            "sent": found("SELECT id, action FROM broadcasts"),
            "paused": found("SELECT id, paused_at FROM broadcasts"),
            "called": found("SELECT person_id, begins FROM deliveries WHERE channel = 'voice'"),
            "called off": found("SELECT id FROM deliveries WHERE state IN ('cancelled', 'expired')"),
        }


def changed(before: Standing, after: Standing) -> frozenset[str]:
    return frozenset(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


@contextmanager
def scene(protocol: str = "approvals = 1") -> Iterator[Scene]:
    with Rehearsal(SCHOOL.read_text().replace("approvals = 1", protocol)) as tree:
        tree.load((SCHOOL.parent / "oak.toml").read_text())
        tree.waits_for_segments = False
        _enrol(tree)
        numbers = _begin(tree)
        tree.database.dispose()
        yield Scene(tree, numbers, Path(tree.database.url.database or "").read_bytes())


def _enrol(tree: Rehearsal) -> None:
    tree.enrol(LED_BY, "lead", "en", "481516", code="MAPLE")
    tree.enrol(TOLD, "parent", "en", code="MAPLE")
    tree.enrol(HELPED_BY, "counselor", "en", code="MAPLE")
    for role in ROLES:
        tree.enrol(PHONES[role], role, "en", PIN if role in {"lead", "network"} else "", code="MAPLE")
    tree.enrol(PHONES["left"], "parent", "en", code="MAPLE")
    tree.enrol(PHONES["left lead"], "lead", "en", PIN, code="MAPLE")
    tree.enrol(PHONES["held"], "parent", "en", code="MAPLE")
    tree.enrol(PHONES["elsewhere"], "lead", "en", PIN, code="OAK")
    with writing(tree.database) as session:
        held = session.scalars(select(Membership).order_by(Membership.id.desc()).offset(1).limit(1)).one()
        held.is_held, held.held_number = True, next_number(session, session.get_one(Site, held.site_id))
    for role in ("left", "left lead"):
        say(tree, PHONES[role], "no more messages")


def _begin(tree: Rehearsal) -> dict[str, str]:
    """An alert that one has and others wait for, a preview, a report, a request that is open, one that is taken."""
    for said in ("REPORT", "1", "1", "1", "0", "0"):
        say(tree, TOLD, said)
    for said in ("FOOD", "1"):
        say(tree, TOLD, said)
    report, taken = _newest(tree)
    say(tree, HELPED_BY, f"TAKE {taken}")
    for said in ("RIDE", "1"):
        say(tree, TOLD, said)
    _same, free = _newest(tree)
    send(tree, "ALERT 2 1 2", who=LED_BY, pin="481516")
    say(tree, LED_BY, "ALERT 4")
    say(tree, PHONES["staff"], "ON")
    with writing(tree.database) as session:
        session.execute(delete(Delivery).where(Delivery.broadcast_id.is_(None)))
        for told in session.scalars(select(Delivery)):
            if tree.means.number_of(session.get_one(Person, told.person_id)) == LED_BY:
                told.state, told.submitted_at = State.SUBMITTED, tree.clock()
    return {"report": report, "taken": taken, "free": free}


def _newest(tree: Rehearsal) -> tuple[str, str]:
    reports = all_of(tree, select(Report.number).order_by(Report.id))
    requests = all_of(tree, select(Request.number).order_by(Request.id))
    return str(reports[-1]), str(requests[-1])
