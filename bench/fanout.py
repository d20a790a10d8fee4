"""F1 to F3: the worker's drain with all its bookkeeping, beside Twilio's clients that only send."""

from __future__ import annotations

import asyncio
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from sqlalchemy import func, select
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from bench.carrier import NUMBER, Took
from bench.course import Course
from bench.figures import Figure, Sizes
from bench.ground import ACCOUNT, TOKEN, Ground, number_of
from bench.queueing import BODY, clear, queue_for
from phonetree.app import carrier_of
from phonetree.engine.sending import Sending
from phonetree.models import Delivery, State, reading, writing

API = "https://api.twilio.com"
PATIENCE = 3_600.0
OPEN = (State.PENDING, State.SENDING, State.IN_DOUBT)
BARE_CLIENT, LIMIT, LOOP = "bare async client", "in flight / latency", "sequential loop"


class _Redirected:
    """Twilio's own transport, aimed at this machine."""

    def __init__(self, base_url: str, transport: Any) -> None:
        self.is_async = isinstance(transport, AsyncTwilioHttpClient)
        self._base_url, self._transport = base_url, transport

    def request(self, method: str, url: str, *args: Any, **kw: Any) -> Any:
        return self._transport.request(method, url.replace(API, self._base_url), *args, **kw)


@dataclass(frozen=True, slots=True)
class Sent:
    """Texts per second, and what each cost this process, in milliseconds."""

    per_second: float
    cpu: float


@dataclass
class Ways:
    """The ways to send that are compared, each to the same number of phones."""

    base_url: str
    took: Callable[[], Took]
    """What arrived since it was last asked."""
    sizes: Sizes
    taken: dict[str, list[Sent]] = field(default_factory=dict)

    def time(self, name: str, texts: int, send: Callable[[], None]) -> None:
        """Time one way. Every text has to have arrived, each at another phone."""
        self.took()
        begun, burnt = time.perf_counter(), time.process_time()
        send()
        seconds, cpu = time.perf_counter() - begun, time.process_time() - burnt
        arrived = self.took()
        if (arrived.texts, arrived.phones) != (texts, texts):
            raise RuntimeError(f"{name}: {arrived.texts} texts to {arrived.phones} phones instead of {texts}")
        self.taken.setdefault(name, []).append(Sent(arrived.rate(seconds), cpu * 1000 / texts))

    def speed(self, name: str) -> float:
        return median(one.per_second for one in self.taken[name])

    def cpu(self, name: str) -> float:
        return median(one.cpu for one in self.taken[name])


def measure(course: Course) -> list[Figure]:
    sizes, grounds = course.sizes, course.grounds
    ways = Ways(course.carrier.base_url, course.carrier.took, sizes)
    in_threads = min(sizes.messages, 10 * sizes.in_flight)
    for turn in range(sizes.message_rounds):
        course.say(f"fan-out of {sizes.messages:,} texts, round {turn + 1} of {sizes.message_rounds}")
        ways.time("async", sizes.messages, lambda: asyncio.run(_send_async(ways)))
        for ground in grounds:
            queue_for(ground, sizes.messages)
            ways.time(ground.name, sizes.messages, lambda ground=ground: asyncio.run(drain_all(ground)))  # type: ignore[misc]
            count_and_clear(ground, sizes.messages)
        ways.time("threads", in_threads, lambda: _send_in_threads(ways, in_threads))
    ways.time("loop", sizes.looped, lambda: _send_in_a_loop(ways))
    return [figure for ground in grounds for figure in _figures(ways, ground.name)]


def _figures(ways: Ways, name: str) -> list[Figure]:
    sizes, ours = ways.sizes, ways.speed(name)
    limit = sizes.in_flight / sizes.latency
    cpu, per = ways.cpu(name), "ms CPU per text"
    note = f"twilio in threads {ways.speed('threads'):,.0f} per second"
    return [
        Figure(f"F1 fan-out, {name}", "per second", ours, ways.speed("async"), BARE_CLIENT, 0.97, None),
        Figure(f"F1 fan-out, {name}", "per second", ours, limit, LIMIT, None, 0.95, note=note),
        Figure(f"F2 fan-out, {name}", per, cpu, ways.cpu("async"), BARE_CLIENT, 1.5, None, at_most=True),
        Figure(f"F2 fan-out, {name}", per, cpu, ways.cpu("threads"), "twilio in threads", 0.5, None, at_most=True),
        Figure(f"F3 fan-out, {name}", "per second", ours, ways.speed("loop"), LOOP, 90, None),
    ]


async def drain_all(ground: Ground) -> None:
    """What a worker does until nothing waits, without its chores."""
    async with carrier_of(ground.house.settings).open() as line:
        await send_all(ground, line)


async def send_all(ground: Ground, line: Any) -> None:
    """Until every text is handed over, those too that the carrier put off."""
    until = time.monotonic() + PATIENCE
    sending = Sending(ground.database, ground.means, line)
    while open_rows(ground):
        if time.monotonic() > until:
            raise TimeoutError("the texts did not all go out")
        await sending.drain(until - time.monotonic())


def open_rows(ground: Ground) -> int:
    """How many wait, are under way or in doubt."""
    with reading(ground.database) as session:
        return session.scalar(select(func.count()).where(Delivery.state.in_(OPEN))) or 0


def count_and_clear(ground: Ground, texts: int) -> None:
    with reading(ground.database) as session:
        named = select(func.count(func.distinct(Delivery.sid))).where(Delivery.state == State.SUBMITTED)
        recorded = session.scalar(named)
    if recorded != texts:
        raise RuntimeError(f"{recorded} of {texts} texts were written down as handed over")
    with writing(ground.database) as session:
        clear(session)


async def _send_async(ways: Ways) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library warns of its own use of aiohttp, once a request
        async with AsyncTwilioHttpClient() as transport:
            messages = _client(_Redirected(ways.base_url, transport)).messages
            left = iter(range(ways.sizes.messages))

            async def one_after_the_other() -> None:
                for index in left:
                    await messages.create_async(to=number_of(index).e164, from_=NUMBER, body=BODY)

            await asyncio.gather(*(one_after_the_other() for _ in range(ways.sizes.in_flight)))


def _send_in_threads(ways: Ways, texts: int) -> None:
    with _sync_client(ways) as client, ThreadPoolExecutor(ways.sizes.in_flight) as pool:
        done = pool.map(
            lambda index: client.messages.create(to=number_of(index).e164, from_=NUMBER, body=BODY), range(texts)
        )
        list(done)


def _send_in_a_loop(ways: Ways) -> None:
    with _sync_client(ways) as client:
        for index in range(ways.sizes.looped):
            client.messages.create(to=number_of(index).e164, from_=NUMBER, body=BODY)


@contextmanager
def _sync_client(ways: Ways) -> Iterator[Client]:
    transport = TwilioHttpClient()
    try:
        yield _client(_Redirected(ways.base_url, transport))
    finally:
        if transport.session is not None:
            transport.session.close()


def _client(transport: _Redirected) -> Client:
    return Client(ACCOUNT, TOKEN, http_client=transport)
