"""The laboratory: a carrier that misbehaves, a web server for its receipts, and workers that are killed."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import requests
import stage
from fault_plans import misbehave
from full_disk import fill_while
from gate import without_listing
from invariants import Look
from kill_points import Point
from lab_worker import DIES_AT, FULL_DISK
from ledger import is_at_rest, rounds_end
from nursery import new_worker, prepare
from phone import ACCOUNT, SCHOOL, TOKEN, Reply, environment, house_in, messages_in, receipt_fields, text_fields
from receiving import SIGNED, Recorder, received_at
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError
from waits import IS_FULL, ROUNDS_EVERY
from with_services import free_port

from phonetree.app import House, web_app
from phonetree.desk import people, schools
from phonetree.models import (
    CALL,
    TEXT,
    Broadcast,
    Delivery,
    Membership,
    Pin,
    Sender,
    State,
    database_now,
    reading,
    writing,
)
from phonetree.simulator.answer_plans import PicksUp
from phonetree.simulator.carrier import SimulatedCarrier
from phonetree.simulator.lines import Line
from phonetree.simulator.signing import signature
from phonetree.words.numbers import PhoneNumber
from phonetree.words.ports import system_clock

PATIENCE = 120.0 if IS_FULL else 30.0
"""Seconds until a run is given up."""
LOOK_EVERY = 0.1
ALERT, ABORT, CORRECT, DRILL = "ALERT 2 1 2", "ABORT", "CORRECT", "DRILL 2 1 2"
KILLED = -signal.SIGKILL


@dataclass(frozen=True, slots=True)
class Setting:
    """What one run is made of."""

    seed: int = 0
    recipients: int = 20
    kills: int = 0
    workers: int = 1
    per_second: float = 50.0
    """How fast the number sends: the slower, the more there is to be killed in the middle of."""
    is_listed: bool = True
    staff: int = 0
    """How many of the recipients, behind the lead, are staff and not parents."""
    by_call: int = 0
    """How many of them, from the end, are called and not texted."""
    engine_url: str = ""


RUN = Setting(recipients=1000, per_second=200.0) if IS_FULL else Setting(recipients=30, per_second=25.0)
"""What runs are made of where a test does not say otherwise."""


@dataclass
class Laboratory:
    """One run. Workers are processes; the carrier and the web server are threads here, so that their clock is ours."""

    setting: Setting
    house: House
    carrier: SimulatedCarrier
    folder: Path
    port: int
    recorder: Recorder
    environment: dict[str, str] = field(repr=False)
    workers: list[ForkServerProcess] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    began_at: float = field(default_factory=time.monotonic)
    killed: int = 0
    has_begun: bool = False

    @property
    def numbers(self) -> list[PhoneNumber]:
        return [stage.LEAD, *stage.crowd()[: self.setting.recipients - 1]]

    @property
    def log(self) -> Path:
        return self.folder / "workers.log"

    # --- what people do -----------------------------------------------------------------------------------------------

    def say(self, words: str, who: PhoneNumber = stage.LEAD) -> str:
        """Somebody texts; what they are answered."""
        url, fields = self.environment["PHONETREE_PUBLIC_URL"] + "/twilio/sms", text_fields(who.e164, words)
        headers = {SIGNED: signature(TOKEN, url, fields)}
        got = requests.post(url, data=fields, headers=headers, timeout=PATIENCE)
        kind = got.headers["Content-Type"].partition(";")[0]
        answers = messages_in(Reply(got.status_code, kind, got.text, got.headers))
        return answers[0][0] if answers else ""

    def report(self, attempt: str, sid: str) -> int:
        """The carrier reports that a text was delivered; the status that it is answered with."""
        url = f"{self.environment['PHONETREE_PUBLIC_URL']}/twilio/status/message/{attempt}"
        fields = receipt_fields(sid, "delivered")
        headers = {SIGNED: signature(TOKEN, url, fields)}
        return requests.post(url, data=fields, headers=headers, timeout=PATIENCE).status_code

    def send(self, words: str) -> None:
        """The lead sends: the words, then code and PIN."""
        said = self.say(f"{stage.code_in(self.say(words))} {stage.PIN}")
        assert "NOT SENT" not in said, "the lead was refused"

    # --- what becomes of the workers ----------------------------------------------------------------------------------

    def start_workers(self) -> None:
        for _ in range(self.setting.workers):
            self.start_worker()

    def start_worker(self, point: Point | None = None, passes: int = 1) -> ForkServerProcess:
        """One more; it dies where *point* says, if it says so."""
        if not self.has_begun:
            self._empty_the_bucket()
        dies = {} if point is None else {DIES_AT: f"{point}:{passes}"}
        process = new_worker(self.environment | dies, self.log)
        self.workers.append(process)
        return process

    def _empty_the_bucket(self) -> None:
        """Nothing may go all at once, so that there is something to be in the middle of."""
        with writing(self.house.database) as session:
            session.execute(update(Sender).values(tokens=0.0, refilled_at=database_now()))
        self.has_begun = True

    def kill_some(self, requests: int | None = None) -> None:
        """Kill a worker with SIGKILL each time that so and so many of the *requests* were made, and start another."""
        chance = random.Random(self.setting.seed)  # noqa: S311
        turns = sorted(chance.sample(range(1, requests or self.setting.recipients), self.setting.kills))
        for turn in turns:
            assert self.waits_for_requests(turn), "no more was asked for"
            threading.Event().wait(chance.random() * 0.03)
            self._kill(chance.choice(self.workers))
            self.start_worker()

    def waits_for_requests(self, most: int) -> bool:
        return self.carrier.wait_for(lambda: len(self.carrier.submissions) >= most, PATIENCE)

    def waits_for_death(self, process: ForkServerProcess) -> bool:
        """Whether it killed itself."""
        process.join(PATIENCE)
        self.workers.remove(process)
        self.killed += 1
        return process.exitcode == KILLED

    def has_claimed(self) -> bool:
        """Waits until a worker holds a row that it has not asked the carrier for yet, as nearly as can be seen."""
        claimed = select(Delivery.id).where(Delivery.broadcast_id.is_not(None), Delivery.state == State.SENDING)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with reading(self.house.database) as session:
                if session.scalar(claimed.limit(1)) is not None:
                    return True
        return False

    def freeze(self, most: int | None = None) -> None:
        """Stop them where they stand, the oldest first."""
        for process in self.workers[:most]:
            _signal(process, signal.SIGSTOP)

    def thaw(self) -> None:
        for process in self.workers:
            _signal(process, signal.SIGCONT)

    def stop_workers(self) -> None:
        self.thaw()
        for process in self.workers:
            process.terminate()
        for process in self.workers:
            process.join(PATIENCE)
        self.workers.clear()

    def _kill(self, process: ForkServerProcess) -> None:
        process.kill()
        assert self.waits_for_death(process)

    # --- what is seen -------------------------------------------------------------------------------------------------

    def waits_until(self, is_so: Callable[[], bool], seconds: float = PATIENCE) -> bool:
        """Whether it came to be so of the database in time."""
        until = time.monotonic() + seconds
        while not is_so():
            if time.monotonic() > until:
                return False
            threading.Event().wait(LOOK_EVERY)
        return True

    def settles(self, seconds: float = PATIENCE) -> bool:
        """Whether the ledger came to rest in time, also after another round, and the carrier with it."""

        def rests() -> bool:
            if not is_at_rest(self.house.database):
                return False
            threading.Event().wait(2 * ROUNDS_EVERY)
            return is_at_rest(self.house.database)

        return self.waits_until(rests, seconds) and self.carrier.settle(seconds)

    def makes_rounds(self, times: int = 3) -> bool:
        """Whether so many rounds more are made in time."""
        return all(self._makes_a_round() for _ in range(times))

    def _makes_a_round(self) -> bool:
        before = rounds_end(self.house.database)
        return self.waits_until(lambda: rounds_end(self.house.database) != before)

    def look(self) -> None:
        with reading(self.house.database) as session:
            found = session.execute(select(Delivery.id, Delivery.state, Delivery.rank)).all()
            self.looks.append({row: (state, rank) for row, state, rank in found})

    def expire_in(self, seconds: float) -> float:
        """Shorten the life of what waits; when it ends, by the clock of the carrier's account."""
        at = self.house.means.now()
        with writing(self.house.database) as session:
            until = at + timedelta(seconds=seconds)
            session.execute(update(Delivery).values(expires_at=until))
            session.execute(update(Broadcast).values(expires_at=until))
        return time.monotonic() + seconds

    def troubles(self) -> list[str]:
        """What the workers logged as an error."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [line for line in lines if '"level": "error"' in line or line.startswith("Traceback")]


Misbehave = Callable[[SimulatedCarrier, int], None]


@contextmanager
def laboratory(
    folder: Path, database_url: str, setting: Setting, misbehaves: Misbehave = misbehave, full_disk: Path | None = None
) -> Iterator[Laboratory]:
    """Everything set up and everybody enrolled; no worker works yet. The disk is full while *full_disk* exists."""
    prepare()
    carrier = SimulatedCarrier(ACCOUNT, TOKEN, numbers={SCHOOL: Line(calls_per_second=1000.0)}, seed=setting.seed)
    with ExitStack() as stack:
        stack.enter_context(carrier)
        base_url = carrier.base_url
        if not setting.is_listed:
            base_url = stack.enter_context(without_listing(base_url))
        port = free_port()
        given = environment(
            folder,
            DATABASE_URL=database_url,
            PHONETREE_ENGINE_URL=setting.engine_url,
            PHONETREE_PUBLIC_URL=f"http://127.0.0.1:{port}",
            TWILIO_API_BASE_URL=base_url,
        )
        held = stack.enter_context(house_in(folder, stage.SCHOOL.read_text(encoding="utf-8"), **given))
        house = replace(held, means=replace(held.means, clock=system_clock))
        recorder = Recorder(web_app(house))
        if full_disk is not None:
            fill_while(full_disk, house.database)
            given[FULL_DISK] = str(full_disk)
        stack.enter_context(received_at(port, recorder))
        lab = Laboratory(setting, house, carrier, folder, port, recorder, given)
        stack.callback(lab.stop_workers)
        _enrol(lab)
        misbehaves(carrier, setting.seed)
        with _watched(lab):
            yield lab


def _enrol(lab: Laboratory) -> None:
    """The lead first, then staff, then parents, and those who are called at the end; who is called picks up."""
    means, setting = lab.house.means, lab.setting
    with writing(lab.house.database) as session:
        site = schools.find_site(session, "MAPLE")
        assert site is not None
        session.execute(update(Sender).values(segments_per_second=setting.per_second))
        for place, number in enumerate(lab.numbers):
            person = people.enrol(session, means, site.sender, number, "en")
            person.language_is_chosen = True
            role = "lead" if number == stage.LEAD else "staff" if place <= setting.staff else "parent"
            channel = CALL if place >= setting.recipients - setting.by_call else TEXT
            person.memberships.append(Membership(site_id=site.id, role=role, calls="all", channel=channel))
            lab.carrier.handset(number.e164).answers(PicksUp())
            if role == "lead":
                session.add(Pin(person_id=person.id, hashed=means.pins.hash(stage.PIN), set_at=means.now()))


@contextmanager
def _watched(lab: Laboratory) -> Iterator[None]:
    """Look at the ledger again and again, as long as it lasts; not while the database is away."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(LOOK_EVERY):
            with suppress(DBAPIError):
                lab.look()

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _signal(process: ForkServerProcess, number: signal.Signals) -> None:
    assert process.pid is not None
    os.kill(process.pid, number)
