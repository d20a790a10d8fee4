"""What the provider must be set to for a tree to work, compared with what is: for ``setup`` and ``doctor``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from phonetree.words.account import (
    Account,
    NumberSetting,
    OurNumber,
    Permissions,
    Service,
    ServiceSetting,
)
from phonetree.words.numbers import PhoneNumber
from phonetree.words.ports import InDoubt, Refused

LONGEST_VALIDITY = "36000"
"""Every text of ours names its own; the service is not to cut it short."""
NOBODYS = frozenset({"demo.twilio.com"})
"""What the provider puts where nobody has set anything."""

_NUMBER: Mapping[NumberSetting, str] = {
    NumberSetting.TEXTS: "/twilio/sms",
    NumberSetting.TEXTS_FALLBACK: "/twilio/fallback",
    NumberSetting.CALLS: "/twilio/voice",
    NumberSetting.CALLS_FALLBACK: "/twilio/fallback",
    NumberSetting.CALL_STATUS: "/twilio/status/call",
}
_METHODS: Mapping[NumberSetting, NumberSetting] = {
    NumberSetting.TEXTS: NumberSetting.TEXTS_METHOD,
    NumberSetting.TEXTS_FALLBACK: NumberSetting.TEXTS_FALLBACK_METHOD,
    NumberSetting.CALLS: NumberSetting.CALLS_METHOD,
    NumberSetting.CALLS_FALLBACK: NumberSetting.CALLS_FALLBACK_METHOD,
    NumberSetting.CALL_STATUS: NumberSetting.CALL_STATUS_METHOD,
}
_SPARE = frozenset({NumberSetting.TEXTS_FALLBACK, NumberSetting.CALLS_FALLBACK})
"""May lie on another host than the tree's: that is even better."""


class CannotTell(Exception):
    """The provider did not say, about this; *told* is what it said instead."""

    def __init__(self, about: str, told: Refused | InDoubt) -> None:
        super().__init__(about)
        self.about, self.told = about, told


@dataclass(frozen=True, slots=True)
class NumberPlan:
    """One number of a school: what is to be changed; *held_by*: the other application that it belongs to."""

    number: OurNumber
    changes: Mapping[NumberSetting, str]
    held_by: str = ""


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """The Messaging Service: what is to be changed, and which numbers are to be put into it."""

    service: Service
    changes: Mapping[ServiceSetting, str]
    joining: Sequence[OurNumber]
    held_by: str = ""


@dataclass(frozen=True, slots=True)
class Setup:
    """All that stands differently from what the tree needs."""

    numbers: Sequence[NumberPlan]
    missing: Sequence[PhoneNumber] = field(repr=False)
    """Numbers of schools that this account does not have."""
    service: ServicePlan | None
    permissions: Permissions

    @property
    def held(self) -> list[NumberPlan | ServicePlan]:
        """What belongs to another application."""
        every: list[NumberPlan | ServicePlan] = [*self.numbers]
        every += [self.service] if self.service else []
        return [plan for plan in every if plan.held_by]


async def look(account: Account, public_url: str, numbers: Sequence[PhoneNumber], service_sid: str | None) -> Setup:
    """Compare. Raises ``CannotTell``."""
    listed = await account.numbers()
    if isinstance(listed, Refused | InDoubt):
        raise CannotTell("the account's numbers", listed)
    ours = [each for each in listed if each.number in numbers]
    service = await account.service(service_sid) if service_sid else None
    if isinstance(service, Refused | InDoubt):
        raise CannotTell("TWILIO_MESSAGING_SERVICE_SID", service)
    permissions = await account.permissions()
    if isinstance(permissions, Refused | InDoubt):
        raise CannotTell("the geographic permissions", permissions)
    return Setup(
        numbers=[plan_of_number(each, public_url) for each in ours],
        missing=[number for number in numbers if number not in {each.number for each in ours}],
        service=plan_of_service(service, ours, public_url) if service else None,
        permissions=permissions,
    )


def plan_of_number(number: OurNumber, public_url: str) -> NumberPlan:
    """Addresses of ours, each asked by POST. A fallback on another host is left where it is."""
    changes: dict[NumberSetting, str] = {}
    for setting, path in _NUMBER.items():
        now, wanted = number.settings.get(setting, ""), public_url + path
        if now != wanted and not (setting in _SPARE and _is_elsewhere(now, public_url)):
            changes[setting] = wanted
        if number.settings.get(_METHODS[setting]) not in {"", None, "POST"}:
            changes[_METHODS[setting]] = "POST"
    return NumberPlan(number, changes, _held_by(number, public_url))


def plan_of_service(service: Service, ours: Sequence[OurNumber], public_url: str) -> ServicePlan:
    """Where it leaves what comes in to the number, the number's own addresses do."""
    changes: dict[ServiceSetting, str] = {}
    inbound, fallback = service.settings[ServiceSetting.INBOUND], service.settings[ServiceSetting.FALLBACK]
    held_by = ""
    if service.settings[ServiceSetting.DEFERS] != "true":
        changes = {ServiceSetting.INBOUND: f"{public_url}/twilio/sms"} if inbound != f"{public_url}/twilio/sms" else {}
        if service.settings[ServiceSetting.INBOUND_METHOD] not in {"", "POST"}:
            changes[ServiceSetting.INBOUND_METHOD] = "POST"
        if fallback != f"{public_url}/twilio/fallback" and not _is_elsewhere(fallback, public_url):
            changes[ServiceSetting.FALLBACK] = f"{public_url}/twilio/fallback"
        held_by = origin_of(inbound) if _is_elsewhere(inbound, public_url) else ""
    if service.settings[ServiceSetting.VALIDITY] not in {"", LONGEST_VALIDITY}:
        changes[ServiceSetting.VALIDITY] = LONGEST_VALIDITY
    return ServicePlan(service, changes, [each for each in ours if each.number.e164 not in service.numbers], held_by)


def _held_by(number: OurNumber, public_url: str) -> str:
    if number.elsewhere:
        return " and ".join(each.replace("_", " ") for each in number.elsewhere)
    own = (number.settings.get(each, "") for each in _NUMBER if each not in _SPARE)
    return next((origin_of(url) for url in own if _is_elsewhere(url, public_url)), "")


def _is_elsewhere(url: str, public_url: str) -> bool:
    return bool(url) and origin_of(url) != origin_of(public_url) and urlsplit(url).hostname not in NOBODYS


def origin_of(url: str) -> str:
    """Scheme and host: what stands behind them may be somebody's secret."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")


def shown(url: str, public_url: str) -> str:
    """An address as it may be printed: of another application only where it is."""
    if not url.startswith(("http://", "https://")) or origin_of(url) == origin_of(public_url):
        return url or "nothing"
    return f"{origin_of(url)}/…"
