"""What a flow asks the rest of the application to do, and what came of it, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Kind(StrEnum):
    """What an alert is about; the value is the lead's digit (contract: starting an alert by text)."""

    NEAR = "1"
    AT = "2"
    ROUTE = "3"
    SECURED = "4"
    PICKUP = "5"
    SUPPORT = "6"


class Level(StrEnum):
    """How sure we are; the value is the lead's digit. ``CLEAR`` and ``WRONG`` end an alert."""

    UNCONFIRMED = "1"
    CONFIRMED = "2"
    CLEAR = "clear"
    WRONG = "wrong"


class Action(StrEnum):
    """What a lead proposes to send, or to go on sending."""

    ALERT = "alert"
    UPDATE = "update"
    CLEAR = "clear"
    CORRECT = "correct"
    DRILL = "drill"
    RESUME = "resume"
    ABORT = "abort"


# --- effects: imperative, performed inside the webhook's transaction -------------------------------------------------


@dataclass(frozen=True, slots=True)
class SetLanguage:
    language: str


@dataclass(frozen=True, slots=True)
class OptIn:
    """Join this school's tree as a parent."""


@dataclass(frozen=True, slots=True)
class OptOut:
    """Stop everything, at once, for every school on this number."""


@dataclass(frozen=True, slots=True)
class ComeBack:
    """Undo a stop: language, choices and consent as they were."""


@dataclass(frozen=True, slots=True)
class TakeLess:
    """Stop a part: no calls at all, or calls for danger only."""

    calls: Literal["none", "danger"]


@dataclass(frozen=True, slots=True)
class Erase:
    """Forget this person; only a keyed hash stays, which refuses a re-import."""


@dataclass(frozen=True, slots=True)
class LeaveMessage:
    """Keep *words* for the main contact, with a number and no name."""

    topic: Literal["message", "report", "safe"]
    words: str


@dataclass(frozen=True, slots=True)
class ChooseSchool:
    """On a shared number: the school that this conversation is about."""

    code: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Let go of the preview that waits for this lead's answer."""


# --- effects with an outcome, for Perform ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Propose:
    """Make a preview with a one-time code. ``alert`` is the public number of the alert that this follows."""

    action: Action
    kind: Kind | None = None
    place: str = ""
    level: Level | None = None
    alert: int | None = None


@dataclass(frozen=True, slots=True)
class ShareProposal:
    """Give another lead the same open preview with a code of their own."""


@dataclass(frozen=True, slots=True)
class Approve:
    """Weigh a code and a PIN. The words themselves never enter a flow's answers; ``evidence`` is the desk's."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Hold what has not gone of the alerts being sent."""


Effect = (
    SetLanguage
    | OptIn
    | OptOut
    | ComeBack
    | TakeLess
    | Erase
    | LeaveMessage
    | ChooseSchool
    | Withdraw
    | Propose
    | ShareProposal
    | Approve
    | Pause
)


# --- outcomes: facts, past tense -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Proposed:
    """A preview is open; the context now holds it."""


@dataclass(frozen=True, slots=True)
class NothingToPropose:
    """There is nobody to send it to, or nothing open to follow."""


@dataclass(frozen=True, slots=True)
class Released:
    """The right code and PIN: what was proposed is on its way to *phones* phones."""

    action: Action
    phones: int


@dataclass(frozen=True, slots=True)
class NeedsAnother:
    """Right, and one more lead has to say the same."""

    approvals_left: int


@dataclass(frozen=True, slots=True)
class WrongAnswer:
    """The code or the PIN was wrong. Nothing was sent. *tries_left* on the same code."""

    tries_left: int


@dataclass(frozen=True, slots=True)
class Locked:
    """Five wrong answers in an hour: this lead's text path is closed for a while."""


@dataclass(frozen=True, slots=True)
class Lapsed:
    """The code was too old, already used, or another lead was first."""


@dataclass(frozen=True, slots=True)
class NoPin:
    """This lead has no PIN yet and cannot send."""


@dataclass(frozen=True, slots=True)
class NotAnAnswer:
    """The words were no code and PIN; nothing was counted."""


@dataclass(frozen=True, slots=True)
class Paused:
    """*held* texts have not gone and wait."""

    held: int


@dataclass(frozen=True, slots=True)
class PinNeeded:
    """A second pause of the same alert needs code and PIN."""


Outcome = (
    Proposed
    | NothingToPropose
    | Released
    | NeedsAnother
    | WrongAnswer
    | Locked
    | Lapsed
    | NoPin
    | NotAnAnswer
    | Paused
    | PinNeeded
)
