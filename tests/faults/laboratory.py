"""The laboratory: a carrier that misbehaves, a web server for its receipts, and workers that are killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import stage
from fault_plans import misbehave
from gate import without_listing
from invariants import History, Look, Row, Text
from phone import ACCOUNT, SCHOOL, TOKEN, environment, house_in
from sqlalchemy import and_, func, select, update
from werkzeug.serving import WSGIRequestHandler, make_server
from with_services import free_port

from phonetree.app import House, web_app
from phonetree.desk import people, schools
from phonetree.desk.conversations import answer
from phonetree.desk.exchange import HeardText
from phonetree.models import (
    TEXT,
    Broadcast,
    Delivery,
    Membership,
    Person,
    Pin,
    Rendering,
    Sender,
    State,
    reading,
    writing,
)
from phonetree.simulator.carrier import SimulatedCarrier
from phonetree.simulator.lines import Line
from phonetree.words.numbers import PhoneNumber
from phonetree.words.ports import system_clock

HERE = Path(__file__).resolve().parent
PATIENCE = 120.0
"""Seconds until a run is given up."""
LOOK_EVERY = 0.1
ALERT, ABORT, CORRECT = "ALERT 2 1 2", "ABORT", "CORRECT"
OPEN = (State.PENDING, State.SENDING, State.IN_DOUBT)


@dataclass(frozen=True, slots=True)
class Setting:
    """What one run is made of."""

    seed: int
    recipients: int
    kills: int = 0
    workers: int = 1
    per_second: float = 50.0
    """How fast the number sends: the slower, the more there is to be killed in the middle of."""
    is_listed: bool = True


@dataclass
class Laboratory:
    """One run. Workers are processes; the carrier and the web server are threads here, so that their clock is ours."""

    setting: Setting
    house: House
    carrier: SimulatedCarrier
    folder: Path
    environment: dict[str, str] = field(repr=False)
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    began_at: float = 0.0
    killed: int = 0

    @property
    def numbers(self) -> list[PhoneNumber]:
        return [stage.LEAD, *stage.crowd()[: self.setting.recipients - 1]]

    # --- what people do -----------------------------------------------------------------------------------------------

    def say(self, words: str) -> str:
        """The lead texts; what they are answered."""
        heard = HeardText(stage.new_sid(), stage.LEAD, PhoneNumber(SCHOOL), words)
        return answer(self.house.database, self.house.means, heard).body

    def send(self, words: str) -> None:
        """The lead sends: the words, then code and PIN."""
        self.say(f"{stage.code_in(self.say(words))} {stage.PIN}")

    # --- what becomes of the workers ----------------------------------------------------------------------------------

    def start_workers(self) -> None:
        self.began_at = time.monotonic()
        for _ in range(self.setting.workers):
            self._start_worker()

    def kill_some(self) -> None:
        """Kill a worker with SIGKILL each time that so and so many requests were made, and start another."""
        chance = random.Random(self.setting.seed)  # noqa: S311
        turns = sorted(chance.sample(range(1, self.setting.recipients), self.setting.kills))
        for turn in turns:
            assert self.waits_for_requests(turn), "no more was asked for"
            threading.Event().wait(chance.random() * 0.03)
            self._kill(chance.choice(self.workers))
            self._start_worker()

    def waits_for_requests(self, most: int) -> bool:
        return self.carrier.wait_for(lambda: len(self.carrier.submissions) >= most, PATIENCE)

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
            process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        for process in self.workers:
            process.send_signal(signal.SIGCONT)

    def stop_workers(self) -> None:
        self.thaw()
        for process in self.workers:
            process.terminate()
        for process in self.workers:
            process.wait(PATIENCE)

    def _start_worker(self) -> None:
        given = os.environ | self.environment | {"PYTHONPATH": os.pathsep.join([str(HERE.parents[1]), str(HERE)])}
        with (self.folder / "workers.log").open("ab") as log:
            process = subprocess.Popen([sys.executable, str(HERE / "lab_worker.py")], env=given, stderr=log)  # noqa: S603
        self.workers.append(process)

    def _kill(self, process: subprocess.Popen[bytes]) -> None:
        process.kill()
        process.wait(PATIENCE)
        self.workers.remove(process)
        self.killed += 1

    # --- what is seen -------------------------------------------------------------------------------------------------

    def settles(self, seconds: float = PATIENCE) -> bool:
        """Whether the ledger came to rest in time, and the carrier with it."""
        until = time.monotonic() + seconds
        while self._is_open():
            if time.monotonic() > until:
                return False
            threading.Event().wait(LOOK_EVERY)
        return self.carrier.settle(seconds)

    def _is_open(self) -> bool:
        with reading(self.house.database) as session:
            of_many = and_(Delivery.broadcast_id.is_not(None), Delivery.channel == TEXT)  # calls have their own tries
            waiting = select(func.count()).where(of_many, Delivery.state.in_(OPEN))
            return bool(session.scalar(waiting))

    def look(self) -> None:
        with reading(self.house.database) as session:
            found = session.execute(select(Delivery.id, Delivery.state, Delivery.rank)).all()
            self.looks.append({row: (state, rank) for row, state, rank in found})

    def words_of(self, action: str) -> str:
        """The words of the latest text of this kind, as everybody reads them here."""
        with reading(self.house.database) as session:
            chosen = select(Rendering.body).join(Broadcast).where(Broadcast.action == action)
            return session.scalars(chosen.order_by(Broadcast.id.desc()).limit(1)).one()

    def expire_in(self, seconds: float) -> float:
        """Shorten the life of what waits; when it ends, by the clock of the carrier's account."""
        at = self.house.means.now()
        with writing(self.house.database) as session:
            until = at + timedelta(seconds=seconds)
            session.execute(update(Delivery).values(expires_at=until))
            session.execute(update(Broadcast).values(expires_at=until))
        return time.monotonic() + seconds

    def history(self) -> History:
        """Both sides of the run so far."""
        asked = [Text(each.recipient, each.body, each.started_at) for each in self.carrier.submissions]
        accepted = [Text(each.recipient, each.body, each.accepted_at) for each in self.carrier.accepted]
        numbers = [number.e164 for number in self.numbers]
        return History(numbers, self.words_of("alert"), asked, accepted, self._rows(), self.looks)

    def _rows(self) -> Sequence[Row]:
        means, mine = self.house.means, Rendering.broadcast_id == Delivery.broadcast_id
        chosen = (
            select(Person, Rendering.body, Delivery.state)
            .join(Delivery, Delivery.person_id == Person.id)
            .join(Rendering, and_(mine, Rendering.language == Delivery.language))
            .where(Delivery.channel == TEXT)
            .order_by(Delivery.id)
        )
        with reading(self.house.database) as session:
            return [Row(means.number_of(who).e164, words, state) for who, words, state in session.execute(chosen)]

    def troubles(self) -> list[str]:
        """What the workers logged as an error."""
        lines = (self.folder / "workers.log").read_text(encoding="utf-8").splitlines()
        return [line for line in lines if '"level": "error"' in line or line.startswith("Traceback")]


