"""The provider's REST API as the ``Carrier`` the desk asks for: texts and calls out, and what there is to look up."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, TypeVar

from aiohttp import ClientTimeout
from twilio.rest import Client
from twilio.rest.api.v2010.account import AccountContext
from twilio.rest.api.v2010.account.call import CallContext, CallInstance
from twilio.rest.api.v2010.account.message import MessageContext, MessageInstance
from twilio.rest.api.v2010.account.recording import RecordingContext

from phonetree.twilio.deactivations import deactivated_on
from phonetree.twilio.network import ASK_BY, LOAD, PATIENCE, TWILIO_API, NeverSent, NoAnswer, PatientHttp
from phonetree.twilio.outcomes import outcome_of
from phonetree.words.numbers import NotAPhoneNumber, PhoneNumber, parse_address
from phonetree.words.ports import (
    MOST_SOUND,
    Accepted,
    Answering,
    FoundCall,
    FoundText,
    HandOver,
    InDoubt,
    OutgoingCall,
    OutgoingText,
    Refused,
    SentText,
)

SHORTEST_VALIDITY = 6
LONGEST_VALIDITY = 36_000
"""Seconds, as the provider takes them (90007 beyond)."""

SHORTEST_RING = 5
LONGEST_RING = 600
"""Seconds, as the provider takes them."""

REPORTED = ["ringing", "answered", "completed"]
"""Of a call. The last stands for every end."""

MOST_FOUND = 200
MOST_SENT, SENT_PAGE = 20_000, 250
BY_REQUEST = "outbound-api"
"""The direction of a text that somebody asked for with the account's credentials."""

_MESSAGE_SID = re.compile(r"(?:SM|MM)[0-9a-f]{32}")
_CALL_SID = re.compile(r"CA[0-9a-f]{32}")
_RECORDING_SID = re.compile(r"RE[0-9a-f]{32}")
_WAV = b"RIFF"
_GONE = 20404
_NOT_UNDER_WAY = 21220
T = TypeVar("T")

# the library takes region, edge and credentials from the environment unless it is given another one
_NO_ENVIRONMENT: Mapping[str, str] = MappingProxyType({"TWILIO_EDGE": "", "TWILIO_REGION": ""})


def no_environment() -> dict[str, str]:
    return dict(_NO_ENVIRONMENT)


class Line:
    """An open line to the provider: the ``Carrier`` port. Made by ``TwilioCarrier.open``."""

    def __init__(self, carrier: TwilioCarrier, account: AccountContext, http: PatientHttp) -> None:
        self._carrier = carrier
        self._account = account
        self._http = http

    async def send(self, text: OutgoingText) -> HandOver:
        """Hand one text over; never raises for what the network or the provider does."""
        made = await _asked(self._account.messages.create_async(**self._carrier.form_of(text)), text.ask_by)
        return _taken(made.sid, _MESSAGE_SID) if isinstance(made, MessageInstance) else made

    async def call(self, call: OutgoingCall) -> HandOver:
        """Place one call; never raises for what the network or the provider does."""
        made = await _asked(self._account.calls.create_async(**self._carrier.form_of_call(call)), call.ask_by)
        return _taken(made.sid, _CALL_SID) if isinstance(made, CallInstance) else made

    async def hang_up(self, sid: str) -> bool:
        """End a call; ``False`` means that nobody knows: ask again."""
        ended = await outcome_of(self._account.calls(sid).update_async(status="completed"))
        return isinstance(ended, CallInstance) or _is_refusal(ended, _GONE, _NOT_UNDER_WAY)

    async def fetch_recording(self, sid: str) -> bytes | None:
        """The sound of a recording; ``None`` means not yet, or not now."""
        if not _RECORDING_SID.fullmatch(sid):
            return None
        url = f"{TWILIO_API}/2010-04-01/Accounts/{self._carrier.account_sid}/Recordings/{sid}.wav"
        try:
            sound = await self._http.fetch(url, self._carrier.credentials, MOST_SOUND)
        except (NeverSent, NoAnswer):
            return None
        return sound if sound and sound.startswith(_WAV) else None

    async def deactivated(self, day: date) -> frozenset[str] | None:
        """The American numbers that were given up on a day; ``None``: no list now."""
        return await deactivated_on(self._http, self._carrier.credentials, day)

    async def delete(self, sid: str) -> bool:
        """Delete a text, a call or a recording at the provider; ``False`` means not yet: try again later."""
        outcome = await outcome_of(self._named(sid).delete_async())
        return outcome is True or _is_refusal(outcome, _GONE)

    async def find(self, recipient: PhoneNumber, since: datetime) -> list[FoundText] | None:
        """List the latest texts to a phone; ``None`` when no answer came.

        Asked by recipient alone and cut here: whether a text that is still queued matches the provider's date filter is
        not known.
        """
        listed = await outcome_of(self._listed(recipient))
        if not isinstance(listed, list):
            return None
        return [found for found in listed if found.made_at is None or found.made_at >= since.replace(microsecond=0)]

    async def _listed(self, recipient: PhoneNumber) -> list[FoundText]:
        stream = await self._account.messages.stream_async(to=recipient.e164, limit=MOST_FOUND)
        return [_found(message) async for message in stream]

    async def find_sent(self, sender: PhoneNumber, since: datetime) -> list[SentText] | None:
        """List what left from a number of ours, newest first; ``None`` when no answer came.

        Asked without a date and cut here, for the same reason. Only what was asked for by request: an answer in a
        webhook has another direction (decisions 1).
        """
        listed = await outcome_of(self._listed_from(sender, since.replace(microsecond=0)))
        return listed if isinstance(listed, list) else None

    async def _listed_from(self, sender: PhoneNumber, since: datetime) -> list[SentText]:
        stream = await self._account.messages.stream_async(from_=sender.e164, limit=MOST_SENT, page_size=SENT_PAGE)
        sent: list[SentText] = []
        async for message in stream:
            if message.date_created is not None and message.date_created < since:
                break
            if str(message.direction) == BY_REQUEST:
                sent += _sent(message)
        return sent

    async def find_calls(self, recipient: PhoneNumber, sender: PhoneNumber, since: datetime) -> list[FoundCall] | None:
        """List the latest calls that we placed to a phone; ``None`` when no answer came."""
        listed = await outcome_of(self._listed_calls(recipient, sender))
        if not isinstance(listed, list):
            return None
        return [found for found in listed if found.made_at is None or found.made_at >= since.replace(microsecond=0)]

    async def _listed_calls(self, recipient: PhoneNumber, sender: PhoneNumber) -> list[FoundCall]:
        stream = await self._account.calls.stream_async(to=recipient.e164, from_=sender.e164, limit=MOST_FOUND)
        return [FoundCall(str(call.sid), call.date_created) async for call in stream]

    def _named(self, sid: str) -> CallContext | RecordingContext | MessageContext:
        match sid[:2]:
            case "CA":
                return self._account.calls(sid)
            case "RE":
                return self._account.recordings(sid)
            case _:
                return self._account.messages(sid)


