"""What came of requests of aid, as facts for the steps that wait for them: numbers and items, never a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from phonetree.words.i18n import Moment, Word

Readers = Literal["counselor", "volunteer", "lead"]
"""Who is told of a request first."""


@dataclass(frozen=True, slots=True)
class RequestOpened:
    """A request is open. *told*: when those who may take it hear of it; None: now.

    *is_again*: the same was asked before and is open still, so its number stays. *is_taken*: somebody has it.
    """

    number: int
    readers: Readers
    told: Moment | None = None
    needs_yes: bool = False
    is_again: bool = False
    is_taken: bool = False


@dataclass(frozen=True, slots=True)
class RequestRefused:
    """No request was made: too many are open, too many in a day, or this person wants no texts of ours."""

    reason: Literal["open", "day", "stopped"]
    most: int = 0


@dataclass(frozen=True, slots=True)
class AidTaken:
    """This person has the request; *is_again*: had it already. *language*: what the family reads.

    *needs_yes*: a lead has yet to say yes before the two hear of each other.
    """

    number: int
    item: Word
    language: str
    needs_yes: bool = False
    is_again: bool = False


@dataclass(frozen=True, slots=True)
class AidFound:
    """Asked for in a call that came in, which proves nothing: it is open to this person, or theirs already."""

    is_mine: bool = False


@dataclass(frozen=True, slots=True)
class RequestNamed:
    """A request by its number and what it is about; *taker*: who waits for a lead's yes."""

    number: int
    item: Word
    taker: Word = ""


@dataclass(frozen=True, slots=True)
class RequestsFound:
    requests: tuple[RequestNamed, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestFinished:
    number: int


@dataclass(frozen=True, slots=True)
class RequestPassed:
    number: int


@dataclass(frozen=True, slots=True)
class NoSuchRequest:
    """None with this number is open to this person."""


@dataclass(frozen=True, slots=True)
class MatchMade:
    """A lead said yes to this taker: both sides know where they meet."""

    number: int
    taker: Word
    place: Word


AidOutcome = (
    RequestOpened
    | RequestRefused
    | AidTaken
    | AidFound
    | RequestsFound
    | RequestFinished
    | RequestPassed
    | NoSuchRequest
    | MatchMade
)
