"""What leads do about the voice itself: freeze it, thaw it, remove a lead, let one move. It sends nothing by itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from phonetree.dialogue.duress import DuressEffect
from phonetree.words.i18n import Moment


class Guard(StrEnum):
    """The value is the action of the proposal that waits for the PIN."""

    FREEZE = "freeze"
    THAW = "thaw"
    REMOVE = "remove"
    MOVE = "move"


@dataclass(frozen=True, slots=True)
class GuardAtHand:
    """What waits for this lead's PIN. *code*: empty where the PIN alone is asked, or is taken by call only."""

    what: Guard
    code: str = ""
    ending: str = ""
    """The last two digits of the phone that would be removed, or moved from."""
    is_by_call: bool = False
    """No PIN is taken by text now."""


@dataclass(frozen=True, slots=True)
class FrozenNow:
    """Nothing of an alert is sent before *until*. *is_by_lead*: else the tree froze by itself."""

    until: Moment
    is_by_lead: bool = True


@dataclass(frozen=True, slots=True)
class OtherLead:
    """A lead of the school as another may know them: the end of the number, and since when the phone is known."""

    digit: str
    ending: str
    since: str


# --- the effect, and its outcomes -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AskToGuard:
    """Let this lead's PIN be asked for it. *lead*: the digit of the lead who would be removed."""

    what: Guard
    lead: str = ""


GuardEffect = AskToGuard | DuressEffect


@dataclass(frozen=True, slots=True)
class GuardAsked:
    """The PIN is asked; the context now holds what for."""


@dataclass(frozen=True, slots=True)
class IsFrozen:
    """The school's voice is frozen: nothing is proposed and nothing goes out."""


@dataclass(frozen=True, slots=True)
class NotFrozen:
    """There is nothing to thaw."""


@dataclass(frozen=True, slots=True)
class FrozenByYou:
    """Two *other* leads thaw it."""


@dataclass(frozen=True, slots=True)
class NoSuchLead:
    """No other lead stands under this digit, or is one any more."""


@dataclass(frozen=True, slots=True)
class RemovedOneToday:
    """A lead removes one other a day."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """From now on nothing of an alert is sent."""


@dataclass(frozen=True, slots=True)
class ThawWanted:
    """One lead said so; one more has to."""


@dataclass(frozen=True, slots=True)
class Thawed:
    """Two leads said so. *held* phones wait for a lead's SEND."""

    held: int = 0


@dataclass(frozen=True, slots=True)
class LeadRemoved:
    """That phone leads no more."""


@dataclass(frozen=True, slots=True)
class MoveAgreed:
    """That lead moves to a new phone once the day is over."""


GuardOutcome = (
    GuardAsked
    | IsFrozen
    | NotFrozen
    | FrozenByYou
    | NoSuchLead
    | RemovedOneToday
    | Frozen
    | ThawWanted
    | Thawed
    | LeadRemoved
    | MoveAgreed
)
