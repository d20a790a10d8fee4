"""The account as the carrier sees it: changeable while it works, so that a test can let it be suspended or refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from phonetree.simulator.lines import Line

ADDRESSES: Mapping[str, str] = MappingProxyType(
    {
        "SmsUrl": "sms_url",
        "SmsFallbackUrl": "sms_fallback_url",
        "VoiceUrl": "voice_url",
        "VoiceFallbackUrl": "voice_fallback_url",
        "StatusCallback": "call_status_url",
    }
)
"""Parameters that are addresses, and where a line has them."""
METHODS = ("SmsMethod", "SmsFallbackMethod", "VoiceMethod", "VoiceFallbackMethod", "StatusCallbackMethod")
APPLICATIONS = ("SmsApplicationSid", "VoiceApplicationSid", "TrunkSid")
SERVICE_FIELDS = ("InboundRequestUrl", "InboundMethod", "FallbackUrl", "FallbackMethod")


@dataclass(slots=True)
class NumberTraits:
    """Of one number what a line does not say: what it can, by which method it is asked, which application has it."""

    can_text: bool = True
    can_call: bool = True
    methods: dict[str, str] = field(default_factory=lambda: dict.fromkeys(METHODS, "POST"))
    applications: dict[str, str] = field(default_factory=dict)
    verification: str | None = None
    """Of a toll-free number: PENDING_REVIEW, IN_REVIEW, TWILIO_APPROVED or TWILIO_REJECTED."""


@dataclass(slots=True)
class ServiceTraits:
    """One Messaging Service. ``registration``: PENDING, IN_PROGRESS, VERIFIED or FAILED; None: nobody applied."""

    fields: dict[str, str] = field(default_factory=lambda: {"InboundMethod": "POST", "FallbackMethod": "POST"})
    defers_to_number: bool = True
    validity: int = 36_000
    registration: str | None = "VERIFIED"


@dataclass(slots=True)
class StandingOfAccount:
    """Everything about the account that is no text and no call."""

    status: str = "active"
    kind: str = "Full"
    balance: str = "100.00"
    text_countries: set[str] = field(default_factory=lambda: {"US", "CA"})
    call_countries: set[str] = field(default_factory=lambda: {"US", "CA"})
    countries_at_risk: set[str] = field(default_factory=set)
    numbers: dict[str, NumberTraits] = field(default_factory=dict)
    services: dict[str, ServiceTraits] = field(default_factory=dict)

    def number(self, number: str) -> NumberTraits:
        return self.numbers.setdefault(number, NumberTraits())

    def service(self, sid: str) -> ServiceTraits:
        return self.services.setdefault(sid, ServiceTraits())


def changed_line(line: Line, form: Mapping[str, str]) -> Line:
    """The line with what the form says of its addresses; an empty one is none."""
    addresses: dict[str, Any] = {ADDRESSES[name]: value or None for name, value in form.items() if name in ADDRESSES}
    return replace(line, **addresses)
