"""The carrier in a process of its own: answers after a while, may take only so much at once, and counts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bench.far import Far, answer_questions, far
from bench.figures import EDGE, steady
from bench.ground import ACCOUNT, TOKEN
from phonetree.simulator.carrier import SimulatedCarrier
from phonetree.simulator.faults import Delay
from phonetree.simulator.lines import Behaviour, CallbackPlan, Line
from phonetree.simulator.messages import Message

NUMBER = "+12135550100"
RECEIPTS_EACH = 2
"""sent, and what became of it."""


@dataclass(frozen=True, slots=True)
class Took:
    """What the carrier accepted since it was last asked."""

    texts: int
    phones: int
    per_second: float = 0.0
    """In the middle of that time."""

    def rate(self, seconds: float) -> float:
        """Per second, of a run of so many *seconds*: of all of it, where it is too short to have a middle."""
        return self.per_second if seconds > 3 * EDGE else self.texts / seconds


@dataclass(frozen=True, slots=True)
class Arrival:
    """One text as it came: seconds by the carrier's clock."""

    sender: str
    at: float
    segments: int


@dataclass(frozen=True, slots=True)
class FarCarrier:
    """The carrier as the bench sees it."""

    far: Far

    @property
    def base_url(self) -> str:
        return self.far.base_url

    def behave(self, latency: float = 0.0, *, limit: int | None = None, receipts_per_second: float = 0.0) -> None:
        """Answer after *latency* seconds, with 429 above *limit* requests in flight, and post receipts if any."""
        self.far.ask("behave", latency=latency, limit=limit, receipts_per_second=receipts_per_second)

    def know(self, numbers: list[str]) -> None:
        """More numbers of the account."""
        self.far.ask("know", numbers=numbers)

    def took(self) -> Took:
        return Took(**self.far.ask("took"))

    def arrivals(self) -> list[Arrival]:
        """Each text that it accepted since it was last asked."""
        return [Arrival(*each) for each in self.far.ask("arrivals")]


@contextmanager
def far_carrier(latency: float) -> Iterator[FarCarrier]:
    """A carrier that answers after *latency* seconds and sends no receipts."""
    with far("bench.carrier") as process:
        carrier = FarCarrier(process)
        carrier.behave(latency)
        yield carrier


class _Counting:
    """The near side of the questions, in the carrier's own process."""

    def __init__(self, carrier: SimulatedCarrier) -> None:
        self._carrier = carrier
        self._told = 0

    def behave(self, latency: float, limit: int | None, receipts_per_second: float) -> None:
        rate = receipts_per_second / RECEIPTS_EACH if receipts_per_second else math.inf
        self._carrier.set_line(NUMBER, Line(segments_per_second=rate, queue_limit=math.inf))
        self._carrier.behaviour = Behaviour(
            callbacks=CallbackPlan(drop=0.0 if receipts_per_second else 1.0),
            fault_plan=(lambda _: Delay(latency)) if latency else None,
            concurrency_limit=limit,
        )

    def know(self, numbers: list[str]) -> None:
        for number in numbers:
            self._carrier.set_line(number, Line())

    def took(self) -> dict[str, Any]:
        new = self._new()
        times = [text.accepted_at for text in new]
        rate = steady(times) if len(set(times)) > 1 else 0.0
        return {"texts": len(new), "phones": len({text.recipient for text in new}), "per_second": rate}

    def arrivals(self) -> list[tuple[str, float, int]]:
        return [(text.sender, text.accepted_at, text.segments) for text in self._new()]

    def _new(self) -> list[Message]:
        accepted = self._carrier.accepted
        new = list(accepted[self._told :])
        self._told = len(accepted)
        return new


def _serve() -> None:
    with SimulatedCarrier(ACCOUNT, TOKEN, numbers={NUMBER: Line()}) as carrier:
        mine = _Counting(carrier)
        answers: dict[str, Callable[..., Any]] = {
            "behave": mine.behave,
            "know": mine.know,
            "took": mine.took,
            "arrivals": mine.arrivals,
        }
        answer_questions(carrier.base_url, answers)


if __name__ == "__main__":
    _serve()
