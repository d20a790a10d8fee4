"""One measured figure, its floor and its goal, and how the bench shows them: for every part of the bench."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from rich.table import Table


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured. A small run proves that the bench works; its figures say nothing."""

    recipients: int = 20_000
    queue_rounds: int = 5
    turns: int = 300
    turn_rounds: int = 3
    connections: int = 24
    messages: int = 3_000
    message_rounds: int = 2
    looped: int = 100
    latency: float = 0.12
    in_flight: int = 100
    calls: int = 101


SMALL = Sizes(
    recipients=200,
    queue_rounds=2,
    turns=40,
    turn_rounds=2,
    connections=4,
    messages=60,
    message_rounds=1,
    looped=5,
    calls=11,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """Ours and a baseline, as rates or times. *floor* and *goal* bound the ratio below; with ``at_most`` above."""

    what: str
    unit: str
    ours: float
    baseline: float
    against: str
    floor: float | None = None
    goal: float | None = None
    at_most: bool = False
    note: str = ""

    @property
    def ratio(self) -> float:
        return self.ours / self.baseline if self.baseline else float("inf")

    @property
    def verdict(self) -> str:
        match self._keeps(self.floor), self._keeps(self.goal):
            case None, None:
                return "for information"
            case _, True:
                return "goal held"
            case None, False:
                return "goal MISSED"
            case True, None:
                return "floor held"
            case True, False:
                return "floor held, goal MISSED"
            case _:
                return "floor MISSED"

    def _keeps(self, bound: float | None) -> bool | None:
        if bound is None:
            return None
        return self.ratio <= bound if self.at_most else self.ratio >= bound


def interleaved(rounds: int, *measures: Callable[[], float]) -> list[float]:
    """The median of each measure; they take turns, so that a noisy minute touches all of them."""
    taken = [[measure() for measure in measures] for _ in range(rounds)]
    return [median(column) for column in zip(*taken, strict=True)]


def table_of(figures: Sequence[Figure]) -> Table:
    table = Table(title="ours beside a baseline of the same run", title_justify="left")
    for name in ("what", "ours", "baseline", "ratio", "floor / goal", "held?", "note"):
        table.add_column(name, overflow="fold")
    for one in figures:
        table.add_row(
            f"{one.what} [{one.unit}]".replace("[", r"\["),
            f"{one.ours:,.4g}",
            f"{one.baseline:,.4g} {one.against}",
            f"{one.ratio:.2f}",
            _bounds(one),
            one.verdict,
            one.note,
        )
    return table


def _bounds(one: Figure) -> str:
    sign = "≤" if one.at_most else "≥"
    return " / ".join("-" if bound is None else f"{sign} {bound:g}" for bound in (one.floor, one.goal))
