"""A worker from start to stop: it sends what was rung for and what was not, outlives an error, and leaves nothing."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path
from queue import Queue

import pytest
from phone import house_in
from sqlalchemy import select

from phonetree.app import House
from phonetree.demo.rehearsal import MemoryCarrier
from phonetree.desk import outbox, people, schools
from phonetree.engine.doorbell import HueyDoorbell, open_engine
from phonetree.engine.worker import Worker
from phonetree.models import Delivery, Lane, State, reading, writing
from phonetree.words.logs import configure_logs
from phonetree.words.numbers import PhoneNumber
from phonetree.words.ports import Accepted, Carrier, HandOver, OutgoingText

ANA = PhoneNumber("+12135550142")
PATIENCE = 20.0
"""Seconds until a test gives up. What it waits for comes within one or two."""


class Silent:
    """A bell whose rings are all lost."""

    def ring(self) -> None:
        return


@dataclass
class Carried(MemoryCarrier):
    """Takes every text; *trouble* is raised at the first."""

    trouble: list[Exception] = field(default_factory=list)
    bodies: Queue[str] = field(default_factory=Queue)

    async def send(self, text: OutgoingText) -> HandOver:
        if self.trouble:
            raise self.trouble.pop()
        self.bodies.put(text.body)
        return Accepted("SM" + "1" * 32)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Carrier]:
        yield self


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with house_in(tmp_path) as house:
        yield house


@contextmanager
def working(carrier: Carried, *houses: House) -> Iterator[None]:
    """A worker in each house, until the end; then nothing of them is left."""
    before = set(threading.enumerate())
    workers = [Worker(house.database, house.engine, house.means, carrier.open) for house in houses]
    threads = [threading.Thread(target=worker.run) for worker in workers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for worker in workers:
            worker.stop()
        for thread in threads:
            thread.join(PATIENCE)
        left = set(threading.enumerate()) - before
        assert not left, "a thread is still there"


class Woken(Worker):
    """Tells when the bell reached it."""

    bell = threading.Event()

    def wake(self) -> None:
        self.bell.set()
        super().wake()


def queue(house: House, words: str) -> None:
    with writing(house.database) as session:
        site = schools.find_site(session, "MAPLE")
        assert site is not None
        person = people.find_person(session, house.means, site.sender, ANA)
        person = person or people.enrol(session, house.means, site.sender, ANA, "en")
        outbox.queue_text(session, house.means, person, site, words, lane=Lane.NOW)


def states(house: House) -> list[State]:
    with reading(house.database) as session:
        return list(session.scalars(select(Delivery.state).order_by(Delivery.id)))


def test_what_waited_is_sent_at_the_start(house: House) -> None:
    queue(house, "good morning")
    carrier = Carried()
    with working(carrier, house):
        assert carrier.bodies.get(timeout=PATIENCE) == "good morning"
    assert states(house) == [State.SUBMITTED]


def test_a_ring_from_another_process_wakes_the_worker(house: House) -> None:
    quiet = replace(house, means=replace(house.means, doorbell=Silent()))
    elsewhere = open_engine(house.settings.engine_url, house.settings.database_url)
    worker = Woken(quiet.database, quiet.engine, quiet.means, Carried().open)
    thread = threading.Thread(target=worker.run)
    thread.start()
    HueyDoorbell(elsewhere).ring()
    was_woken = worker.bell.wait(PATIENCE)
    worker.stop()
    thread.join(PATIENCE)
    elsewhere.storage.close()
    assert was_woken
    assert not thread.is_alive()


def test_a_lost_ring_loses_no_text(house: House) -> None:
    house = replace(house, means=replace(house.means, doorbell=Silent()))
    carrier = Carried()
    with working(carrier, house):
        queue(house, "first")
        assert carrier.bodies.get(timeout=PATIENCE) == "first"
        queue(house, "second, while it sleeps")
        assert carrier.bodies.get(timeout=PATIENCE) == "second, while it sleeps"
    assert states(house) == [State.SUBMITTED, State.SUBMITTED]


def test_an_error_stops_no_worker_and_its_words_are_not_logged(house: House) -> None:
    root = logging.getLogger()
    before, logged = list(root.handlers), StringIO()
    configure_logs(logged, json=True)
    carrier = Carried(trouble=[RuntimeError("about the blue van")])
    queue(house, "lost in doubt")
    try:
        with working(carrier, house):
            queue(house, "the next")
            assert carrier.bodies.get(timeout=PATIENCE) == "the next"
    finally:
        root.handlers[:] = before
    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    (told,) = [line for line in lines if line["level"] == "error"]
    assert (told["error"], "worker.py" in told["where"]) == ("RuntimeError", True)
    assert "blue van" not in logged.getvalue()


def test_a_worker_that_never_began_can_be_stopped(house: House) -> None:
    worker = Worker(house.database, house.engine, house.means, Carried().open)
    worker.stop()
    worker.run()
    worker.stop()
    assert states(house) == []


def test_two_workers_send_each_text_once(house: House) -> None:
    carrier = Carried()
    for number in range(30):
        queue(house, f"text {number}")
    other = replace(house, engine=open_engine(house.settings.engine_url, house.settings.database_url))
    with working(carrier, house, other):
        bodies = [carrier.bodies.get(timeout=PATIENCE) for _ in range(30)]
    assert sorted(bodies) == sorted(f"text {number}" for number in range(30))
    assert carrier.bodies.empty()
    assert set(states(house)) == {State.SUBMITTED}
    other.engine.storage.close()
