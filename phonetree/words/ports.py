"""What the desk needs from the world outside: a clock, a carrier, a doorbell. Implemented on the floors above."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from math import inf
from typing import Protocol

from phonetree.words.numbers import PhoneNumber

Clock = Callable[[], datetime]
"""Now, as an aware datetime in UTC."""


def system_clock() -> datetime:
    return datetime.now(UTC)


MOST_SOUND = 8_000_000
"""Bytes of one recording that are fetched: eight minutes of what a telephone carries."""


class Verdict(StrEnum):
    """What a carrier's refusal means for the ledger, whatever the carrier called it (decisions 10)."""

    PERMANENT = "permanent"
    """About the recipient: this phone cannot get this text, do not try again."""
    OPTED_OUT = "opted_out"
    """The recipient told the carrier to stop: a consent event."""
    LANDLINE = "landline"
    """The phone does not take texts; a call may reach it."""
    UNREACHABLE = "unreachable"
    """The handset could not be reached: one new attempt, then voice."""
    BUSY = "busy"
    """Not processed, too much at once: safe to send again after a while."""
    LATE = "late"
    """Not asked: it had waited too long for its turn with us. Safe to send again at once, if it still holds."""
    THROTTLED = "throttled"
    """Not processed, for too many were asked at once: safe to send again, with fewer at a time."""
    FILTERED = "filtered"
    """A carrier took the text for spam: pause, the lead is told."""
    MISCONFIGURED = "misconfigured"
    """About our account or sender: the broadcast pauses, leads and operator are told."""
    EXPIRED = "expired"
    """Its validity period ran out before it was delivered."""
    UNKNOWN = "unknown"
    """The carrier does not say why."""


@dataclass(frozen=True, slots=True)
class OutgoingText:
    """One text to hand over. ``attempt`` travels in the URL of the status callback."""

    attempt: str
    recipient: PhoneNumber
    sender: PhoneNumber
    body: str = field(repr=False)
    validity: timedelta
    ask_by: float = field(default=inf, compare=False)
    """A monotonic time: after it the text is not asked for any more, for it may have been called off meanwhile."""


class Answering(StrEnum):
    """Where an outgoing call goes on once somebody, or something, picks up."""

    PERSON = "person"
    """At once; whatever answers has to press a key before anything is told."""
    MACHINE_TOO = "machine_too"
    """After the carrier knows whether a person or a machine answered; for a machine, after its beep."""


@dataclass(frozen=True, slots=True)
class OutgoingCall:
    """One call to place. ``attempt`` travels in the URL of the answer and of the call's progress."""

    attempt: str
    recipient: PhoneNumber
    sender: PhoneNumber
    rings: timedelta
    answering: Answering = Answering.PERSON
    ask_by: float = field(default=inf, compare=False)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The carrier took it and named it. ``load``: how many requests of ours it counted at that moment."""

    sid: str
    load: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """The carrier definitely did not take it. ``code`` is its own error code, for the runbook only."""

    verdict: Verdict
    code: int | None = None
    load: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class InDoubt:
    """Nobody knows whether it was taken: timeout, reset, 5xx, a truncated answer. Never send again blindly."""

    reason: str


HandOver = Accepted | Refused | InDoubt


@dataclass(frozen=True, slots=True)
class FoundText:
    """A text the carrier knows of. ``status`` is the carrier's word; it is redacted where there is no body."""

    sid: str
    status: str
    body: str = field(repr=False)
    made_at: datetime | None
    """None when the carrier does not say."""


@dataclass(frozen=True, slots=True)
class SentText:
    """A text that somebody had the carrier send from a number of ours, as its own list shows it."""

    sid: str
    recipient: PhoneNumber
    body: str = field(repr=False)
    made_at: datetime


@dataclass(frozen=True, slots=True)
class FoundCall:
    """A call of ours that the carrier knows of. It has no words by which to tell it from another to the same phone."""

    sid: str
    made_at: datetime | None
    """None when the carrier does not say."""


class Carrier(Protocol):
    """Whoever carries texts and calls. No method raises for what a network or a carrier does."""

    async def send(self, text: OutgoingText) -> HandOver:
        """Hand one text over."""

    async def call(self, call: OutgoingCall) -> HandOver:
        """Place one call."""

    async def find(self, recipient: PhoneNumber, since: datetime) -> Sequence[FoundText] | None:
        """The latest texts to a phone, to settle what is in doubt; None: no answer, ask again later.

        The carrier's dates are whole seconds by its own clock, so ask from a little earlier; a text without a date is
        kept, for it may be the one that is looked for.
        """

    async def find_sent(self, sender: PhoneNumber, since: datetime) -> Sequence[SentText] | None:
        """What was asked to be sent from this number since then, whoever asked; answers in a webhook are none of it.

        None: no answer, ask again later.
        """

    async def find_calls(
        self, recipient: PhoneNumber, sender: PhoneNumber, since: datetime
    ) -> Sequence[FoundCall] | None:
        """The same of the latest calls that we placed to a phone from this number of ours."""

    async def hang_up(self, sid: str) -> bool:
        """End a call that rings or is under way; true when it is over, also when it was before. False: ask again."""

    async def fetch_recording(self, sid: str) -> bytes | None:
        """The sound of a recording as a WAV file; None means not yet, or not now. Never more than ``MOST_SOUND``."""

    async def deactivated(self, day: date) -> frozenset[str] | None:
        """The numbers, as E.164, that the carriers say were given up or moved on a day; None: no list now."""

    async def delete(self, sid: str) -> bool:
        """Delete the carrier's copy of a text, a call or a recording, told apart by its sid; false means not yet."""


class Doorbell(Protocol):
    """Wakes a worker. It may be lost: the ledger is the truth and a sweep finds what it missed."""

    def ring(self) -> None: ...