@contextmanager
def laboratory(folder: Path, database_url: str, setting: Setting) -> Iterator[Laboratory]:
    """Everything set up and everybody enrolled; no worker works yet."""
    carrier = SimulatedCarrier(ACCOUNT, TOKEN, numbers={SCHOOL: Line()}, seed=setting.seed)
    with ExitStack() as stack:
        stack.enter_context(carrier)
        base_url = carrier.base_url
        if not setting.is_listed:
            base_url = stack.enter_context(without_listing(base_url))
        port = free_port()
        given = environment(
            folder,
            DATABASE_URL=database_url,
            PHONETREE_PUBLIC_URL=f"http://127.0.0.1:{port}",
            TWILIO_API_BASE_URL=base_url,
        )
        held = stack.enter_context(house_in(folder, stage.SCHOOL.read_text(encoding="utf-8"), **given))
        house = replace(held, means=replace(held.means, clock=system_clock))
        stack.enter_context(_receipts_at(port, house))
        lab = Laboratory(setting, house, carrier, folder, given)
        stack.callback(lab.stop_workers)
        _enrol(lab)
        misbehave(carrier, setting.seed)
        with _watched(lab):
            yield lab


def _enrol(lab: Laboratory) -> None:
    means = lab.house.means
    with writing(lab.house.database) as session:
        site = schools.find_site(session, "MAPLE")
        assert site is not None
        session.execute(update(Sender).values(segments_per_second=lab.setting.per_second, tokens=0.0))
        for number in lab.numbers:
            person = people.enrol(session, means, site.sender, number, "en")
            person.language_is_chosen = True
            role = "lead" if number == stage.LEAD else "parent"
            person.memberships.append(Membership(site_id=site.id, role=role, calls="all", channel="sms"))
            if role == "lead":
                session.add(Pin(person_id=person.id, hashed=means.pins.hash(stage.PIN), set_at=means.now()))


@contextmanager
def _receipts_at(port: int, house: House) -> Iterator[None]:
    """The web server, at the address that the workers tell the carrier."""
    server = make_server("127.0.0.1", port, web_app(house), threaded=True, request_handler=_Quiet)
    with _thread(lambda: server.serve_forever(0.01)):
        try:
            yield
        finally:
            server.shutdown()
    server.server_close()


@contextmanager
def _watched(lab: Laboratory) -> Iterator[None]:
    """Look at the ledger again and again, as long as it lasts."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(LOOK_EVERY):
            lab.look()

    with _thread(watch):
        try:
            yield
        finally:
            over.set()


@contextmanager
def _thread(work: Callable[[], None]) -> Iterator[None]:
    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        thread.join()


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's name
        """Keep the tests' output to the tests."""
