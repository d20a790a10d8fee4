"""A generator of web requests that costs little, so that the server is measured and not its caller."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlencode

from phonetree.simulator.signing import Fields, signature
from phonetree.twilio.twiml import fallback

_LENGTH = re.compile(rb"content-length: *([0-9]+)", re.IGNORECASE)
_END_OF_HEAD = b"\r\n\r\n"
_LAST_RESORT = fallback(is_call=False).encode()
PATIENCE = 120.0


@dataclass(slots=True)
class Answers:
    """What came back: how many of each status, how many with a text in them, and how long each took, in seconds."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    texts: int = 0
    spoken: int = 0
    """Answers to a call that say or do something."""
    sorry: int = 0
    """Answers with the words of last resort, which are well formed and stand for a fault of ours."""
    took: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return len(self.took) / self.seconds

    def percentile(self, share: float) -> float:
        return sorted(self.took)[min(len(self.took) - 1, int(share * len(self.took)))]


def signed_post(origin: str, path: str, fields: Fields, token: str) -> bytes:
    """One whole signed webhook as it goes over the wire."""
    body = urlencode(list(fields.items()) if hasattr(fields, "items") else list(fields)).encode()
    head = [
        f"POST {path} HTTP/1.1",
        f"Host: {origin.partition('//')[2]}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        f"X-Twilio-Signature: {signature(token, origin + path, fields)}",
    ]
    return "\r\n".join(head).encode() + _END_OF_HEAD + body


def post_all(port: int, requests: Sequence[bytes], connections: int, *, keep: bool = True) -> Answers:
    """Send every request once, so many at a time, and wait for the last answer. *keep*: on lines that are kept open."""
    work = _post_all(port, requests, connections) if keep else _post_singly(port, requests, connections)
    return asyncio.run(asyncio.wait_for(work, PATIENCE))


def post_at_rate(port: int, requests: Iterator[bytes], per_second: float, until: Callable[[], bool]) -> Answers:
    """Send *requests* evenly, whether or not the earlier ones were answered, until it is said to be over.

    How long each took counts from when it was due, so that a server that falls behind cannot hide it.
    """
    return asyncio.run(_post_at_rate(port, requests, per_second, until))


async def _post_at_rate(port: int, requests: Iterator[bytes], per_second: float, until: Callable[[], bool]) -> Answers:
    loop, answers = asyncio.get_running_loop(), Answers()
    lines: list[_Connection] = []
    idle: list[_Connection] = []
    begun = time.perf_counter()
    for turn in count():
        due_at = begun + turn / per_second
        await asyncio.sleep(max(0.0, due_at - time.perf_counter()))
        if turn and until():  # one at least
            break
        if not idle:
            idle.append((await loop.create_connection(lambda: _Connection(answers, idle.append), "127.0.0.1", port))[1])
            lines += idle
        idle.pop().ask(next(requests), due_at)
    for line in lines:
        line.close_when_idle()
    await asyncio.wait_for(asyncio.gather(*(line.ended for line in lines)), PATIENCE)
    answers.seconds = time.perf_counter() - begun
    return answers


async def _post_all(port: int, requests: Sequence[bytes], connections: int) -> Answers:
    loop, left, answers = asyncio.get_running_loop(), iter(requests), Answers()

    def go_on(line: _Connection) -> None:
        request = next(left, None)
        if request is None:
            line.close_when_idle()
        else:
            line.ask(request, time.perf_counter())

    lines = [
        (await loop.create_connection(lambda: _Connection(answers, go_on), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    begun = time.perf_counter()
    for line in lines:
        go_on(line)
    await asyncio.gather(*(line.ended for line in lines))
    answers.seconds = time.perf_counter() - begun
    return answers


async def _post_singly(port: int, requests: Sequence[bytes], connections: int) -> Answers:
    """A line of its own for each request, for a server that closes every one."""
    loop, left, answers = asyncio.get_running_loop(), iter(requests), Answers()

    async def one_after_the_other() -> None:
        for request in left:
            begun = time.perf_counter()
            line = (await loop.create_connection(lambda: _Connection(answers, lambda _line: None), "127.0.0.1", port))[
                1
            ]
            line.ask(request, begun)
            line.close_when_idle()
            await line.ended

    begun = time.perf_counter()
    await asyncio.gather(*(one_after_the_other() for _ in range(connections)))
    answers.seconds = time.perf_counter() - begun
    return answers


class _Connection(asyncio.Protocol):
    """One connection that is kept alive, with one request under way at a time. *answered* is told after each."""

    def __init__(self, answers: Answers, answered: Callable[[_Connection], None]) -> None:
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._answers, self._answered = answers, answered
        self._transport: asyncio.Transport | None = None
        self._came = b""
        self._asked_at = 0.0
        self._is_asking = self._is_closing = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def ask(self, request: bytes, since: float) -> None:
        """It takes as long as it is *since*, in seconds of the performance counter."""
        self._came, self._asked_at, self._is_asking = b"", since, True
        if self._transport is not None:
            self._transport.write(request)

    def close_when_idle(self) -> None:
        self._is_closing = True
        if self._transport is not None and not self._is_asking:
            if not self.ended.done():
                self.ended.set_result(None)
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._came += data
        head, end, body = self._came.partition(_END_OF_HEAD)
        length = _LENGTH.search(head)
        if end and len(body) >= (int(length[1]) if length else 0):
            self._count(head, body)
            self._is_asking = False
            if self._is_closing:
                self.close_when_idle()
            else:
                self._answered(self)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_exception(exc or ConnectionError("the server closed a connection"))

    def _count(self, head: bytes, body: bytes) -> None:
        answers = self._answers
        answers.took.append(time.perf_counter() - self._asked_at)
        answers.statuses[int(head.split(b" ", 2)[1])] += 1
        answers.texts += b"<Message" in body
        answers.sorry += body == _LAST_RESORT
        answers.spoken += any(verb in body for verb in (b"<Gather", b"<Enqueue", b"<Dial", b"<Record"))
