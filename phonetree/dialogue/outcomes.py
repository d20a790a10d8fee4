"""What came of what a flow asked for, as facts in the past tense; for the steps that wait for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from phonetree.dialogue.aid_outcomes import AidOutcome
from phonetree.dialogue.duress import DuressOutcome
from phonetree.dialogue.effects import Action
from phonetree.dialogue.erasing import EraseOutcome
from phonetree.dialogue.guards import GuardOutcome
from phonetree.dialogue.join_effects import JoinOutcome
from phonetree.dialogue.masked import MaskedOutcome
from phonetree.dialogue.moving import MoveOutcome
from phonetree.dialogue.network import NetworkOutcome
from phonetree.dialogue.report_outcomes import ReportOutcome
from phonetree.words.i18n import Moment


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


@dataclass(frozen=True, slots=True)
class CallComing:
    """The tree calls this phone within a minute."""


@dataclass(frozen=True, slots=True)
class NoCall:
    """This phone is not called: withheld, abroad, or called back too often already."""


@dataclass(frozen=True, slots=True)
class PinRight:
    """The PIN fits; nothing is sent yet."""


@dataclass(frozen=True, slots=True)
class Taken:
    """First: the caller, or the request, is theirs.

    Of a request: the name of the recording that goes with it, and whether there is somebody to call back.
    """

    recording: str = ""
    has_caller: bool = False


@dataclass(frozen=True, slots=True)
class AlreadyTaken:
    """Somebody else was first, or the caller has hung up, or there is none with this number."""


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Rings until *until*; None: this phone is no operator's."""

    until: Moment | None


@dataclass(frozen=True, slots=True)
class Muted:
    """Whether there was a caller to bar."""

    found: bool


@dataclass(frozen=True, slots=True)
class CodeGiven:
    """A code for the interpreter of *language*; without one there is no such interpreter."""

    code: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class CodeUsed:
    """Whether the code was right."""

    is_right: bool


@dataclass(frozen=True, slots=True)
class PromptFound:
    """Whether there is a next prompt; the context now holds it."""

    is_there: bool = False


@dataclass(frozen=True, slots=True)
class SoundChecked:
    """How the recording at hand stands."""

    state: Literal["ready", "coming", "bad"]


@dataclass(frozen=True, slots=True)
class FamilyFound:
    """Whether there is a next family."""

    is_there: bool


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
    | CallComing
    | NoCall
    | PinRight
    | Taken
    | AlreadyTaken
    | OnDuty
    | Muted
    | CodeGiven
    | CodeUsed
    | PromptFound
    | SoundChecked
    | FamilyFound
    | AidOutcome
    | ReportOutcome
    | MaskedOutcome
    | NetworkOutcome
    | JoinOutcome
    | GuardOutcome
    | DuressOutcome
    | EraseOutcome
    | MoveOutcome
)
