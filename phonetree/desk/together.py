"""Threads of one process: what waits for the disk waits together, what computes goes one at a time (ADR 0011)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")


@dataclass(slots=True)
class _Waiting(Generic[T]):
    """One that waits, and how it ended."""

    one: T
    is_over: bool = False
    error: BaseException | None = None


def one_at_a_time(work: Callable[[T], U], turnstile: threading.Lock) -> Callable[[T], U]:
    """*work*, and nothing else of what goes through the same *turnstile* meanwhile."""

    def alone(one: T) -> U:
        with turnstile:
            return work(one)

    return alone


class Together(Generic[T]):
    """Group commit: *write* is called with everything that waits, by one thread at a time.

    A call returns once its own is written; whoever comes first writes for all. It raises what *write* raised for its
    batch: nothing of that was kept.
    """

    def __init__(self, write: Callable[[Sequence[T]], None]) -> None:
        self._write = write
        self._queue: list[_Waiting[T]] = []
        self._queueing, self._writing = threading.Lock(), threading.Lock()

    def __call__(self, one: T) -> None:
        waiting = _Waiting(one)
        with self._queueing:
            self._queue.append(waiting)
        with self._writing:
            if not waiting.is_over:
                self._write_all()
        if waiting.error is not None:
            raise waiting.error

    def _write_all(self) -> None:
        with self._queueing:
            batch, self._queue = self._queue, []
        error: BaseException | None = None
        try:
            self._write([each.one for each in batch])
        except BaseException as raised:  # noqa: BLE001 - told to everybody whose it is
            error = raised
        for each in batch:
            each.is_over, each.error = True, error
