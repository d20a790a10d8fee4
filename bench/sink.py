"""A carrier that takes everything at once and only counts, where ten minutes of a real one's work would hide ours."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from concurrent.futures import Future
from itertools import count

from bench.far import answer_questions

_LENGTH = re.compile(rb"content-length: *([0-9]+)", re.IGNORECASE)
_RECIPIENT = re.compile(rb"(?:^|&)To=%2B([0-9]+)")
_END_OF_HEAD = b"\r\n\r\n"


class Sink:
    """What came so far. Phones are kept as numbers, so that a million of them need little room."""

    def __init__(self) -> None:
        self._sids = count(1)
        self._texts = 0
        self._phones: set[int] = set()

    def take(self, body: bytes) -> bytes:
        """Count one request to send; the whole answer to it."""
        found = _RECIPIENT.search(body)
        if found is None:
            return b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
        self._texts += 1
        self._phones.add(int(found[1]))
        shown = json.dumps({"sid": f"SM{next(self._sids):032x}", "status": "queued"}).encode()
        head = f"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: {len(shown)}\r\n\r\n"
        return head.encode() + shown

    def so_far(self) -> int:
        """Texts since it was last asked what it took."""
        return self._texts

    def took(self) -> tuple[int, int]:
        """Texts and phones since it was last asked."""
        taken = self._texts, len(self._phones)
        self._texts, self._phones = 0, set()
        return taken


class _Line(asyncio.Protocol):
    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._transport: asyncio.Transport | None = None
        self._came = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._came += data
        head, end, body = self._came.partition(_END_OF_HEAD)
        length = _LENGTH.search(head)
        if end and length and len(body) >= int(length[1]) and self._transport is not None:
            self._came = b""
            self._transport.write(self._sink.take(body))


def _listen(sink: Sink, ready: Future[int]) -> None:
    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(lambda: _Line(sink), "127.0.0.1", 0)
        ready.set_result(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


def _serve() -> None:
    sink, ready = Sink(), Future[int]()
    threading.Thread(target=_listen, args=(sink, ready), daemon=True).start()
    answer_questions(f"http://127.0.0.1:{ready.result()}", {"took": sink.took, "so_far": sink.so_far})


if __name__ == "__main__":
    _serve()
