"""A phone tree in a folder of its own with a clock that is held: for talk in the terminal, and transcripts as tests."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from sqlalchemy import select

from phonetree.demo.rehearsed_calls import Board, Exchange, Line
from phonetree.desk import call_delivery, delivery, people, schools, settling
from phonetree.desk.conversations import answer
from phonetree.desk.exchange import HeardText
from phonetree.desk.means import Means
from phonetree.desk.receipts import Receipt, absorb
from phonetree.desk.recordings import fetch_wanted
from phonetree.desk.rounds import make_rounds
from phonetree.engine.sending import drain
from phonetree.models import (
    CALL,
    Delivery,
    Membership,
    Pin,
    State,
    open_database,
    reading,
    writing,
)
from phonetree.models.migrations import migrate
from phonetree.school.reading import read_school
from phonetree.school.schema import School
from phonetree.simulator.sounds import tone
from phonetree.words.crypto import KeyRing, new_master_key, parse_master_keys
from phonetree.words.numbers import PhoneNumber
from phonetree.words.pins import PinHasher
from phonetree.words.ports import (
    Accepted,
    Clock,
    FoundCall,
    FoundText,
    HandOver,
    OutgoingCall,
    OutgoingText,
    SentText,
    Verdict,
    system_clock,
)

EIGHT_IN_THE_MORNING = datetime(2026, 11, 16, 16, 0, tzinfo=UTC)
"""A Monday, at a school in Los Angeles."""
PASSES = 10
"""What one thing leads to within a turn: a call that ends lets the next one ring, and so on."""


@dataclass
class HeldClock:
    """Time stands still until it is moved."""

    at: datetime = EIGHT_IN_THE_MORNING

    def __call__(self) -> datetime:
        return self.at


@dataclass(frozen=True, slots=True)
class Arrived:
    """A text that reached a phone."""

    number: PhoneNumber
    body: str


@dataclass
class MemoryCarrier:
    """Carries texts and calls into memory, and remembers them until they are fetched."""

    carried: deque[OutgoingText] = field(default_factory=deque)
    placed: deque[tuple[OutgoingCall, str]] = field(default_factory=deque)
    """Calls, each with its sid."""
    ended: deque[str] = field(default_factory=deque)
    spoken: dict[str, int] = field(default_factory=dict)
    """Recordings: seconds by sid."""
    known: list[tuple[PhoneNumber, FoundText]] = field(default_factory=list, repr=False)
    sent: list[tuple[PhoneNumber, SentText]] = field(default_factory=list, repr=False)
    """By the number that each left from."""
    clock: Clock = system_clock
    names: dict[str, str] = field(default_factory=dict)
    """Of texts: the sid by the attempt."""
    sids: Iterator[int] = field(default_factory=lambda: count(1))
    deleted: list[str] = field(default_factory=list)
    is_deletable: bool = True
    given_up: dict[date, frozenset[str]] = field(default_factory=dict, repr=False)

    async def send(self, text: OutgoingText) -> HandOver:
        self.carried.append(text)
        sid = self.names[text.attempt] = f"SM{next(self.sids):031x}f"
        self.known.append((text.recipient, FoundText(sid, "sent", text.body, None)))
        self.sent.append((text.sender, SentText(sid, text.recipient, text.body, self.clock())))
        return Accepted(sid)

    async def call(self, call: OutgoingCall) -> HandOver:
        sid = f"CA{next(self.sids):031x}f"
        self.placed.append((call, sid))
        return Accepted(sid)

    async def find(self, recipient: PhoneNumber, since: datetime) -> Sequence[FoundText] | None:  # noqa: ARG002 - the port's shape
        return [found for phone, found in self.known if phone == recipient]

    async def find_sent(self, sender: PhoneNumber, since: datetime) -> Sequence[SentText] | None:
        return [text for number, text in self.sent if number == sender and text.made_at >= since]

    async def find_calls(
        self,
        recipient: PhoneNumber,
        sender: PhoneNumber,  # noqa: ARG002 - likewise
        since: datetime,  # noqa: ARG002
    ) -> Sequence[FoundCall] | None:
        return [FoundCall(sid, None) for call, sid in self.placed if call.recipient == recipient]

    async def hang_up(self, sid: str) -> bool:
        self.ended.append(sid)
        return True

    async def fetch_recording(self, sid: str) -> bytes | None:
        return tone(self.spoken[sid]) if sid in self.spoken else None

    async def deactivated(self, day: date) -> frozenset[str] | None:
        return self.given_up.get(day)

    async def delete(self, sid: str) -> bool:
        self.deleted.append(sid)
        return self.is_deletable


@cache
def migrated_file() -> bytes:
    """An empty SQLite database at the newest migration, made once: migrating takes longer than a whole conversation."""
    with TemporaryDirectory(prefix="phonetree-") as folder:
        path = Path(folder) / "migrated.db"
        database = open_database(f"sqlite:///{path}")
        migrate(database)
        database.dispose()
        return path.read_bytes()


class _NoBell:
    def ring(self) -> None:
        """Nobody sleeps here: the rehearsal drains after every turn."""


class Rehearsal:
    """The desk with a database that is thrown away. Codes come from *codes*, so that a script can know them."""

    def __init__(self, school_toml: str, *, codes: Iterable[str] = (), database_url: str = "") -> None:
        self._folder = TemporaryDirectory(prefix="phonetree-")
        self.clock, self._sids = HeldClock(), count(1)
        self.carrier = MemoryCarrier(clock=self.clock)
        ring = KeyRing.open(
            Path(self._folder.name), parse_master_keys(new_master_key()), today=EIGHT_IN_THE_MORNING.date()
        )
        given = iter(codes)
        spare = count(4821, 37)
        cheap = PinHasher(ring.pepper, time_cost=1, memory_cost=8)
        self.means = Means(ring, self.clock, cheap, lambda: next(given, None) or str(next(spare)), _NoBell())
        own = Path(self._folder.name) / "rehearsal.db"
        if not database_url:
            own.write_bytes(migrated_file())
        self.database = open_database(database_url or f"sqlite:///{own}")
        migrate(self.database)
        self.waits_for_segments = True
        """Whether a turn waits, for two seconds at most, until the number may send what is left."""
        self.calls = Exchange(Board(self.database, self.means, self.carrier.spoken))
        self.without_texts: dict[PhoneNumber, Verdict] = {}
        """The phones that no text reaches, and what the carrier says of them."""
        self.school = self.load(school_toml)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.database.dispose()
        self._folder.cleanup()

    def load(self, school_toml: str) -> School:
        """Load a school; a second one on the same number shares it."""
        school = read_school(school_toml)
        with writing(self.database) as session:
            schools.load_school(session, self.means, school)
        return school

    def enrol(
        self, number: PhoneNumber, role: str, language: str, pin: str = "", *, code: str = "", channel: str = "sms"
    ) -> None:
        """Put somebody on the roster, of the school with this *code* where there are several."""
        with writing(self.database) as session:
            site = schools.find_site(session, code or self.school.site.code)
            if site is None:
                raise LookupError(code or self.school.site.code)
            person = people.find_person(session, self.means, site.sender, number)
            person = person or people.enrol(session, self.means, site.sender, number, language)
            person.language_is_chosen = True
            person.memberships.append(Membership(site_id=site.id, role=role, calls="all", channel=channel))
            if pin:
                session.add(Pin(person_id=person.id, hashed=self.means.pins.hash(pin), set_at=self.clock()))

    def text(self, number: PhoneNumber, words: str, *, sid: str | None = None) -> list[Arrived]:
        """One text comes in; everything that reaches any phone because of it, the answer first."""
        heard = HeardText(sid or f"SM{next(self._sids):032x}", number, self.school.site.number, words)
        said = answer(self.database, self.means, heard)
        first = [Arrived(number, said.body)] if said.body else []
        return first + self.deliver()

    def call(self, number: PhoneNumber, *, is_withheld: bool = False) -> Line:
        """Somebody calls the tree. What comes of it, there and elsewhere, is found in ``calls`` after ``deliver``."""
        return self.calls.dial(number, self.school.site.number, is_withheld=is_withheld)

    def wait(self, duration: timedelta) -> list[Arrived]:
        """Time passes; the rounds are made."""
        self.clock.at += duration
        make_rounds(self.database, self.means, "rehearsal")
        self.calls.pass_time()
        return self.deliver()

    def deliver(self) -> list[Arrived]:
        """Everything that waits goes out and is received; calls ring, recordings are fetched."""
        arrived: list[Arrived] = []
        for _pass in range(PASSES):
            asyncio.run(self._send())
            arrived += self._received()
            if not self._connected():
                break
        return arrived

    def _received(self) -> Iterator[Arrived]:
        while self.carrier.carried:
            text = self.carrier.carried.popleft()
            told = Receipt(text.attempt, self.carrier.names[text.attempt], 4, State.DELIVERED)
            if verdict := self.without_texts.get(text.recipient):
                told = replace(told, state=State.UNDELIVERED, verdict=verdict)
            else:
                yield Arrived(text.recipient, text.body)
            absorb(self.database, self.means, told)

    def _connected(self) -> bool:
        """What the carrier does with our calls; whether anything was done."""
        placed, ended = len(self.carrier.placed), len(self.carrier.ended)
        while self.carrier.placed:
            self.calls.place(*self.carrier.placed.popleft())
        while self.carrier.ended:
            self.calls.end(self.carrier.ended.popleft())
        return self.calls.pass_pauses() or placed + ended > 0

    async def _send(self) -> None:
        if self.waits_for_segments:
            await drain(self.database, self.means, self.carrier)
        else:
            await self._send_at_once()
        await call_delivery.end_calls(self.database, self.carrier)
        await fetch_wanted(self.database, self.means, self.carrier)

    async def _send_at_once(self) -> None:
        with reading(self.database) as session:
            texts = delivery.senders_with_work(session, self.clock())
            calls = delivery.senders_with_work(session, self.clock(), CALL)
        for sender in texts:
            while claimed := delivery.claim(self.database, self.means, sender):
                settling.record(self.database, self.means, await delivery.hand_over(self.carrier, claimed))
        for sender in calls:
            while rung := call_delivery.claim_calls(self.database, self.means, sender):
                settling.record(self.database, self.means, await call_delivery.place(self.carrier, rung))

    def states(self) -> list[State]:
        """The state of every delivery, in order."""
        with reading(self.database) as session:
            return list(session.scalars(select(Delivery.state).order_by(Delivery.id)))
