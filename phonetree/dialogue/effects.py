"""What a flow asks the rest of the application to do, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from phonetree.dialogue.aid_effects import AidEffect
from phonetree.dialogue.erasing import EraseEffect
from phonetree.dialogue.guards import GuardEffect
from phonetree.dialogue.join_effects import JoinEffect
from phonetree.dialogue.letters import LetterEffect
from phonetree.dialogue.masked import MaskedEffect
from phonetree.dialogue.moving import MoveEffect
from phonetree.dialogue.network import NetworkEffect
from phonetree.dialogue.prompt_effects import PromptEffect
from phonetree.dialogue.report_effects import ReportEffect
from phonetree.dialogue.yearly import Stay


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
    """Join this school's tree as a parent. *word*: with which word somebody asked to."""

    word: str = ""


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

    topic: Literal["message", "safe"]
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
    """Make a preview with a one-time code. ``alert``: the number of what it follows, ``report``: of what it tells."""

    action: Action
    kind: Kind | None = None
    place: str = ""
    level: Level | None = None
    alert: int | None = None
    report: int | None = None


@dataclass(frozen=True, slots=True)
class ShareProposal:
    """Give another lead the same open preview with a code of their own."""


@dataclass(frozen=True, slots=True)
class Approve:
    """Weigh a code and a PIN. The words themselves never enter a flow's answers; ``evidence`` is the desk's."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Hold what has not gone of the alerts being sent."""


# --- of calls ---------------------------------------------------------------------------------------------------------

About = Literal[
    "join", "leave", "erase", "language", "less", "lead", "confirm", "code", "request", "hotline", "carrier", "talk"
]
"""What a call-back is for; ``flows.call_backs`` says which step it begins with."""


@dataclass(frozen=True, slots=True)
class CallBack:
    """Hang up and call this phone at once, to go on with *about*: caller ID can be forged. *answers* go along."""

    about: About
    answers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class LeaveRecording:
    """Keep what was said after the tone for the leads or for the shift, with a number and no name."""

    topic: Literal["message", "voicemail"]
    recording: str


@dataclass(frozen=True, slots=True)
class CheckPin:
    """Weigh a PIN that was keyed into a call of ours. The digits never enter a flow's answers."""


@dataclass(frozen=True, slots=True)
class Release:
    """Send what this lead's right PIN stands for."""


@dataclass(frozen=True, slots=True)
class NoteHeard:
    """A key was pressed: this alert call was heard."""


@dataclass(frozen=True, slots=True)
class TakeCall:
    """This operator pressed 1: the first who does gets the caller. *passes_on*: to the interpreter line instead."""

    passes_on: bool = False


@dataclass(frozen=True, slots=True)
class GoOnDuty:
    """Ring this operator from now on; it ends by itself."""


@dataclass(frozen=True, slots=True)
class GoOffDuty:
    """Ring this operator no more."""


@dataclass(frozen=True, slots=True)
class MuteCaller:
    """Bar the last caller of this operator for a day, number unseen."""


@dataclass(frozen=True, slots=True)
class TakeRequest:
    """Take the call-back request with this public number; the first who does has it."""

    number: str


@dataclass(frozen=True, slots=True)
class CloseRequest:
    """The request at hand is done, or is left for somebody to take again."""

    is_done: bool = True


@dataclass(frozen=True, slots=True)
class NextFamily:
    """Bring up the next family that nobody reached, for this staff member."""


@dataclass(frozen=True, slots=True)
class NoteFamily:
    """How the call to the family at hand went."""

    outcome: Literal["reached", "voicemail", "nobody"]


CallEffect = (
    CallBack
    | LeaveRecording
    | CheckPin
    | Release
    | NoteHeard
    | TakeCall
    | GoOnDuty
    | GoOffDuty
    | MuteCaller
    | TakeRequest
    | CloseRequest
    | NextFamily
    | NoteFamily
    | PromptEffect
)
OwnEffect = (
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
    | Stay
)
Effect = (
    OwnEffect
    | CallEffect
    | AidEffect
    | ReportEffect
    | MaskedEffect
    | NetworkEffect
    | JoinEffect
    | GuardEffect
    | EraseEffect
    | MoveEffect
    | LetterEffect
)
