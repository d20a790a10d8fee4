"""The window always has as many requests under way as may be, and loses none."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from phonetree.engine.window import AHEAD, IN_FLIGHT, Window
from phonetree.words.ports import Accepted, HandOver, Refused, Verdict


@dataclass
class Rows:
    """Rows to be sent, by number; *held* are the requests that wait until they are let go."""

    waiting: list[int]
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    begun: list[int] = field(default_factory=list)
    recorded: list[tuple[int, HandOver]] = field(default_factory=list)
    most: int = 0
    trouble: int | None = None

    def claim(self, most: int) -> Sequence[int]:
        taken, self.waiting = self.waiting[:most], self.waiting[most:]
        return taken

    async def send(self, one: int) -> HandOver:
        self.begun.append(one)
        self.most = max(self.most, len(self.begun) - len(self.recorded))
        if len(self.begun) == IN_FLIGHT:
            self.gate.set()
        await self.gate.wait()
        if one == self.trouble:
            raise RuntimeError("a bug")
        return Accepted(f"SM{one}")

    def record(self, outcomes: Sequence[tuple[int, HandOver]]) -> None:
        self.recorded += outcomes

    async def has_more(self) -> bool:
        return bool(self.waiting)

    def slide(self, seconds: float = 30.0) -> None:
        window = Window(self.claim, self.send, self.record, self.has_more)
        asyncio.run(window.slide(time.monotonic() + seconds))


def test_every_row_is_asked_for_once_and_written_down() -> None:
    rows = Rows(list(range(1000)))
    rows.slide()
    assert sorted(rows.begun) == list(range(1000))
    assert sorted(one for one, _told in rows.recorded) == list(range(1000))
    assert {type(told) for _one, told in rows.recorded} == {Accepted}


def test_no_more_are_under_way_than_may_be_and_few_are_claimed_ahead() -> None:
    rows = Rows(list(range(500)))
    rows.slide()
    assert IN_FLIGHT <= rows.most <= IN_FLIGHT + AHEAD


def test_after_its_time_nothing_new_is_claimed_and_what_was_begun_is_finished() -> None:
    rows = Rows(list(range(500)))
    rows.gate.set()
    rows.slide(seconds=-1.0)
    assert (rows.begun, len(rows.waiting)) == ([], 500)


def test_what_one_raises_is_raised_when_the_others_are_written_down() -> None:
    rows = Rows(list(range(IN_FLIGHT)), trouble=7)
    with pytest.raises(RuntimeError, match="a bug"):
        rows.slide()
    assert sorted(one for one, _told in rows.recorded) == [n for n in range(IN_FLIGHT) if n != 7]


def test_what_waited_too_long_for_its_turn_goes_back() -> None:
    window = Window(_nothing, _never, lambda _outcomes: None, _no)

    async def scenario() -> tuple[int, HandOver]:
        lines = asyncio.Semaphore(1)
        await lines.acquire()
        asked = asyncio.create_task(window._ask(lines, 1))  # noqa: SLF001 - what it does with time
        asyncio.get_running_loop().call_later(0.6, lines.release)
        return await asked

    assert asyncio.run(scenario()) == (1, Refused(Verdict.BUSY))


async def _never(one: int) -> HandOver:
    raise AssertionError(one)


async def _no() -> bool:
    return False


def _nothing(_most: int) -> Sequence[int]:
    return []
