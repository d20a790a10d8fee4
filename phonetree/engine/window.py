"""A sliding window: always as many requests under way as may be, each written down soon after its answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from phonetree.words.ports import HandOver, Refused, Verdict

IN_FLIGHT = 100
AHEAD = 20
"""Claimed and not yet asked, so that no line lies idle while the next ones are claimed."""
CLAIM_FROM = 10
"""A claim is a transaction: it is not made for fewer."""
WAITS_AT_MOST = 0.5
"""Seconds. What waited longer for its turn goes back: it may have been called off meanwhile (decisions 12)."""

Claim = TypeVar("Claim")


@dataclass(frozen=True, slots=True)
class Window(Generic[Claim]):
    """*claim* takes at most so many rows, *send* asks for one, *record* writes down what came of some.

    *has_more* tells whether there is more whose turn has not come, after a pause.
    """

    claim: Callable[[int], Sequence[Claim]]
    send: Callable[[Claim], Awaitable[HandOver]]
    record: Callable[[Sequence[tuple[Claim, HandOver]]], None]
    has_more: Callable[[], Awaitable[bool]]

    async def slide(self, until: float) -> None:
        """Until nothing is left, or that monotonic time; what was begun is finished and written down.

        Raises what one of them raised, once all the others are written down.
        """
        failed: BaseException | None = None
        lines = asyncio.Semaphore(IN_FLIGHT)
        under_way: set[asyncio.Task[tuple[Claim, HandOver]]] = set()
        while True:
            is_over = failed is not None or time.monotonic() >= until
            room = 0 if is_over else IN_FLIGHT + AHEAD - len(under_way)
            if room >= CLAIM_FROM:
                claimed = await asyncio.to_thread(self.claim, room)
                under_way |= {asyncio.create_task(self._ask(lines, one)) for one in claimed}
            if under_way:
                await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                done = {task for task in under_way if task.done()}
                under_way -= done
                failed = next(filter(None, (task.exception() for task in done)), failed)
                await asyncio.to_thread(self.record, [task.result() for task in done if task.exception() is None])
            elif failed is not None:
                raise failed
            elif is_over or not await self.has_more():
                return

    async def _ask(self, lines: asyncio.Semaphore, one: Claim) -> tuple[Claim, HandOver]:
        claimed_at = time.monotonic()
        async with lines:
            if time.monotonic() - claimed_at > WAITS_AT_MOST:
                return one, Refused(Verdict.BUSY)
            return one, await self.send(one)
