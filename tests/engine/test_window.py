"""The window always has as many requests under way as may be, and loses none."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import inf

import pytest

from phonetree.engine.lines import AHEAD, GIVEN_BACK_AFTER, IN_FLIGHT, LEAST_AHEAD, Lines
from phonetree.engine.window import LONGEST_LOOK, Window
from phonetree.words.ports import Accepted, HandOver, Refused, Verdict


@dataclass(frozen=True, slots=True)
class Row:
    """A row by its number."""

    number: int
    ask_by: float = field(default_factory=lambda: time.monotonic() + 0.5, compare=False)


@dataclass
class Rows:
    """Rows to be sent; *gate* holds the requests until it opens, by itself once as many are under way as may be."""

    waiting: list[int]
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    begun: list[int] = field(default_factory=list)
    recorded: list[tuple[int, HandOver]] = field(default_factory=list)
    opens_at: int = IN_FLIGHT
    claims: int = 0
    most: int = 0
    trouble: int | None = None
    carrier_limit: int = 10**9
    under_way: int = 0
    lines: Lines = field(default_factory=Lines)
    pause: float | None = None
    """Seconds until the turn of what waits comes; ``None``: at once."""

    def claim(self, most: int) -> Sequence[Row]:
        self.claims += 1
        most = most if self.pause is None else 1
        taken, self.waiting = self.waiting[:most], self.waiting[most:]
        return [Row(number) for number in taken]

    async def send(self, one: Row) -> HandOver:
        self.begun.append(one.number)
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        is_too_many = self.under_way > self.carrier_limit
        load = self.under_way
        if len(self.begun) == self.opens_at:
            self.gate.set()
        await self.gate.wait()
        await asyncio.sleep(0)
        self.under_way -= 1
        if one.number == self.trouble:
            raise RuntimeError("a bug")
        return Refused(Verdict.THROTTLED, 20429, load) if is_too_many else Accepted(f"SM{one.number}", load)

    def record(self, outcomes: Sequence[tuple[Row, HandOver]]) -> None:
        self.recorded += [(one.number, told) for one, told in outcomes]
        self.waiting += [one.number for one, told in outcomes if not isinstance(told, Accepted)]

    def turn(self) -> float | None:
        return (self.pause or 0.0) if self.waiting else None

    def slide(self, until: Callable[[], float] = lambda: inf) -> None:
        asyncio.run(Window(self.claim, self.send, self.record, self.turn, self.lines).slide(until))


def test_every_row_is_asked_for_once_and_written_down() -> None:
    rows = Rows(list(range(1000)))
    rows.slide()
    assert sorted(rows.begun) == list(range(1000))
    assert sorted(one for one, _told in rows.recorded) == list(range(1000))
    assert {type(told) for _one, told in rows.recorded} == {Accepted}


def test_no_more_are_under_way_than_may_be() -> None:
    rows = Rows(list(range(500)))
    rows.slide()
    assert rows.most == IN_FLIGHT


def test_rows_are_claimed_many_at_a_time() -> None:
    rows = Rows(list(range(1000)))
    rows.slide()
    assert rows.claims <= 1000 / rows.lines.claim_from + 2


def test_after_its_time_nothing_new_is_claimed() -> None:
    rows = Rows(list(range(500)))
    rows.slide(until=lambda: 0.0)
    assert (rows.begun, len(rows.waiting)) == ([], 500)


def test_what_was_begun_when_its_time_ends_is_finished_and_written_down() -> None:
    rows = Rows(list(range(500)))
    rows.slide(until=lambda: 0.0 if len(rows.begun) >= IN_FLIGHT else inf)
    assert IN_FLIGHT <= len(rows.begun) == len(rows.recorded) < 500


def test_what_one_raises_is_raised_when_the_others_are_written_down() -> None:
    rows = Rows(list(range(IN_FLIGHT)), trouble=7)
    with pytest.raises(RuntimeError, match="a bug"):
        rows.slide()
    assert sorted(one for one, _told in rows.recorded) == [n for n in range(IN_FLIGHT) if n != 7]


def test_a_request_that_hangs_holds_up_nothing() -> None:
    rows = Rows([1, 2, 3], pause=0.01, opens_at=3)
    rows.slide()
    assert rows.begun == [1, 2, 3]


def test_the_bell_brings_what_was_queued_while_a_window_waits_for_its_turn() -> None:
    rows = Rows([1, 2], pause=60.0, opens_at=1)

    async def scenario() -> None:
        bell, loop = asyncio.Event(), asyncio.get_running_loop()

        def record(outcomes: Sequence[tuple[Row, HandOver]]) -> None:
            rows.record(outcomes)
            loop.call_soon_threadsafe(bell.set)

        await Window(rows.claim, rows.send, record, rows.turn, bell=bell).slide()

    began = time.monotonic()
    asyncio.run(asyncio.wait_for(scenario(), 20))
    assert rows.begun == [1, 2]
    assert time.monotonic() - began < LONGEST_LOOK, "it looked by itself"


def test_each_refusal_for_being_too_many_takes_a_line_away() -> None:
    rows = Rows(list(range(2000)), carrier_limit=40)
    rows.slide()
    refused = sum(isinstance(told, Refused) for _one, told in rows.recorded)
    assert sorted(one for one, told in rows.recorded if isinstance(told, Accepted)) == list(range(2000))
    assert rows.lines.limit <= 42
    assert refused <= IN_FLIGHT - 40 + 2000 // GIVEN_BACK_AFTER


def test_lines_come_back_when_the_carrier_takes_more() -> None:
    lines = Lines(10)

    async def scenario() -> int:
        for _ in range(4):
            await lines.take()
            lines.give_back(Refused(Verdict.THROTTLED, 20429, 10))
        fewest = lines.limit
        for _ in range(3 * GIVEN_BACK_AFTER):
            await lines.take()
            lines.give_back(Accepted("SM1", lines.limit))
        return fewest

    assert asyncio.run(scenario()) == 6
    assert lines.limit == 9


def test_lines_do_not_come_back_while_the_carrier_counts_as_many_of_other_workers() -> None:
    lines = Lines(10)

    async def scenario() -> None:
        await lines.take()
        lines.give_back(Refused(Verdict.THROTTLED, 20429, 50))
        for _ in range(5 * GIVEN_BACK_AFTER):
            await lines.take()
            lines.give_back(Accepted("SM1", 80))

    asyncio.run(scenario())
    assert lines.limit == 9


def test_a_carrier_that_cannot_be_reached_takes_no_line_away() -> None:
    lines = Lines(10)

    async def scenario() -> None:
        for _ in range(20):
            await lines.take()
            lines.give_back(Refused(Verdict.BUSY))

    asyncio.run(asyncio.wait_for(scenario(), 20))
    assert lines.limit == 10


def test_what_waited_too_long_for_its_turn_goes_back() -> None:
    rows = Rows([])
    old = Row(1, time.monotonic() - 0.6)
    window = Window(rows.claim, rows.send, rows.record, rows.turn)
    assert asyncio.run(window._ask(old)) == (old, Refused(Verdict.LATE))  # noqa: SLF001 - what it does with time
    assert rows.begun == []


LATE: HandOver = Refused(Verdict.LATE)
TAKEN: HandOver = Accepted("SM1")


def test_less_is_claimed_ahead_where_it_became_too_late_and_by_and_by_more_again() -> None:
    lines = Lines()
    seen = [lines.room]
    for told in ([TAKEN, LATE], [LATE], [LATE], [LATE], [TAKEN]):
        lines.keep_up(told)
        seen.append(lines.room - IN_FLIGHT)
    assert seen == [IN_FLIGHT + AHEAD, AHEAD // 2, AHEAD // 4, LEAST_AHEAD, LEAST_AHEAD, LEAST_AHEAD + 1]
    for _record in range(AHEAD):
        lines.keep_up([TAKEN])
    assert lines.room == IN_FLIGHT + AHEAD


def test_little_is_claimed_in_vain_where_only_a_few_can_be_asked_in_time() -> None:
    rows, in_time = Rows(list(range(200)), opens_at=1), 20

    def claim(most: int) -> Sequence[Row]:
        return [Row(one.number, inf if place < in_time else 0.0) for place, one in enumerate(rows.claim(most))]

    asyncio.run(Window(claim, rows.send, rows.record, rows.turn, Lines(most=10)).slide())
    late = [told for _one, told in rows.recorded if told == LATE]
    taken = [number for number, told in rows.recorded if isinstance(told, Accepted)]
    assert sorted(taken) == list(range(200))
    assert len(late) < len(taken)
