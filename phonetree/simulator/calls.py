"""The carrier's record of every call, there and back: what its REST answers show and what tests hold against it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from phonetree.simulator.messages import new_sid

WITHHELD = "+266696687"
"""What carriers put for a number that is not shown: ANONYMOUS on a keypad."""
LONGEST_CALL = 14_400
USUAL_RINGING = 60


class CallStatus(StrEnum):
    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    FAILED = "failed"
    NO_ANSWER = "no-answer"
    CANCELED = "canceled"


class CallDirection(StrEnum):
    INBOUND = "inbound"
    API = "outbound-api"
    DIAL = "outbound-dial"


UNDER_WAY = frozenset({CallStatus.QUEUED, CallStatus.INITIATED, CallStatus.RINGING, CallStatus.IN_PROGRESS})
PROGRESS = {
    CallStatus.INITIATED: "initiated",
    CallStatus.RINGING: "ringing",
    CallStatus.IN_PROGRESS: "answered",
}
"""The events of a call's progress by the status they tell of; every other status is the event ``completed``."""


@dataclass(frozen=True, slots=True, repr=False)
class Ask:
    """A document to play next: asked at ``url`` with these fields, unless it is here already."""

    url: str
    method: str = "POST"
    fields: dict[str, str] = field(default_factory=dict)
    document: bytes | None = None


@dataclass(slots=True, eq=False, repr=False)
class Call:
    """One leg between the carrier and a telephone. ``sender`` is what the telephone shows, or showed us."""

    sender: str
    recipient: str
    direction: CallDirection
    accepted_at: float
    created_at: datetime
    sid: str = field(default_factory=lambda: new_sid("CA"))
    status: CallStatus = CallStatus.QUEUED
    parent: str | None = None
    first: Ask | None = None
    fallback_url: str | None = None
    callback_url: str | None = None
    callback_method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})
    rings: int = USUAL_RINGING
    time_limit: int = LONGEST_CALL
    detection: str | None = None
    answered_by: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    updated_at: datetime | None = None
    duration: int | None = None
    sequence: int = 0

    @property
    def is_final(self) -> bool:
        return self.status not in UNDER_WAY


class CallLedger:
    """All calls in the order they came. Deleting takes one from what REST shows, never from ``accepted``."""

    def __init__(self) -> None:
        self.accepted: list[Call] = []
        self._shown: dict[str, Call] = {}

    def add(self, call: Call) -> None:
        if call.direction is CallDirection.API:
            self.accepted.append(call)
        self._shown[call.sid] = call

    def find(self, sid: str) -> Call | None:
        return self._shown.get(sid)

    def delete(self, call: Call) -> None:
        del self._shown[call.sid]

    def newest_first(self) -> Iterator[Call]:
        return reversed(list(self._shown.values()))
