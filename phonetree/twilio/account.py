"""The provider's side of the account: its standing, numbers, Messaging Service, registrations and permissions."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from typing import Any

from twilio.rest import Client
from twilio.rest.api.v2010.account.incoming_phone_number import IncomingPhoneNumberInstance
from twilio.rest.messaging.v1.service import ServiceInstance

from phonetree.twilio.client import TwilioCarrier, no_environment
from phonetree.twilio.network import PatientHttp
from phonetree.twilio.outcomes import outcome_of
from phonetree.words.account import (
    COUNTRY,
    NumberSetting,
    OurNumber,
    Permissions,
    Registration,
    Service,
    ServiceSetting,
    Standing,
)
from phonetree.words.numbers import NotAPhoneNumber, PhoneNumber, parse_address
from phonetree.words.ports import InDoubt, Refused

NUMBER: Mapping[NumberSetting, str] = MappingProxyType(
    {
        NumberSetting.TEXTS: "sms_url",
        NumberSetting.TEXTS_METHOD: "sms_method",
        NumberSetting.TEXTS_FALLBACK: "sms_fallback_url",
        NumberSetting.TEXTS_FALLBACK_METHOD: "sms_fallback_method",
        NumberSetting.CALLS: "voice_url",
        NumberSetting.CALLS_METHOD: "voice_method",
        NumberSetting.CALLS_FALLBACK: "voice_fallback_url",
        NumberSetting.CALLS_FALLBACK_METHOD: "voice_fallback_method",
        NumberSetting.CALL_STATUS: "status_callback",
        NumberSetting.CALL_STATUS_METHOD: "status_callback_method",
    }
)
SERVICE: Mapping[ServiceSetting, str] = MappingProxyType(
    {
        ServiceSetting.INBOUND: "inbound_request_url",
        ServiceSetting.INBOUND_METHOD: "inbound_method",
        ServiceSetting.FALLBACK: "fallback_url",
        ServiceSetting.FALLBACK_METHOD: "fallback_method",
        ServiceSetting.DEFERS: "use_inbound_webhook_on_number",
        ServiceSetting.VALIDITY: "validity_period",
    }
)
_ELSEWHERE = ("sms_application_sid", "voice_application_sid", "trunk_sid")
"""With one of these the provider does not look at the number's addresses."""

_LOCAL = {"VERIFIED": Registration.APPROVED, "FAILED": Registration.REFUSED, "SUSPENDED": Registration.REFUSED}
_TOLL_FREE = {"TWILIO_APPROVED": Registration.APPROVED, "TWILIO_REJECTED": Registration.REFUSED}