@dataclass(frozen=True, slots=True)
class TwilioCarrier:
    """How to reach the provider. ``credentials`` are (API key, secret), or (account SID, auth token)."""

    account_sid: str
    credentials: tuple[str, str] = field(repr=False)
    base_url: str
    public_url: str
    messaging_service_sid: str | None = None
    concurrency: int = 100
    patience: ClientTimeout = PATIENCE

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Line]:
        """Open a line inside the running loop, and close it afterwards."""
        username, password = self.credentials
        async with PatientHttp(self.base_url, concurrency=self.concurrency, patience=self.patience) as http:
            client = Client(username, password, self.account_sid, http_client=http, environment=no_environment())
            yield Line(self, client.api.v2010.account, http)

    def form_of(self, text: OutgoingText) -> dict[str, Any]:
        """What the provider is asked, as the library's keyword arguments.

        With a Messaging Service the sender is named all the same: people text and call the site's own number, and the
        service's pool may hold other sites' numbers.
        """
        service = {"messaging_service_sid": self.messaging_service_sid} if self.messaging_service_sid else {}
        return service | {
            "to": text.recipient.e164,
            "from_": text.sender.e164,
            "body": text.body,
            "status_callback": f"{self.public_url}/twilio/status/message/{text.attempt}",
            "validity_period": min(max(SHORTEST_VALIDITY, int(text.validity.total_seconds())), LONGEST_VALIDITY),
        }

    def form_of_call(self, call: OutgoingCall) -> dict[str, Any]:
        """What the provider is asked, as the library's keyword arguments.

        What answers a fault of ours in the middle of a call stands apart from the rest: it needs no database.
        """
        detection = {"machine_detection": "DetectMessageEnd"} if call.answering is Answering.MACHINE_TOO else {}
        return detection | {
            "to": call.recipient.e164,
            "from_": call.sender.e164,
            "url": f"{self.public_url}/twilio/voice/answered/{call.attempt}",
            "method": "POST",
            "fallback_url": f"{self.public_url}/twilio/fallback",
            "fallback_method": "POST",
            "status_callback": f"{self.public_url}/twilio/status/call/{call.attempt}",
            "status_callback_method": "POST",
            "status_callback_event": REPORTED,
            "timeout": min(max(SHORTEST_RING, int(call.rings.total_seconds())), LONGEST_RING),
        }


async def _asked(request: Coroutine[Any, Any, T], ask_by: float) -> T | Refused | InDoubt:
    """What came of it, a refusal with the load that the provider told."""
    ASK_BY.set(ask_by)
    LOAD.set(None)
    told = await outcome_of(request)
    return replace(told, load=LOAD.get()) if isinstance(told, Refused) else told


def _taken(sid: object, shape: re.Pattern[str]) -> HandOver:
    """A request that the provider took without naming what it made is in doubt."""
    return Accepted(str(sid), LOAD.get()) if shape.fullmatch(str(sid)) else InDoubt("taken without a name")


def _is_refusal(outcome: object, *codes: int) -> bool:
    return isinstance(outcome, Refused) and outcome.code in codes


def _found(message: MessageInstance) -> FoundText:
    return FoundText(str(message.sid), str(message.status), message.body or "", message.date_created)


def _sent(message: MessageInstance) -> list[SentText]:
    """Without a date it is too young to be missed: it has one in the next list."""
    if message.date_created is None:
        return []
    try:
        recipient = parse_address(str(message.to))
    except NotAPhoneNumber:
        return []
    return [SentText(str(message.sid), recipient, message.body or "", message.date_created)]
