"""What ``doctor`` and ``twilio setup`` ask of the provider's account: its standing, numbers, service and registration.

A port, implemented on the floors above. Nothing here raises for what a network or a provider does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar

from phonetree.words.numbers import PhoneNumber
from phonetree.words.ports import InDoubt, Refused

T = TypeVar("T")
COUNTRY = "US"
"""Where the phones of a tree are: its permissions are the ones that matter."""
TOLL_FREE = ("800", "833", "844", "855", "866", "877", "888")


class NumberSetting(StrEnum):
    """What one number is set to at the provider. An empty value is none."""

    TEXTS = "a message comes in"
    TEXTS_METHOD = "… by"
    TEXTS_FALLBACK = "texts, when that fails"
    TEXTS_FALLBACK_METHOD = "… by (fallback)"
    CALLS = "a call comes in"
    CALLS_METHOD = "… by (calls)"
    CALLS_FALLBACK = "calls, when that fails"
    CALLS_FALLBACK_METHOD = "… by (calls, fallback)"
    CALL_STATUS = "call status changes"
    CALL_STATUS_METHOD = "… by (call status)"


class ServiceSetting(StrEnum):
    """What a Messaging Service is set to. An empty value is none."""

    INBOUND = "a message comes in"
    INBOUND_METHOD = "… by"
    FALLBACK = "texts, when that fails"
    FALLBACK_METHOD = "… by (fallback)"
    DEFERS = "leaves it to the number"
    VALIDITY = "seconds a text may wait"


@dataclass(frozen=True, slots=True)
class Standing:
    """The account itself. *told_at* is the provider's clock as it answered, *balance* in *currency* where it says."""

    status: str
    is_trial: bool
    told_at: datetime | None = None
    balance: float | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class OurNumber:
    """A number of the account. *elsewhere*: what takes its texts or calls before any of its addresses is asked."""

    sid: str
    number: PhoneNumber = field(repr=False)
    can_text: bool
    can_call: bool
    settings: Mapping[NumberSetting, str]
    elsewhere: Sequence[str] = ()

    @property
    def is_toll_free(self) -> bool:
        return self.number.e164.startswith(tuple(f"+1{code}" for code in TOLL_FREE))


@dataclass(frozen=True, slots=True)
class Service:
    """A Messaging Service, and the numbers in it as E.164."""

    sid: str
    name: str
    settings: Mapping[ServiceSetting, str]
    numbers: frozenset[str] = field(repr=False)


class Registration(StrEnum):
    """How far the carriers' registration of a number is."""

    APPROVED = "approved"
    PENDING = "pending"
    REFUSED = "refused"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Permissions:
    """Where texts and calls may go. *calls_at_risk*: expensive lines there may be called, which is how fraud pays."""

    texts: bool
    calls: bool
    calls_at_risk: bool = False


class Reached(StrEnum):
    """What came of knocking at our own public address, as the provider would."""

    SIGNED = "signed"
    """It is this tree, and it saw the very address and fields that were signed."""
    REFUSED = "refused"
    """It is a tree that does not find the signature good."""
    REDIRECTED = "redirected"
    SOMETHING_ELSE = "something else"
    NO_ANSWER = "no answer"
    NO_CONNECTION = "no connection"
    BAD_CERTIFICATE = "bad certificate"


@dataclass(frozen=True, slots=True)
class Knocked:
    """How the door answered, with which HTTP status, after how many seconds."""

    reached: Reached
    status: int | None = None
    seconds: float = 0.0


class Account(Protocol):
    """The account at the provider, as far as going live needs it."""

    async def standing(self) -> Standing | Refused | InDoubt:
        """Whether it is active, and what is left on it."""

    async def numbers(self) -> Sequence[OurNumber] | Refused | InDoubt:
        """Every number that it has."""

    async def service(self, sid: str) -> Service | Refused | InDoubt:
        """One Messaging Service with its numbers."""

    async def local_registration(self, service_sid: str) -> Registration | Refused | InDoubt:
        """Whether the carriers know the service, for ordinary American numbers."""

    async def tollfree_registration(self, number_sid: str) -> Registration | Refused | InDoubt:
        """Whether a toll-free number is verified."""

    async def permissions(self) -> Permissions | Refused | InDoubt:
        """Whether texts and calls within ``COUNTRY`` are turned on."""

    async def set_number(
        self, sid: str, settings: Mapping[NumberSetting, str], *, releases: Sequence[str] = ()
    ) -> bool | Refused | InDoubt:
        """Change these settings of a number and no others, and take it from what is in ``elsewhere``."""

    async def set_service(self, sid: str, settings: Mapping[ServiceSetting, str]) -> bool | Refused | InDoubt:
        """Change these settings of a service and no others."""

    async def put_into_service(self, sid: str, number_sid: str) -> bool | Refused | InDoubt:
        """Let a service send by this number."""

    async def permit(self, *, texts: bool, calls: bool) -> bool | Refused | InDoubt:
        """Turn texts, or ordinary calls, within ``COUNTRY`` on; nothing is ever turned off."""
