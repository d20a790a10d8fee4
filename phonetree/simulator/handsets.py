"""The telephones in people's hands: what they received, what they wrote, and whether they can be reached."""

from __future__ import annotations

import heapq
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from phonetree.simulator.answer_plans import AnswerPlan, ByHand, RingsOut, Unobtainable
from phonetree.simulator.calls import WITHHELD
from phonetree.simulator.legs import Leg
from phonetree.simulator.messages import Message, Status
from phonetree.simulator.phone_calls import Operator, PhoneCall


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
    plans: list[AnswerPlan] = field(default_factory=list)
    legs: list[Leg] = field(default_factory=list)

    def next_plan(self) -> AnswerPlan:
        """What happens when it rings now. The last plan stays; without any nobody answers."""
        if self.kind is HandsetKind.UNKNOWN:
            return Unobtainable()
        if self.kind is HandsetKind.UNREACHABLE or not self.plans:
            return RingsOut()
        return self.plans.pop(0) if len(self.plans) > 1 else self.plans[0]


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


class Exchange(Operator, Protocol):
    """What a handset needs of the carrier, from any thread."""

    def text(self, number: str, to: str | None, body: str, media: int) -> list[str]: ...
    def repeat(self, number: str) -> list[str]: ...
    def call(self, number: str, to: str | None, plan: AnswerPlan, withheld: str | None) -> Leg: ...


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

    # --- calls --------------------------------------------------------------------------------------------------------

    def answers(self, *plans: AnswerPlan) -> None:
        """What happens when it rings: one plan for each call to come, the last for all that follow."""
        self._phone.plans[:] = plans

    def call(
        self,
        to: str | None = None,
        *,
        plan: AnswerPlan | None = None,
        withheld: bool | str = False,
        timeout: float = 5.0,
    ) -> PhoneCall:
        """Call a number, the account's only one if none is named; back when the call waits for somebody, or is over.

        Without a *plan* it is driven by hand. *withheld*: the number is not shown, or the carrier's word for that.
        """
        shown = WITHHELD if withheld is True else withheld or None
        call = PhoneCall(self._exchange.call(self.number, to, plan or ByHand(), shown), self._exchange, timeout)
        call.wait_until_at_rest()
        return call

    @property
    def calls(self) -> tuple[PhoneCall, ...]:
        """All its calls, made and received, in the order in which they began."""
        return tuple(PhoneCall(leg, self._exchange) for leg in list(self._phone.legs))

    def wait_for_call(self, count: int = 1, *, timeout: float = 5.0) -> PhoneCall:
        """The latest call once there were *count* in all, at rest. Raises TimeoutError."""
        if not self._exchange.wait_for(lambda: len(self._phone.legs) >= count, timeout):
            raise TimeoutError("no call came in time")
        call = PhoneCall(self._phone.legs[-1], self._exchange, timeout)
        call.wait_until_at_rest()
        return call
