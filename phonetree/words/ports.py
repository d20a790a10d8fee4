"""What the desk needs from the world outside: a clock, a carrier, a doorbell. Implemented on the floors above."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from phonetree.words.numbers import PhoneNumber

Clock = Callable[[], datetime]
"""Now, as an aware datetime in UTC."""


def system_clock() -> datetime:
    return datetime.now(UTC)


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


@dataclass(frozen=True, slots=True)
class Accepted:
    """The carrier took it and named it."""

    sid: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The carrier definitely did not take it. ``code`` is its own error code, for the runbook only."""

    verdict: Verdict
    code: int | None = None


@dataclass(frozen=True, slots=True)
class InDoubt:
    """Nobody knows whether it was taken: timeout, reset, 5xx, a truncated answer. Never send again blindly."""

    reason: str


HandOver = Accepted | Refused | InDoubt


class Carrier(Protocol):
    """Whoever carries texts."""

    async def send(self, text: OutgoingText) -> HandOver:
        """Hand one text over; never raises for what a network or a carrier does."""

    async def delete(self, sid: str) -> bool:
        """Delete the carrier's copy of a text; false means not yet. Never raises for what a network does."""


class Doorbell(Protocol):
    """Wakes a worker. It may be lost: the ledger is the truth and a sweep finds what it missed."""

    def ring(self) -> None: ...
