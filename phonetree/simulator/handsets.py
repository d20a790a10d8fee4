"""The telephones in people's hands: what they received, what they wrote, and whether they can be reached."""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from phonetree.simulator.messages import Message, Status


class HandsetKind(StrEnum):
    MOBILE = "mobile"
    LANDLINE = "landline"
    UNREACHABLE = "unreachable"
    FILTERED = "filtered"
    UNKNOWN = "unknown"


OUTCOMES: Mapping[HandsetKind, tuple[Status, int | None]] = MappingProxyType(
    {
        HandsetKind.MOBILE: (Status.DELIVERED, None),
        HandsetKind.LANDLINE: (Status.UNDELIVERED, 30006),
        HandsetKind.UNREACHABLE: (Status.UNDELIVERED, 30003),
        HandsetKind.FILTERED: (Status.UNDELIVERED, 30007),
        HandsetKind.UNKNOWN: (Status.UNDELIVERED, 30005),
    },
)


@dataclass(frozen=True, slots=True, repr=False)
class Received:
    """One text on a handset. ``at`` is monotonic seconds, ``sender`` the number it came from."""

    body: str
    at: float
    sid: str
    sender: str


@dataclass(slots=True, eq=False, repr=False)
class Phone:
    """What the carrier remembers of one handset."""

    number: str
    kind: HandsetKind = HandsetKind.MOBILE
    active_at: float = 0.0
    inbox: list[Received] = field(default_factory=list)
    written: list[Received] = field(default_factory=list)
    last_written: Message | None = None


class Phones:
    """All handsets. Asking for one makes it, from any thread."""

    def __init__(self) -> None:
        self._phones: dict[str, Phone] = {}

    def get(self, number: str) -> Phone:
        return self._phones.setdefault(number, Phone(number))

    def touch(self, number: str) -> Phone:
        """The same, which is now the latest."""
        phone = self.get(number)
        phone.active_at = time.monotonic()
        return phone

    def latest(self, most: int) -> list[Phone]:
        return heapq.nlargest(most, list(self._phones.values()), key=_last_active)


def _last_active(phone: Phone) -> float:
    return phone.active_at


class Exchange(Protocol):
    """What a handset needs of the carrier, from any thread."""

    def text(self, number: str, to: str | None, body: str, media: int) -> list[str]: ...
    def repeat(self, number: str) -> list[str]: ...
    def wait_for(self, predicate: Callable[[], bool], timeout: float = ...) -> bool: ...


class Handset:
    """A telephone to be used from a test or a page: write, read, wait. Every method blocks until it is done."""

    def __init__(self, phone: Phone, exchange: Exchange) -> None:
        self._phone = phone
        self._exchange = exchange

    @property
    def number(self) -> str:
        return self._phone.number

    @property
    def inbox(self) -> tuple[Received, ...]:
        return tuple(self._phone.inbox)

    @property
    def bodies(self) -> tuple[str, ...]:
        return tuple(text.body for text in self._phone.inbox)

    def becomes(self, kind: HandsetKind) -> None:
        self._phone.kind = kind

    def text(self, body: str, to: str | None = None, *, media: int = 0) -> list[str]:
        """Write to a number, the account's only one if none is named; the bodies that its webhook answered."""
        return self._exchange.text(self.number, to, body, media)

    def repeat(self) -> list[str]:
        """The carrier posts this handset's last text once more, under the same SID."""
        return self._exchange.repeat(self.number)

    def wait_for_text(self, containing: str = "", *, count: int = 1, timeout: float = 5.0) -> bool:
        """Whether ``count`` texts that hold these words are here in time."""

        def has_come() -> bool:
            return sum(containing in body for body in self.bodies) >= count

        return self._exchange.wait_for(has_come, timeout)
