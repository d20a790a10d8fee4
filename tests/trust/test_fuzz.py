"""Whatever is posted to the webhooks, signed or not: no fault, no lock left behind, no row that should not be."""

from __future__ import annotations

import asyncio
import os
import re
import sqlite3
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any

import pytest
import structlog
from fuzz import PEOPLE, Fuzz
from phone import MAPLE, house_in
from sqlalchemy import select
from sqlalchemy.engine import make_url

from phonetree.app import House, web_app
from phonetree.demo.rehearsal import HeldClock, MemoryCarrier
from phonetree.desk import call_delivery, delivery, people, schools, settling
from phonetree.desk.rounds import make_rounds
from phonetree.flows import STEPS
from phonetree.models import Membership, Pin, Sender, State, writing
from phonetree.words.numbers import PhoneNumber

HOW_MANY = int(os.environ.get("FUZZ", "15000"))
"""With ``FUZZ=1000000`` a million; in between whatever there is time for."""
LOOK_EACH, LOOK_AT_ALL_EACH = 500, 50_000
"""After so many the new rows are looked at, and all rows: they become many."""
ROLES = ("parent", "staff", "lead", "operator", "counselor", "volunteer", "interpreter", "network")
RELEASED = {
    "alerts": "SELECT count(*) FROM alerts",
    "broadcasts": "SELECT count(*) FROM broadcasts",
    "proposals": "SELECT count(*) FROM proposals WHERE state NOT IN ('open', 'withdrawn', 'lapsed')",
}
PINS = "739152"
"""Of every lead. It is in no corpus, so nothing may ever be sent."""


@dataclass
class Faults:
    """What the application said of itself while it answered."""

    found: list[str]

    def __call__(self, _logger: object, method: str, event: MutableMapping[str, Any]) -> str:
        if method in {"error", "critical", "exception"} and event.get("event") != "a webhook of a call was refused":
            self.found.append(f"{event.get('event')}: {event.get('error')} at {event.get('where')}")
        raise structlog.DropEvent


@pytest.fixture
def faults() -> Iterator[Faults]:
    listening = Faults([])
    before = structlog.get_config()
    structlog.configure(processors=[listening], cache_logger_on_first_use=False)
    yield listening
    structlog.configure(**before)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with house_in(tmp_path, MAPLE) as house:
        with writing(house.database) as session:
            site = schools.find_site(session, "MAPLE")
            assert site is not None
            for number, role in zip(PEOPLE, ROLES * 2, strict=False):
                person = people.enrol(session, house.means, site.sender, PhoneNumber(number), "en")
                person.memberships.append(Membership(site_id=site.id, role=role, calls="all"))
                if role in {"lead", "network"}:
                    hashed = house.means.pins.hash(PINS)
                    session.add(Pin(person_id=person.id, hashed=hashed, set_at=house.means.now()))
        yield house


def file_of(house: House) -> str:
    return make_url(house.settings.database_url).database or ""


async def work(house: House, carrier: MemoryCarrier) -> list[str]:
    """A worker takes what waits; the names by which receipts come back."""
    with writing(house.database) as session:
        (sender,) = session.scalars(select(Sender.id))
    texts = delivery.claim(house.database, house.means, sender, 50)
    settling.record(house.database, house.means, await delivery.hand_over(carrier, texts))
    calls = call_delivery.claim_calls(house.database, house.means, sender, 20)
    settling.record(house.database, house.means, await call_delivery.place(carrier, calls))
    carrier.carried.clear()
    carrier.placed.clear()
    return [*(text.attempt for text in texts), *(call.attempt for call in calls)]


def another_can_write(house: House) -> bool:
    """Within a second: nobody who answered is still in a transaction."""
    done: list[bool] = []

    def write() -> None:
        with closing(sqlite3.connect(file_of(house), timeout=1)) as file:
            file.execute("BEGIN IMMEDIATE")
            file.rollback()
            done.append(True)

    thread = Thread(target=write)
    thread.start()
    thread.join()
    return bool(done)


def wrongs_in_rows(house: House, looked: dict[str, int]) -> list[str]:
    """What no row may say, whatever came in. *looked*: up to which row each table was looked at before."""
    with closing(sqlite3.connect(file_of(house))) as file:
        tables = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        clear = [(table, value) for table in tables for value in _words_in(file, table, looked)]
        counted = {name: file.execute(query).fetchone()[0] for name, query in RELEASED.items()}
        states = {state for (state,) in file.execute("SELECT DISTINCT state FROM deliveries")}
        steps = {
            step for (step,) in file.execute("SELECT DISTINCT step FROM conversations UNION SELECT step FROM calls")
        }
    numbers = re.compile(r"(?:213)?55501[0-9]{2}")
    return [
        *(f"{name} were released" for name, n in counted.items() if n),
        *(f"a number in clear in {table}" for table, value in clear if numbers.search(value)),
        *(f"an unknown state {state}" for state in states - {state.value for state in State}),
        *(f"an unknown step {step}" for step in steps - STEPS.keys() - {None}),
    ]


def _words_in(file: sqlite3.Connection, table: str, looked: dict[str, int]) -> Iterator[str]:
    new = file.execute(f"SELECT rowid, * FROM {table} WHERE rowid > ?", (looked.get(table, 0),))  # noqa: S608 - our own tables
    for place, *row in new:
        looked[table] = max(place, looked.get(table, 0))
        yield from (value for value in row if isinstance(value, str))


@pytest.mark.parametrize("seed", [20261116])
def test_whatever_is_posted(house: House, faults: Faults, seed: int) -> None:
    fuzz, carrier, clock = Fuzz(Random(seed), web_app(house).test_client()), MemoryCarrier(), house.means.clock  # noqa: S311
    assert isinstance(clock, HeldClock)
    statuses: dict[int, int] = {}
    looked: dict[str, int] = {}
    for n in range(1, HOW_MANY + 1):
        sent, status = fuzz.post()
        statuses[status] = statuses.get(status, 0) + 1
        assert status in {200, 204, 400, 403, 404, 413}, sent
        assert not faults.found, (faults.found, sent)
        clock.at += timedelta(seconds=fuzz.chance.choice((0, 1, 5)))
        if n % LOOK_EACH == 0 or n == HOW_MANY:
            fuzz.attempts += asyncio.run(work(house, carrier))
            make_rounds(house.database, house.means, "fuzz")
            assert another_can_write(house), "a lock was left behind"
            if n % LOOK_AT_ALL_EACH == 0 or n == HOW_MANY:
                looked.clear()
            assert not wrongs_in_rows(house, looked), sent
            if n % 5_000 == 0:
                print(f"{n} posted: {statuses}", file=sys.stderr, flush=True)  # noqa: T201
    assert statuses.keys() >= {200, 204, 400, 403}, "the chance was not wide enough"
