"""One measured figure, its floor and its goal, and how the bench shows them: for every part of the bench."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import linear_regression, median

from rich.table import Table

EDGE = 2.0
"""Seconds at both ends of a run that are not its speed: lines open there, and the last ones end alone."""


TICK = 0.001
"""Seconds: what times are told in. All that happened within one is a small run's, whose figures say nothing."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured. A small run proves that the bench works; its figures say nothing."""

    recipients: int = 20_000
    queue_rounds: int = 5
    turns: int = 300
    turn_rounds: int = 5
    connections: int = 24
    messages: int = 10_000
    message_rounds: int = 2
    looped: int = 100
    latency: float = 0.12
    in_flight: int = 100
    calls: int = 101
    limit: int = 50
    limited: int = 5_000
    """Texts to a carrier that takes *limit* requests at a time."""
    paced_seconds: float = 30.0
    shared_seconds: float = 12.0
    paced_together: int = 10
    growth: tuple[int, ...] = (10_000, 100_000)
    storm: int = 2_000
    receipted: int = 10_000
    """Texts; three receipts come for each, and a few of those twice."""
    receipt_rounds: int = 5
    singly: int = 600
    """Receipts that are committed one by one."""
    mixed: int = 10_000
    idle_seconds: float = 8.0
    inbound_per_second: float = 200.0
    receipts_per_second: float = 225.0
    junk: int = 1_000
    """Texts of an alert that goes out while others text nonsense."""
    junk_rounds: int = 5
    junk_per_second: float = 50.0
    junk_segments_per_second: float = 100.0
    """What the number may send meanwhile."""


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
    limit=5,
    limited=60,
    paced_seconds=2.0,
    shared_seconds=2.0,
    paced_together=2,
    growth=(100, 400),
    storm=60,
    receipted=60,
    receipt_rounds=2,
    singly=20,
    mixed=200,
    idle_seconds=0.5,
    junk=60,
    junk_rounds=1,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """Ours and a baseline, as rates or times. *floor* and *goal* bound the ratio below; with ``at_most`` above."""

    what: str
    """Its mark in the goals, what is measured, and after the last comma where: "F1 fan-out, SQLite"."""
    unit: str
    ours: float
    baseline: float
    against: str
    floor: float | None = None
    goal: float | None = None
    at_most: bool = False
    note: str = ""
    grown: tuple[int, int] | None = None
    """Where growth is measured: the baseline's size and ours."""

    @property
    def mark(self) -> str:
        return self.what.split()[0]

    @property
    def where(self) -> str:
        return self.what.rpartition(", ")[2]

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

    @property
    def bounds(self) -> str:
        sign = "≤" if self.at_most else "≥"
        return " / ".join("-" if bound is None else f"{sign} {bound:g}" for bound in (self.floor, self.goal))

    def _keeps(self, bound: float | None) -> bool | None:
        if bound is None:
            return None
        return self.ratio <= bound if self.at_most else self.ratio >= bound


def interleaved(rounds: int, *measures: Callable[[], float]) -> list[float]:
    """The median of each measure; they take turns, so that a noisy minute touches all of them."""
    taken = [[measure() for measure in measures] for _ in range(rounds)]
    return [median(column) for column in zip(*taken, strict=True)]


def steady(times: Sequence[float]) -> float:
    """How many happen in a second, in the middle of a run: the slope, for they come in bursts."""
    times = sorted(times)
    begins, ends = times[0] + EDGE, times[-1] - EDGE
    middle = [at for at in times if begins <= at <= ends] if ends - begins > EDGE else times
    if middle[0] == middle[-1]:
        return len(middle) / TICK
    return linear_regression(middle, range(len(middle))).slope


def cells(one: Figure) -> list[str]:
    """A figure as the tables show it, in the order of ``COLUMNS``."""
    return [
        f"{one.what} [{one.unit}]",
        f"{one.ours:,.4g}",
        f"{one.baseline:,.4g} {one.against}",
        f"{one.ratio:.2f}",
        one.bounds,
        one.verdict,
        one.note,
    ]


COLUMNS = ("what", "ours", "baseline", "ratio", "floor / goal", "held?", "note")


def table_of(figures: Sequence[Figure]) -> Table:
    table = Table(title="ours beside a baseline of the same run", title_justify="left")
    for name in COLUMNS:
        table.add_column(name, overflow="fold")
    for one in figures:
        table.add_row(*(cell.replace("[", r"\[") for cell in cells(one)))
    return table