class AccountLine:
    """An open line to the account: the port ``Account``. Made by ``open_account``."""

    def __init__(self, carrier: TwilioCarrier, client: Client) -> None:
        self._client = client
        self._account = client.api.v2010.accounts(carrier.account_sid)

    async def standing(self) -> Standing | Refused | InDoubt:
        told = await outcome_of(self._account.fetch_with_http_info_async())
        if isinstance(told, Refused | InDoubt):
            return told
        left = await outcome_of(self._account.balance.fetch_async())
        balance, currency = (None, "") if isinstance(left, Refused | InDoubt) else (left.balance, left.currency or "")
        found = told.data
        is_trial = str(found.type).lower() == "trial"
        return Standing(str(found.status), is_trial, _moment(told.headers), _amount(balance), currency)

    async def numbers(self) -> Sequence[OurNumber] | Refused | InDoubt:
        return await outcome_of(self._listed())

    async def _listed(self) -> list[OurNumber]:
        found = [each async for each in await self._account.incoming_phone_numbers.stream_async()]
        return [_our_number(each, number) for each in found if (number := _parsed(each.phone_number)) is not None]

    async def service(self, sid: str) -> Service | Refused | InDoubt:
        context = self._client.messaging.v1.services(sid)
        found = await outcome_of(context.fetch_async())
        if isinstance(found, Refused | InDoubt):
            return found
        pool = await outcome_of(context.phone_numbers.list_async())
        if isinstance(pool, Refused | InDoubt):
            return pool
        numbers = frozenset(str(each.phone_number) for each in pool)
        return Service(sid, found.friendly_name or "", _settings_of(found), numbers)

    async def local_registration(self, service_sid: str) -> Registration | Refused | InDoubt:
        found = await outcome_of(self._client.messaging.v1.services(service_sid).us_app_to_person.list_async())
        if isinstance(found, Refused | InDoubt):
            return found
        return _best(_LOCAL.get(str(each.campaign_status), Registration.PENDING) for each in found)

    async def tollfree_registration(self, number_sid: str) -> Registration | Refused | InDoubt:
        verifications = self._client.messaging.v1.tollfree_verifications
        found = await outcome_of(verifications.list_async(tollfree_phone_number_sid=number_sid))
        if isinstance(found, Refused | InDoubt):
            return found
        return _best(_TOLL_FREE.get(str(each.status), Registration.PENDING) for each in found)

    async def permissions(self) -> Permissions | Refused | InDoubt:
        texts = await outcome_of(self._client.accounts.v1.messaging_geopermissions.fetch_async(country_code=COUNTRY))
        if isinstance(texts, Refused | InDoubt):
            return texts
        calls = await outcome_of(self._client.voice.v1.dialing_permissions.countries(COUNTRY).fetch_async())
        if isinstance(calls, Refused | InDoubt):
            return calls
        at_risk = bool(calls.high_risk_special_numbers_enabled or calls.high_risk_tollfraud_numbers_enabled)
        return Permissions(_is_permitted(texts.permissions), bool(calls.low_risk_numbers_enabled), at_risk)

    async def set_number(
        self, sid: str, settings: Mapping[NumberSetting, str], *, releases: Sequence[str] = ()
    ) -> bool | Refused | InDoubt:
        fields: dict[str, Any] = {NUMBER[name]: value for name, value in settings.items()}
        fields |= {f"{each}_sid": "" for each in releases}
        return _done(await outcome_of(self._account.incoming_phone_numbers(sid).update_async(**fields)))

    async def set_service(self, sid: str, settings: Mapping[ServiceSetting, str]) -> bool | Refused | InDoubt:
        fields: dict[str, Any] = {SERVICE[name]: value for name, value in settings.items()}
        return _done(await outcome_of(self._client.messaging.v1.services(sid).update_async(**fields)))

    async def put_into_service(self, sid: str, number_sid: str) -> bool | Refused | InDoubt:
        pool = self._client.messaging.v1.services(sid).phone_numbers
        return _done(await outcome_of(pool.create_async(phone_number_sid=number_sid)))

    async def permit(self, *, texts: bool, calls: bool) -> bool | Refused | InDoubt:
        if texts:
            wanted: list[object] = [{"country_code": COUNTRY, "type": "country", "enabled": True}]
            told = await outcome_of(self._client.accounts.v1.messaging_geopermissions.update_async(permissions=wanted))
            if isinstance(told, Refused | InDoubt):
                return told
        if calls:
            asked = json.dumps([{"iso_code": COUNTRY, "low_risk_numbers_enabled": "true"}])
            updates = self._client.voice.v1.dialing_permissions.bulk_country_updates
            return _done(await outcome_of(updates.create_async(update_request=asked)))
        return True


@asynccontextmanager
async def open_account(carrier: TwilioCarrier) -> AsyncIterator[AccountLine]:
    """Open a line to the account inside the running loop, and close it afterwards."""
    username, password = carrier.credentials
    async with PatientHttp(carrier.base_url, concurrency=4, patience=carrier.patience) as http:
        client = Client(username, password, carrier.account_sid, http_client=http, environment=no_environment())
        yield AccountLine(carrier, client)


def _done(told: object) -> bool | Refused | InDoubt:
    return told if isinstance(told, Refused | InDoubt) else True


def _our_number(found: IncomingPhoneNumberInstance, number: PhoneNumber) -> OurNumber:
    can: Any = found.capabilities or {}
    settings = {name: str(getattr(found, each) or "") for name, each in NUMBER.items()}
    elsewhere = tuple(each.removesuffix("_sid") for each in _ELSEWHERE if getattr(found, each))
    return OurNumber(str(found.sid), number, bool(can.get("sms")), bool(can.get("voice")), settings, elsewhere)


def _settings_of(found: ServiceInstance) -> dict[ServiceSetting, str]:
    told = {name: getattr(found, each) for name, each in SERVICE.items()}
    return {name: str(value).lower() if isinstance(value, bool) else str(value or "") for name, value in told.items()}


def _best(found: Iterable[Registration]) -> Registration:
    """Of several the one that helps: a second try after a refusal counts."""
    states = set(found)
    order = (Registration.APPROVED, Registration.PENDING, Registration.REFUSED)
    return next((each for each in order if each in states), Registration.NONE)


def _is_permitted(told: object) -> bool:
    permissions = told if isinstance(told, list) else []
    return any(each.get("enabled") is True and each.get("country_code") == COUNTRY for each in permissions)


def _parsed(number: str | None) -> PhoneNumber | None:
    try:
        return parse_address(number or "")
    except NotAPhoneNumber:
        return None


def _amount(balance: object) -> float | None:
    try:
        return float(str(balance))
    except ValueError:
        return None


def _moment(headers: Mapping[str, str]) -> datetime | None:
    try:
        told = parsedate_to_datetime(headers.get("Date", ""))
    except ValueError:
        return None
    return told if told.tzinfo else told.replace(tzinfo=UTC)
