"""What is wrong with a file, where, and in words for the volunteer who wrote it; never a phone number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong. ``path`` is a dotted path or a column, and may be empty; ``reason`` continues it."""

    line: int | None
    path: str
    reason: str

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.path} {self.reason}" if self.path else f"{where}{self.reason}"


class SchoolRefused(ValueError):
    """The school file is wrong; every problem at once, by line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = in_order(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class RosterRefused(ValueError):
    """The roster is wrong and none of it was taken; every problem at once, by line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = in_order(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """By line, what has none first, each once."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: problem.line or 0))
