"""What the desk hears from a call and what it answers, as values: the provider's words for them are a floor above."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from phonetree.words.numbers import PhoneNumber
from phonetree.words.speech import Utterance

# --- what a call reports ---------------------------------------------------------------------------------------------


class DialResult(StrEnum):
    """What became of a call to somebody else that this call was to be joined to."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"


class QueueResult(StrEnum):
    """How a caller left the queue."""

    BRIDGED = "bridged"
    LEFT = "left"
    HUNG_UP = "hung_up"
    FAILED = "failed"


class AnsweredBy(StrEnum):
    PERSON = "person"
    """Also where the carrier was not asked to find out, or could not."""
    MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class CallBegan:
    """Somebody calls one of our numbers. No *sender*: the number is withheld, or is none we may call."""

    sender: PhoneNumber | None = field(repr=False)
    recipient: PhoneNumber = field(repr=False)


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """A call that we placed was picked up."""

    attempt: str
    by: AnsweredBy


@dataclass(frozen=True, slots=True)
class KeysPressed:
    """The keys since the last answer, ``*`` and ``#`` among them; none when the line stayed silent."""

    keys: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SoundRecorded:
    """Somebody spoke after the tone. Without a *sid* nothing was recorded. *hung_up*: and then hung up."""

    sid: str | None
    seconds: int
    hung_up: bool = False


@dataclass(frozen=True, slots=True)
class DialEnded:
    """*leg*: the provider's name of the call that was to be joined."""

    result: DialResult
    leg: str = ""


@dataclass(frozen=True, slots=True)
class QueueLeft:
    result: QueueResult


@dataclass(frozen=True, slots=True)
class HeldOn:
    """A pause is over."""


CallEvent = CallBegan | CallAnswered | KeysPressed | SoundRecorded | DialEnded | QueueLeft | HeldOn


@dataclass(frozen=True, slots=True)
class HeardCall:
    """One webhook of a call: which call, which of its turns, and what happened. Turn 0 is its first."""

    sid: str
    turn: int
    event: CallEvent

    @property
    def name(self) -> str:
        """The identity by which a repeat of this webhook is known."""
        return f"{self.sid}-{self.turn}"


class CallOutcome(StrEnum):
    """How a leg that we placed went, in our words."""

    RINGING = "ringing"
    ANSWERED = "answered"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class CallReceipt:
    """The carrier's report on a call that we placed. ``rank`` orders its reports; only a higher one counts."""

    attempt: str
    sid: str
    rank: int
    outcome: CallOutcome
    code: int | None = None


# --- what the desk answers -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gather:
    """Say it, and wait for keys; speaking stops at the first key. *keys*: how many; 0: any number until ``#``."""

    said: tuple[Utterance, ...]
    turn: int
    keys: int = 1
    patience: timedelta = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class TakeRecording:
    """Say it, then a tone, then record until silence, a key, or *longest*."""

    said: tuple[Utterance, ...]
    turn: int
    longest: timedelta


@dataclass(frozen=True, slots=True)
class Queue:
    """Say it, then let the caller wait in the queue of this *hunt*; ``QueueLeft`` follows as *turn*."""

    said: tuple[Utterance, ...]
    turn: int
    hunt: str


@dataclass(frozen=True, slots=True)
class DialOut:
    """Say it, and ring *number*, which sees *sender*; ``DialEnded`` follows as *turn*.

    *whisper*: an attempt whose own answer (``CallAnswered`` by that attempt) is said to whoever picks up, before they
    are joined.
    """

    said: tuple[Utterance, ...]
    turn: int
    number: PhoneNumber = field(repr=False)
    sender: PhoneNumber = field(repr=False)
    rings: timedelta = timedelta(seconds=20)
    whisper: str | None = None


@dataclass(frozen=True, slots=True)
class JoinQueue:
    """Say it, then join whoever waits in the queue of this *hunt*; ``DialEnded`` follows as *turn*."""

    said: tuple[Utterance, ...]
    turn: int
    hunt: str


@dataclass(frozen=True, slots=True)
class HoldOn:
    """Say it, pause, and ask again as *turn*."""

    said: tuple[Utterance, ...]
    turn: int
    seconds: int = 2


@dataclass(frozen=True, slots=True)
class WaitOn:
    """To a caller in a queue: say it and pause; asked again until ``LeaveQueue``."""

    said: tuple[Utterance, ...]
    seconds: int


@dataclass(frozen=True, slots=True)
class LeaveQueue:
    """To a caller in a queue: the wait is over; ``QueueLeft(LEFT)`` follows."""


@dataclass(frozen=True, slots=True)
class JoinNow:
    """To somebody who picked up a ``DialOut`` with a whisper: say it, and join the two."""

    said: tuple[Utterance, ...]


@dataclass(frozen=True, slots=True)
class HangUp:
    """Say it and hang up."""

    said: tuple[Utterance, ...] = ()


CallAnswer = Gather | TakeRecording | Queue | DialOut | JoinQueue | HoldOn | WaitOn | LeaveQueue | JoinNow | HangUp


class UnknownCall(Exception):
    """Nobody here knows of this call, or it is over: whoever is still on the line is told to call again."""
