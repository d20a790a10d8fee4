"""What a step may know of a report: its number and state, never who told it, and its place only for who checks it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from phonetree.words.i18n import Moment, Word


@dataclass(frozen=True, slots=True)
class ReportStanding:
    """One report of the school. A new one is in no family's context."""

    number: int
    state: Literal["new", "checking", "false", "confirmed"]
    made: Moment
    since: Moment
    """When the state was set."""
    is_old: bool = False
    """Nothing was said of it for as long as an alert promises the next text."""
    is_awaited: bool = False
    """This person hears what comes of it."""
    place: str = ""
    """The digit of its place, for leads and the network; empty where that question was skipped."""
    by_network: bool = False
    """The Rapid Response Network confirmed it."""

    @property
    def is_open(self) -> bool:
        return self.state in {"new", "checking"}


@dataclass(frozen=True, slots=True)
class Vouching:
    """A report that the network's phone is about to confirm, and that phone's own code."""

    number: int
    place: Word
    code: str
