"""A phone that is replaced by another: what is asked about it, and what came of it, as values."""

from __future__ import annotations

from dataclasses import dataclass

from phonetree.words.i18n import Moment


@dataclass(frozen=True, slots=True)
class MovingLead:
    """Another lead's move, as this one may know it. *lead*: under which digit REMOVE names them."""

    lead: str
    ending: str
    """The last two digits of the phone that they have."""
    to_ending: str
    """Of the phone that they would have."""
    due: Moment | None = None
    """When it is done; none before another lead has agreed."""


@dataclass(frozen=True, slots=True)
class AskToMove:
    """From the old phone: a code for the new one."""


@dataclass(frozen=True, slots=True)
class TakeMove:
    """From the new phone: the code of the old one."""

    code: str


@dataclass(frozen=True, slots=True)
class StopMove:
    """A lead stops another lead's move."""


MoveEffect = AskToMove | TakeMove | StopMove


@dataclass(frozen=True, slots=True)
class MoveCode:
    """What the new phone has to send."""

    code: str = ""


@dataclass(frozen=True, slots=True)
class NothingToMove:
    """This phone is on no list, or belongs to the network and is changed by the roster alone."""

    is_of_network: bool = False


@dataclass(frozen=True, slots=True)
class NoSuchMove:
    """No phone has asked for this code within the hour."""


@dataclass(frozen=True, slots=True)
class IsOnListItself:
    """The new phone has a place of its own, which is not overwritten."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The new phone is in the old one's place."""


@dataclass(frozen=True, slots=True)
class MoveWaits:
    """A lead's phone: another lead has to agree, and a day to pass."""


@dataclass(frozen=True, slots=True)
class MoveStopped:
    """Nothing moves."""


MoveOutcome = MoveCode | NothingToMove | NoSuchMove | IsOnListItself | Moved | MoveWaits | MoveStopped
