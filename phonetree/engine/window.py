"""A sliding window: always as many requests under way as may be, each written down soon after its answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Generic, Protocol, TypeVar

from phonetree.engine.lines import Lines
from phonetree.words.ports import HandOver, Refused, Verdict

GATHER = 0.03
"""Seconds. Where many are under way, the answers of so long are written down in one transaction."""
MANY = 20
NEXT_LOOK, LONGEST_LOOK = 0.02, 1.0
"""Seconds between two looks at what waits: a bell may be lost, another worker may have been faster."""


class HasEnd(Protocol):
    @property
    def ask_by(self) -> float:
        """Until when it may be asked for, as a monotonic time."""


Claim = TypeVar("Claim", bound=HasEnd)
Task = asyncio.Task[tuple[Claim, HandOver]]


@dataclass(frozen=True, slots=True)
class _Look:
    """When to look at what waits again, as a monotonic time, and whether the last look found nothing at all."""

    at: float
    finds_nothing: bool = False


@dataclass(frozen=True, slots=True)
class Window(Generic[Claim]):
    """*claim* takes at most so many rows, *send* asks for one, *record* writes down what came of some.

    *turn* tells in how many seconds the turn of what waits comes; ``None``: nothing waits.
    """

    claim: Callable[[int], Sequence[Claim]]
    send: Callable[[Claim], Awaitable[HandOver]]
    record: Callable[[Sequence[tuple[Claim, HandOver]]], None]
    turn: Callable[[], float | None]
    lines: Lines = field(default_factory=Lines)
    bell: asyncio.Event = field(default_factory=asyncio.Event)
    """Rings when something may have been queued."""

    async def slide(self, until: Callable[[], float] = lambda: inf) -> None:
        """Until nothing is left, or the monotonic time that *until* tells; what was begun is finished and written down.

        Raises what one of them raised, once all the others are written down.
        """
        failed: BaseException | None = None
        under_way: set[Task[Claim]] = set()
        look = _Look(at=0.0)
        while True:
            is_over = failed is not None or time.monotonic() >= until()
            if not is_over and (self.bell.is_set() or time.monotonic() >= look.at):
                self.bell.clear()
                look = await self._claim(under_way)
            if not under_way and (is_over or (look.finds_nothing and not self.bell.is_set())):
                break
            await self._wait(under_way, look.at - time.monotonic())
            if len(under_way) > MANY:
                await asyncio.sleep(GATHER)
            done = {task for task in under_way if task.done()}
            under_way -= done
            failed = next(filter(None, (task.exception() for task in done)), failed)
            if told := [task.result() for task in done if task.exception() is None]:
                self.lines.keep_up([outcome for _one, outcome in told])
                await asyncio.to_thread(self.record, told)
        if failed is not None:
            raise failed

    async def _claim(self, under_way: set[Task[Claim]]) -> _Look:
        """Claim as many as there is room for, and say when to look again."""
        room = self.lines.room
        if room < self.lines.claim_from:
            return _Look(0.0 if under_way else time.monotonic() + NEXT_LOOK)
        claimed = await asyncio.to_thread(self.claim, room)
        self.lines.claimed += len(claimed)
        under_way |= {asyncio.create_task(self._ask(one)) for one in claimed}
        if len(claimed) >= room:
            return _Look(0.0)
        seconds = await asyncio.to_thread(self.turn)
        if seconds is None:
            return _Look(time.monotonic() + LONGEST_LOOK, finds_nothing=not claimed)
        return _Look(time.monotonic() + min(max(seconds, NEXT_LOOK), LONGEST_LOOK))

    async def _wait(self, under_way: set[Task[Claim]], seconds: float) -> None:
        """For an answer, the bell, or so many seconds; where there is no room for more, for an answer."""
        rung = asyncio.create_task(self.bell.wait())
        timeout = None if seconds <= 0 and under_way else max(seconds, 0)
        await asyncio.wait({rung, *under_way}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        rung.cancel()

    async def _ask(self, one: Claim) -> tuple[Claim, HandOver]:
        told: HandOver | None = None
        try:
            await self.lines.take()
            try:
                if time.monotonic() <= one.ask_by:
                    told = await self.send(one)
            finally:
                self.lines.give_back(told)
        finally:
            self.lines.claimed -= 1
        return one, told or Refused(Verdict.LATE)
