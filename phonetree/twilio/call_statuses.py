"""The provider's words for what becomes of a call, in ours: for the requests of calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from phonetree.desk.call_answers import AnsweredBy, CallOutcome, DialResult, QueueResult

LAST_CALL_RANK = 4


@dataclass(frozen=True, slots=True)
class CallProgress:
    """How far a call has come. Reports arrive late, twice and out of order: only a higher rank may replace a lower."""

    rank: int
    outcome: CallOutcome

    @property
    def is_final(self) -> bool:
        return self.rank == LAST_CALL_RANK


CALL_STATUSES: Mapping[str, CallProgress] = MappingProxyType(
    {
        "ringing": CallProgress(2, CallOutcome.RINGING),
        "in-progress": CallProgress(3, CallOutcome.ANSWERED),
        "completed": CallProgress(LAST_CALL_RANK, CallOutcome.COMPLETED),
        "busy": CallProgress(LAST_CALL_RANK, CallOutcome.BUSY),
        "no-answer": CallProgress(LAST_CALL_RANK, CallOutcome.NO_ANSWER),
        "failed": CallProgress(LAST_CALL_RANK, CallOutcome.FAILED),
        "canceled": CallProgress(LAST_CALL_RANK, CallOutcome.CANCELLED),
    }
)

_DIAL_RESULTS: Mapping[str, DialResult] = MappingProxyType(
    {
        "completed": DialResult.ANSWERED,
        "answered": DialResult.ANSWERED,
        "busy": DialResult.BUSY,
        "no-answer": DialResult.NO_ANSWER,
        "canceled": DialResult.NO_ANSWER,
        "failed": DialResult.FAILED,
    }
)

_QUEUE_RESULTS: Mapping[str, QueueResult] = MappingProxyType(
    {
        "bridged": QueueResult.BRIDGED,
        "redirected-from-bridged": QueueResult.BRIDGED,
        "leave": QueueResult.LEFT,
        "redirected": QueueResult.LEFT,
        "hangup": QueueResult.HUNG_UP,
        "queue-full": QueueResult.FAILED,
        "error": QueueResult.FAILED,
        "system-error": QueueResult.FAILED,
    }
)


def read_call_status(status: str) -> CallProgress | None:
    """Our words for a call's status; ``None`` for one we do not know, or from before it rings: ignore it."""
    return CALL_STATUSES.get(status)


def read_dial_status(status: str, *, was_joined: bool) -> DialResult:
    """What became of a ``<Dial>``: a word we do not know is a failure.

    Who picks up and never gets past the whisper, as a voicemail does, has not answered.
    """
    result = _DIAL_RESULTS.get(status, DialResult.FAILED)
    return DialResult.NO_ANSWER if result is DialResult.ANSWERED and not was_joined else result


def read_queue_result(result: str) -> QueueResult:
    """How a caller left a queue: a word we do not know is a failure."""
    return _QUEUE_RESULTS.get(result, QueueResult.FAILED)


def read_answered_by(answered_by: str) -> AnsweredBy:
    """Who picked up; a fax is a machine, and where the carrier is not sure it is treated as a person."""
    is_machine = answered_by.startswith("machine_") or answered_by == "fax"
    return AnsweredBy.MACHINE if is_machine else AnsweredBy.PERSON
