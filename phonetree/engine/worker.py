"""A worker: woken by the engine, it drains the ledger in slices; in its own loop it offers to make the rounds."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from typing import Any

import structlog
from huey import Huey
from huey.consumer import Consumer
from sqlalchemy import Engine

from phonetree.desk import call_delivery, delivery
from phonetree.desk.forgetting import forget_at_provider
from phonetree.desk.means import Means
from phonetree.desk.reconciliation import reconcile
from phonetree.desk.recordings import fetch_wanted, is_awaited
from phonetree.desk.rounds import make_rounds
from phonetree.engine.doorbell import listen
from phonetree.engine.window import Window
from phonetree.models import CALL, TEXT, new_id, reading
from phonetree.words.logs import place_of
from phonetree.words.ports import Carrier

OpenLine = Callable[[], AbstractAsyncContextManager[Carrier]]
SLICE = 2.0
"""Seconds. Nothing holds a worker longer against a correction (decisions 9)."""
NEXT_LOOK = 0.05
CHANNELS = (TEXT, CALL)
ROUNDS_EVERY = 1.0
log = structlog.get_logger()


async def drain(database: Engine, means: Means, line: Carrier, seconds: float = SLICE) -> None:
    """Send and call what is due, every number in parallel, for one slice of time."""
    until = time.monotonic() + seconds
    with reading(database) as session:
        texts = delivery.senders_with_work(session, means.now())
        calls = delivery.senders_with_work(session, means.now(), CALL)
    await asyncio.gather(
        *(_texts(database, means, line, sender).slide(until) for sender in texts),
        *(_calls(database, means, line, sender).slide(until) for sender in calls),
    )


def _texts(database: Engine, means: Means, line: Carrier, sender: str) -> Window[delivery.Claimed]:
    return Window(
        claim=lambda most: delivery.claim(database, means, sender, most),
        send=lambda one: line.send(one.text),
        record=lambda outcomes: delivery.record(database, means, outcomes),
        has_more=lambda: _has_more(database, means, sender, TEXT),
    )


def _calls(database: Engine, means: Means, line: Carrier, sender: str) -> Window[delivery.ClaimedCall]:
    return Window(
        claim=lambda most: call_delivery.claim_calls(database, means, sender, most),
        send=lambda one: line.call(one.call),
        record=lambda outcomes: delivery.record(database, means, outcomes),
        has_more=lambda: _has_more(database, means, sender, CALL),
    )


async def _has_more(database: Engine, means: Means, sender: str, channel: str) -> bool:
    """Whether there is more whose turn has not come: a moment later it may have."""

    def look() -> bool:
        with reading(database) as session:
            return sender in delivery.senders_with_work(session, means.now(), channel)

    has_more = await asyncio.to_thread(look)
    if has_more:
        await asyncio.sleep(NEXT_LOOK)
    return has_more


class _Consumer(Consumer):
    """Huey's, without its signal handlers: when to stop is the program's to say, and a thread may run a worker."""

    def __init__(self, engine: Huey) -> None:
        super().__init__(engine, workers=1, periodic=False, max_delay=0.5)  # type: ignore[no-untyped-call]

    def _set_signal_handlers(self) -> None:
        return


class Worker:
    """One process that sends. Any number of them may run, on any hosts."""

    def __init__(self, database: Engine, engine: Huey, means: Means, open_line: OpenLine) -> None:
        self._database, self._engine, self._means, self._open_line = database, engine, means, open_line
        self._identity = new_id()
        self._stopped = threading.Event()
        self._woken: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def run(self) -> None:
        """Work until ``stop``; what was begun is finished first."""
        forget = listen(self._engine, self.wake)
        consumer: Any = _Consumer(self._engine)
        consumer.start()
        rounds = threading.Thread(target=self._make_rounds, name="rounds")
        rounds.start()
        try:
            asyncio.run(self._work())
        finally:
            self._stopped.set()
            consumer.stop(graceful=True)
            rounds.join()
            forget()

    def stop(self) -> None:
        self._stopped.set()
        self.wake()

    def wake(self) -> None:
        """What the engine's task does: tell the loop that there may be something to send."""
        if self._loop is not None and self._woken is not None:
            with suppress(RuntimeError):  # the loop has ended already
                self._loop.call_soon_threadsafe(self._woken.set)

    async def _work(self) -> None:
        self._loop, self._woken = asyncio.get_running_loop(), asyncio.Event()
        async with self._open_line() as line:
            while not self._stopped.is_set():
                self._woken.clear()
                try:
                    await asyncio.gather(
                        drain(self._database, self._means, line),
                        call_delivery.end_calls(self._database, line),
                        fetch_wanted(self._database, self._means, line),
                        reconcile(self._database, self._means, line),
                    )
                    await forget_at_provider(self._database, self._means, line)
                    await self._rest()
                except Exception as error:  # noqa: BLE001 - a worker outlives whatever happens to one text
                    log.error("a slice failed", error=type(error).__qualname__, where=place_of(error))  # noqa: TRY400
                    await asyncio.sleep(ROUNDS_EVERY)

    async def _rest(self) -> None:
        """Until the bell rings. What is left of the last slice needs no bell."""
        if self._woken is None:
            return
        with reading(self._database) as session:
            has_work = any(delivery.senders_with_work(session, self._means.now(), channel) for channel in CHANNELS)
            if has_work or is_awaited(session, self._means):
                await asyncio.sleep(NEXT_LOOK)
                return
        try:
            await asyncio.wait_for(self._woken.wait(), ROUNDS_EVERY)
        except TimeoutError:
            return

    def _make_rounds(self) -> None:
        while not self._stopped.wait(ROUNDS_EVERY):
            try:
                make_rounds(self._database, self._means, self._identity)
            except Exception as error:  # noqa: BLE001
                log.error("a round failed", error=type(error).__qualname__, where=place_of(error))  # noqa: TRY400
