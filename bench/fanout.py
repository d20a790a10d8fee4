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

from bench.carrier import NUMBER, FarCarrier
from bench.figures import Figure, Sizes
from bench.ground import ACCOUNT, TOKEN, Ground, number_of
from bench.queueing import BODY, clear, queue_for
from phonetree.app import carrier_of
from phonetree.desk.delivery import senders_with_work
from phonetree.engine.worker import drain
from phonetree.models import Delivery, State, reading, writing

API = "https://api.twilio.com"


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
class Sending:
    """The ways to send that are compared, each to the same number of phones."""

    base_url: str
    took: Callable[[], tuple[int, int]]
    """What arrived since it was last asked: texts, and phones."""
    sizes: Sizes
    taken: dict[str, list[Sent]] = field(default_factory=dict)

    def time(self, name: str, texts: int, send: Callable[[], None]) -> None:
        """Time one way. Every text has to have arrived, each at another phone."""
        self.took()
        begun, burnt = time.perf_counter(), time.process_time()
        send()
        seconds, cpu = time.perf_counter() - begun, time.process_time() - burnt
        if (arrived := self.took()) != (texts, texts):
            raise RuntimeError(f"{name}: {arrived[0]} texts to {arrived[1]} phones instead of {texts}")
        self.taken.setdefault(name, []).append(Sent(texts / seconds, cpu * 1000 / texts))

    def speed(self, name: str) -> float:
        return median(one.per_second for one in self.taken[name])

    def cpu(self, name: str) -> float:
        return median(one.cpu for one in self.taken[name])


def measure(grounds: list[Ground], far: FarCarrier, sizes: Sizes) -> list[Figure]:
    sending = Sending(far.base_url, far.took, sizes)
    in_threads = min(sizes.messages, 10 * sizes.in_flight)
    for _ in range(sizes.message_rounds):
        sending.time("async", sizes.messages, lambda: asyncio.run(_send_async(sending)))
        for ground in grounds:
            queue_for(ground, sizes.messages)
            sending.time(ground.name, sizes.messages, lambda ground=ground: asyncio.run(_drain_all(ground)))  # type: ignore[misc]
            _count_and_clear(ground, sizes.messages)
        sending.time("threads", in_threads, lambda: _send_in_threads(sending, in_threads))
    sending.time("loop", sizes.looped, lambda: _send_in_a_loop(sending))
    return [figure for ground in grounds for figure in _figures(sending, ground.name)]


def _figures(sending: Sending, name: str) -> list[Figure]:
    sizes, ours = sending.sizes, sending.speed(name)
    limit = sizes.in_flight / sizes.latency
    cpu, per = sending.cpu(name), "ms CPU per text"
    return [
        Figure(f"F1 fan-out, {name}", "per second", ours, sending.speed("async"), "bare async client", 0.97, None),
        Figure(f"F1 fan-out, {name}", "per second", ours, limit, "in flight / latency", None, 0.95),
        Figure(f"F2 fan-out, {name}", per, cpu, sending.cpu("async"), "bare async client", 1.5, None, at_most=True),
        Figure(f"F2 fan-out, {name}", per, cpu, sending.cpu("threads"), "twilio in threads", 0.5, None, at_most=True),
        Figure(f"F3 fan-out, {name}", "per second", ours, sending.speed("loop"), "sequential loop", 90, None),
    ]


async def _drain_all(ground: Ground) -> None:
    """What a worker does until nothing waits, without its rests."""
    async with carrier_of(ground.house.settings).open() as line:
        while _has_work(ground):
            await drain(ground.database, ground.means, line)


def _has_work(ground: Ground) -> bool:
    with reading(ground.database) as session:
        return bool(senders_with_work(session, ground.means.now()))


def _count_and_clear(ground: Ground, texts: int) -> None:
    with reading(ground.database) as session:
        named = select(func.count(func.distinct(Delivery.sid))).where(Delivery.state == State.SUBMITTED)
        recorded = session.scalar(named)
    if recorded != texts:
        raise RuntimeError(f"{recorded} of {texts} texts were written down as handed over")
    with writing(ground.database) as session:
        clear(session)


async def _send_async(sending: Sending) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library warns of its own use of aiohttp, once a request
        async with AsyncTwilioHttpClient() as transport:
            messages = _client(_Redirected(sending.base_url, transport)).messages
            left = iter(range(sending.sizes.messages))

            async def one_after_the_other() -> None:
                for index in left:
                    await messages.create_async(to=number_of(index).e164, from_=NUMBER, body=BODY)

            await asyncio.gather(*(one_after_the_other() for _ in range(sending.sizes.in_flight)))


def _send_in_threads(sending: Sending, texts: int) -> None:
    with _sync_client(sending) as client, ThreadPoolExecutor(sending.sizes.in_flight) as pool:
        done = pool.map(
            lambda index: client.messages.create(to=number_of(index).e164, from_=NUMBER, body=BODY), range(texts)
        )
        list(done)


def _send_in_a_loop(sending: Sending) -> None:
    with _sync_client(sending) as client:
        for index in range(sending.sizes.looped):
            client.messages.create(to=number_of(index).e164, from_=NUMBER, body=BODY)


@contextmanager
def _sync_client(sending: Sending) -> Iterator[Client]:
    transport = TwilioHttpClient()
    try:
        yield _client(_Redirected(sending.base_url, transport))
    finally:
        if transport.session is not None:
            transport.session.close()


def _client(transport: _Redirected) -> Client:
    return Client(ACCOUNT, TOKEN, http_client=transport)
