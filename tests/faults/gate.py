"""A gate before the carrier that lets everything pass but requests to list: those it answers with a fault, 500."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

AT_ONCE = 65536
REFUSED = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def is_listing(request: bytes) -> bool:
    """Whether what begins here asks for the list of texts. No form begins like that: its blanks are escaped."""
    verb, _, rest = request.partition(b" ")
    return verb == b"GET" and rest.partition(b"?")[0].endswith(b"/Messages.json")


@contextmanager
def without_listing(base_url: str) -> Iterator[str]:
    """The address of a gate before *base_url*."""
    gate, ready = asyncio.new_event_loop(), threading.Event()
    addresses: list[str] = []
    port = urlsplit(base_url).port or 0

    async def serve() -> None:
        server = await asyncio.start_server(lambda *ends: _pass(port, *ends), "127.0.0.1", 0)
        addresses.append(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        ready.set()
        with suppress(asyncio.CancelledError):
            await server.serve_forever()

    task = gate.create_task(serve())
    thread = threading.Thread(target=gate.run_until_complete, args=(task,), name="gate")
    thread.start()
    ready.wait()
    try:
        yield addresses[0]
    finally:
        gate.call_soon_threadsafe(task.cancel)
        thread.join()
        gate.run_until_complete(_end_all())
        gate.close()


async def _end_all() -> None:
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


async def _pass(port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection, both ways, until either side ends it; how it ended is passed on as a break."""
    there, onward = await asyncio.open_connection("127.0.0.1", port)
    back = asyncio.create_task(_pour(there, writer))
    with suppress(OSError, asyncio.CancelledError):
        while sent := await reader.read(AT_ONCE):
            if is_listing(sent):
                writer.write(REFUSED)
                await writer.drain()
                break
            onward.write(sent)
            await onward.drain()
    back.cancel()
    onward.close()
    writer.close()


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while told := await reader.read(AT_ONCE):
            writer.write(told)
            await writer.drain()
    writer.transport.abort()
