"""Everything that goes out on one line: a window for each number and channel, all side by side."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from math import inf

import structlog
from sqlalchemy import Engine

from phonetree.desk import call_delivery, delivery, settling
from phonetree.desk.means import Means
from phonetree.engine.lines import Lines
from phonetree.engine.window import Window
from phonetree.models import CALL, TEXT, reading
from phonetree.words.logs import place_of
from phonetree.words.ports import Carrier

SLICE = 2.0
CHANNELS = (TEXT, CALL)
Key = tuple[str, str]
"""Which number, and by which channel."""
log = structlog.get_logger()


class Sending:
    """Opens a window where something waits, and lets it close by itself when nothing does.

    A window claims little at a time, highest lane first: no lane waits for another, no number for another.
    """

    def __init__(self, database: Engine, means: Means, line: Carrier) -> None:
        self._database, self._means, self._line = database, means, line
        self._lines = Lines()
        self._bells: dict[Key, asyncio.Event] = {}
        self._open: dict[Key, asyncio.Task[None]] = {}
        self._until = inf

    async def look(self) -> None:
        """Where something waits: ring the bell of its window, or open one."""
        for key in await asyncio.to_thread(self._with_work):
            if key in self._open:
                self._bells[key].set()
            else:
                self._bells[key] = asyncio.Event()
                self._open[key] = asyncio.create_task(self._slide(key))

    async def finish(self) -> None:
        """Claim no more; what was begun is finished and written down."""
        self._until = 0.0
        for bell in self._bells.values():
            bell.set()
        await asyncio.gather(*self._open.values())

    async def drain(self, seconds: float) -> None:
        """Send until nothing waits, or for so long. Raises what a window raises."""
        until = time.monotonic() + seconds
        windows = [self._window(key, asyncio.Event()) for key in await asyncio.to_thread(self._with_work)]
        await asyncio.gather(*(window.slide(lambda: until) for window in windows))

    def _with_work(self) -> list[Key]:
        with reading(self._database) as session:
            return [
                (sender, channel)
                for channel in CHANNELS
                for sender in delivery.senders_with_work(session, self._means.now(), channel)
            ]

    async def _slide(self, key: Key) -> None:
        try:
            await self._window(key, self._bells[key]).slide(lambda: self._until)
        except Exception as error:  # noqa: BLE001 - the next look opens it again
            log.error("a window failed", error=type(error).__qualname__, where=place_of(error))  # noqa: TRY400
        finally:
            del self._open[key], self._bells[key]

    def _window(self, key: Key, bell: asyncio.Event) -> Window[delivery.Claimed] | Window[delivery.ClaimedCall]:
        sender, channel = key
        record = partial(settling.record, self._database, self._means)
        turn = partial(delivery.turn, self._database, self._means, sender, channel)
        if channel == TEXT:
            claim = partial(delivery.claim, self._database, self._means, sender)
            return Window(claim, lambda one: self._line.send(one.text), record, turn, self._lines, bell)
        calls = partial(call_delivery.claim_calls, self._database, self._means, sender)
        return Window(calls, lambda one: self._line.call(one.call), record, turn, self._lines, bell)


async def drain(database: Engine, means: Means, line: Carrier, seconds: float = SLICE) -> None:
    """Send what waits, where no worker works: for tests, the demo and the bench."""
    await Sending(database, means, line).drain(seconds)
