"""The carrier's record of every text, there and back: what its REST answers show and what tests hold against it."""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

LONGEST_VALIDITY = 36_000.0
LONGEST_BODY = 1600
E164 = re.compile(r"\+[1-9][0-9]{6,14}")


class Status(StrEnum):
    ACCEPTED = "accepted"
    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    RECEIVED = "received"


class Direction(StrEnum):
    API = "outbound-api"
    REPLY = "outbound-reply"
    INBOUND = "inbound"


FINAL = frozenset({Status.DELIVERED, Status.UNDELIVERED, Status.FAILED, Status.RECEIVED})


def new_sid(prefix: str = "SM") -> str:
    return prefix + uuid.uuid4().hex


@dataclass(slots=True, eq=False, repr=False)
class Message:
    """One text. ``accepted_at`` is monotonic seconds; ``body`` stays what it was, redacted or not."""

    sender: str
    recipient: str
    body: str
    direction: Direction
    segments: int
    accepted_at: float
    created_at: datetime
    sid: str = field(default_factory=new_sid)
    status: Status = Status.QUEUED
    validity: float = LONGEST_VALIDITY
    callback_url: str | None = None
    service: str | None = None
    by_carrier: bool = False
    error_code: int | None = None
    sent_at: datetime | None = None
    updated_at: datetime | None = None
    is_redacted: bool = False
    media: int = 0

    @property
    def is_final(self) -> bool:
        return self.status in FINAL

    @property
    def is_waiting(self) -> bool:
        return self.status in {Status.QUEUED, Status.ACCEPTED}


class Ledger:
    """All texts in the order they came. Deleting takes a text from what REST shows, never from ``accepted``."""

    def __init__(self) -> None:
        self.accepted: list[Message] = []
        self._shown: dict[str, Message] = {}
        self._by_recipient: defaultdict[str, dict[str, Message]] = defaultdict(dict)

    def add(self, message: Message) -> None:
        if message.direction is not Direction.INBOUND:
            self.accepted.append(message)
        self._shown[message.sid] = message
        self._by_recipient[message.recipient][message.sid] = message

    def find(self, sid: str) -> Message | None:
        return self._shown.get(sid)

    def delete(self, message: Message) -> None:
        del self._shown[message.sid]
        del self._by_recipient[message.recipient][message.sid]

    def newest_first(self, recipient: str | None = None) -> Iterator[Message]:
        """Those that REST shows; of one recipient when asked so, which is quick."""
        return reversed((self._shown if recipient is None else self._by_recipient.get(recipient, {})).values())
