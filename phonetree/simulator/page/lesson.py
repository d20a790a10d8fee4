"""A training at the telephones: steps that tick themselves off, each when what it asks for is seen to happen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from phonetree.simulator.page.book import Line, LineKind


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. It is done when a text that holds *pattern* arrives on the telephone with this *number*."""

    words: str
    number: str
    pattern: re.Pattern[str]


@dataclass(slots=True)
class Lesson:
    """Where somebody is in the training; without steps there is none."""

    steps: Sequence[Step] = ()
    done: int = field(default=0, init=False)

    @property
    def now(self) -> Step | None:
        return self.steps[self.done] if self.done < len(self.steps) else None

    def begin(self) -> None:
        self.done = 0

    def see(self, number: str, line: Line) -> None:
        """A line came on the telephone with this number."""
        step = self.now
        if (
            step is not None
            and line.kind is LineKind.ARRIVED
            and number == step.number
            and step.pattern.search(line.words)
        ):
            self.done += 1
