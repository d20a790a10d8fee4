"""A worker: woken by the engine, it sends what waits, does the chores, and offers to make the rounds."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from typing import Any

import structlog
from huey import Huey
from huey.consumer import Consumer
from sqlalchemy import Engine

from phonetree.desk.call_delivery import end_calls
from phonetree.desk.canary import watch
from phonetree.desk.deactivations import leave_given_up
from phonetree.desk.forgetting import forget_at_provider
from phonetree.desk.means import Means
from phonetree.desk.posting import relay
from phonetree.desk.receipts import fold
from phonetree.desk.reconciliation import reconcile
from phonetree.desk.recordings import fetch_wanted, is_awaited
from phonetree.desk.rounds import make_rounds
from phonetree.engine.doorbell import listen
from phonetree.engine.sending import Sending
from phonetree.models import new_id, reading
from phonetree.words.chats import GroupChats, NoChats
from phonetree.words.logs import place_of
from phonetree.words.ports import Carrier

OpenLine = Callable[[], AbstractAsyncContextManager[Carrier]]
LOOK_EVERY, LOOK_SOON = 1.0, 0.05
"""Seconds between two looks where no bell rings."""
ROUNDS_EVERY = 1.0
log = structlog.get_logger()


class _Consumer(Consumer):
    """Huey's, without its signal handlers: when to stop is the program's to say, and a thread may run a worker."""

    def __init__(self, engine: Huey) -> None:
        super().__init__(engine, workers=1, periodic=False, max_delay=0.5)  # type: ignore[no-untyped-call]

    def _set_signal_handlers(self) -> None:
        return


class Worker:
    """One process that sends. Any number of them may run, on any hosts."""

    def __init__(
        self,
        database: Engine,
        engine: Huey,
        means: Means,
        open_line: OpenLine,
        chats: GroupChats | None = None,
    ) -> None:
        self._database, self._engine, self._means, self._open_line = database, engine, means, open_line
        self._chats = chats or NoChats()
        self._identity = new_id()
        self._stopped = threading.Event()
        self._woken = asyncio.Event()
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
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended already
                self._loop.call_soon_threadsafe(self._ring)

    def _ring(self) -> None:
        """Everybody who waits for the bell hears it; who works just now finds it out at the next wait."""
        rung, self._woken = self._woken, asyncio.Event()
        rung.set()

    async def _work(self) -> None:
        self._loop, self._woken = asyncio.get_running_loop(), asyncio.Event()
        database, means = self._database, self._means
        async with self._open_line() as line:
            sending = Sending(database, means, line)
            await asyncio.gather(
                self._again(sending.look),
                self._again(lambda: end_calls(database, line)),
                self._again(lambda: fetch_wanted(database, means, line), self._is_soon),
                self._again(self._fold),
                self._again(lambda: reconcile(database, means, line)),
                self._again(lambda: forget_at_provider(database, means, line)),
                self._again(lambda: leave_given_up(database, means, line)),
                self._again(lambda: relay(database, means, self._chats)),
                self._again(lambda: watch(database, means, line)),
            )
            await sending.finish()

    async def _again(self, work: Callable[[], Awaitable[object]], is_soon: Callable[[], bool] = bool) -> None:
        """Until the end: when the bell rings, and now and then; at once where something is due within seconds."""
        while not self._stopped.is_set():
            rung = asyncio.create_task(self._woken.wait())
            try:
                await work()
                pause = LOOK_SOON if await asyncio.to_thread(is_soon) else LOOK_EVERY
            except Exception as error:  # noqa: BLE001 - a worker outlives whatever happens to one text
                log.error("a slice failed", error=type(error).__qualname__, where=place_of(error))  # noqa: TRY400
                pause = ROUNDS_EVERY
            await asyncio.wait({rung}, timeout=pause)
            rung.cancel()

    async def _fold(self) -> None:
        """What the web kept of receipts, until nothing is left of it."""
        more_waits = True
        while more_waits and not self._stopped.is_set():
            more_waits = await asyncio.to_thread(fold, self._database, self._means)

    def _is_soon(self) -> bool:
        with reading(self._database) as session:
            return is_awaited(session, self._means)

    def _make_rounds(self) -> None:
        while not self._stopped.wait(ROUNDS_EVERY):
            try:
                make_rounds(self._database, self._means, self._identity)
            except Exception as error:  # noqa: BLE001
                log.error("a round failed", error=type(error).__qualname__, where=place_of(error))  # noqa: TRY400
