"""The provider's message statuses in our words, for receipts and for reconciliation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

State = Literal["submitted", "delivered", "undelivered", "failed"]

LAST_RANK = 4


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a text has come. Receipts arrive late, twice and out of order: only a higher rank may replace a lower."""

    rank: int
    state: State

    @property
    def is_final(self) -> bool:
        return self.rank == LAST_RANK


STATUSES: Mapping[str, Progress] = MappingProxyType(
    {
        "accepted": Progress(0, "submitted"),  # first status with a Messaging Service, before a sender is chosen
        "scheduled": Progress(0, "submitted"),
        "queued": Progress(1, "submitted"),
        "sending": Progress(2, "submitted"),
        "sent": Progress(3, "submitted"),
        "delivered": Progress(LAST_RANK, "delivered"),
        "read": Progress(LAST_RANK, "delivered"),
        # half a text is not an alert: better that the person hears it again
        "partially_delivered": Progress(LAST_RANK, "undelivered"),
        "undelivered": Progress(LAST_RANK, "undelivered"),
        "failed": Progress(LAST_RANK, "failed"),
        "canceled": Progress(LAST_RANK, "failed"),
    }
)


def read_status(status: str) -> Progress | None:
    """Our words for a provider's status; ``None`` for one we do not know, or of an inbound text: ignore it."""
    return STATUSES.get(status)
