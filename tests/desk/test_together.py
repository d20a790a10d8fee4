"""Threads that wait together: what comes during a write goes with the next; what was not kept is not told as kept."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from phonetree.desk.together import Together, one_at_a_time


@dataclass
class SlowWriter:
    """Holds its first write until it is let go."""

    may_go: threading.Event = field(default_factory=threading.Event)
    has_begun: threading.Event = field(default_factory=threading.Event)
    batches: list[list[int]] = field(default_factory=list)
    fails: frozenset[int] = frozenset()

    def write(self, batch: Sequence[int]) -> None:
        self.has_begun.set()
        self.may_go.wait(10)
        self.batches.append(list(batch))
        if self.fails.intersection(batch):
            raise OSError("the disk is full")


def waiting(together: Together[int]) -> int:
    return len(together._queue)  # noqa: SLF001 - what the test waits for


def all_wait(together: Together[int], many: int) -> None:
    for _look in range(10_000):
        if waiting(together) == many:
            return
        threading.Event().wait(0.001)
    raise AssertionError("they did not come")


def test_what_comes_during_a_write_goes_with_the_next() -> None:
    writer = SlowWriter()
    together = Together(writer.write)
    with ThreadPoolExecutor(10) as side:
        first = side.submit(together, 0)
        assert writer.has_begun.wait(10)
        others = [side.submit(together, one) for one in range(1, 10)]
        all_wait(together, 9)
        assert not any(each.done() for each in (first, *others)), "told before it was written"
        writer.may_go.set()
        assert [each.result(10) for each in (first, *others)] == [None] * 10
    assert writer.batches[0] == [0]
    assert [sorted(batch) for batch in writer.batches[1:]] == [list(range(1, 10))]


def test_who_was_not_written_is_told_and_the_next_ones_go_on() -> None:
    writer = SlowWriter(fails=frozenset({3}))
    together = Together(writer.write)
    with ThreadPoolExecutor(5) as side:
        first = side.submit(together, 0)
        assert writer.has_begun.wait(10)
        others = [side.submit(together, one) for one in (1, 2, 3, 4)]
        all_wait(together, 4)
        writer.may_go.set()
        assert first.result(10) is None
        assert all(isinstance(each.exception(10), OSError) for each in others)
    together(5)
    assert writer.batches[-1] == [5]


def test_one_at_a_time_whatever_it_is() -> None:
    turnstile, inside, most = threading.Lock(), [0], [0]

    def work(one: int) -> int:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        threading.Event().wait(0.002)
        inside[0] -= 1
        if one == 2:
            raise ValueError("two")
        return one

    works = [one_at_a_time(work, turnstile), one_at_a_time(work, turnstile)]
    with ThreadPoolExecutor(8) as side:
        done = [side.submit(works[one % 2], one) for one in range(8)]
    assert most == [1]
    assert [each.result() for each in done if each is not done[2]] == [0, 1, 3, 4, 5, 6, 7]
    with pytest.raises(ValueError, match="two"):
        done[2].result()
