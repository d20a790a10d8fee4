"""A generator of web requests that costs little, so that the server is measured and not its caller."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from phonetree.simulator.signing import Fields, signature

_LENGTH = re.compile(rb"content-length: *([0-9]+)", re.IGNORECASE)
_END_OF_HEAD = b"\r\n\r\n"
PATIENCE = 120.0


@dataclass(slots=True)
class Answers:
    """What came back: how many of each status, how many with a text in them, and how long each took, in seconds."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    texts: int = 0
    spoken: int = 0
    """Answers to a call that say or do something."""
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


def post_all(port: int, requests: Sequence[bytes], connections: int) -> Answers:
    """Send every request once, each connection one after the other, and wait for the last answer."""
    return asyncio.run(asyncio.wait_for(_post_all(port, requests, connections), PATIENCE))


async def _post_all(port: int, requests: Sequence[bytes], connections: int) -> Answers:
    loop, left, answers = asyncio.get_running_loop(), iter(requests), Answers()
    lines = [
        (await loop.create_connection(lambda: _Connection(left, answers), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    begun = time.perf_counter()
    for line in lines:
        line.go_on()
    await asyncio.gather(*(line.ended for line in lines))
    answers.seconds = time.perf_counter() - begun
    return answers


class _Connection(asyncio.Protocol):
    """One connection that is kept alive and asks the next thing as soon as it has its answer."""

    def __init__(self, left: Iterator[bytes], answers: Answers) -> None:
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._left, self._answers = left, answers
        self._transport: asyncio.Transport | None = None
        self._came = b""
        self._asked_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def go_on(self) -> None:
        request = next(self._left, None)
        if self._transport is None:
            return
        if request is None:
            self.ended.set_result(None)
            self._transport.close()
            return
        self._came, self._asked_at = b"", time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._came += data
        head, end, body = self._came.partition(_END_OF_HEAD)
        length = _LENGTH.search(head)
        if end and len(body) >= (int(length[1]) if length else 0):
            self._answers.took.append(time.perf_counter() - self._asked_at)
            self._answers.statuses[int(head.split(b" ", 2)[1])] += 1
            self._answers.texts += b"<Message" in body
            self._answers.spoken += any(verb in body for verb in (b"<Gather", b"<Enqueue", b"<Dial", b"<Record"))
            self.go_on()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_exception(ConnectionError("the server closed a connection") if exc is None else exc)
