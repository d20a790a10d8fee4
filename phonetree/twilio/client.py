"""The provider's REST API as the ``Carrier`` the desk asks for: texts out, and what reconciliation needs to look up."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, TypeVar

from aiohttp import ClientTimeout
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.rest import Client
from twilio.rest.api.v2010.account.message import MessageInstance, MessageList

from phonetree.twilio.errors import verdict_of
from phonetree.twilio.network import PATIENCE, NeverSent, NoAnswer, PatientHttp
from phonetree.words.numbers import PhoneNumber
from phonetree.words.ports import Accepted, HandOver, InDoubt, OutgoingText, Refused

SHORTEST_VALIDITY = 6
LONGEST_VALIDITY = 36_000
"""Seconds, as the provider takes them (90007 beyond)."""

MOST_FOUND = 200

_MESSAGE_SID = re.compile(r"(?:SM|MM)[0-9a-f]{32}")
_GONE = 20404
_LOWEST_CODE = 10_000

# the library takes region, edge and credentials from the environment unless it is given another one
_NO_ENVIRONMENT: Mapping[str, str] = MappingProxyType({"TWILIO_EDGE": "", "TWILIO_REGION": ""})

# what the library's own objects raise on an answer that is not what it should be
_UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)


class CarrierSilent(Exception):
    """A look-up at the carrier brought no answer: try again later."""


@dataclass(frozen=True, slots=True)
class FoundText:
    """A text the carrier knows of. ``status`` is the provider's word."""

    sid: str
    status: str
    body: str = field(repr=False)
    made_at: datetime | None
    """``None`` when the carrier does not say."""


class Line:
    """An open line to the provider: the ``Carrier`` port. Made by ``TwilioCarrier.open``."""

    def __init__(self, carrier: TwilioCarrier, messages: MessageList) -> None:
        self._carrier = carrier
        self._messages = messages

    async def send(self, text: OutgoingText) -> HandOver:
        """Hand one text over; never raises for what the network or the provider does."""
        made = await _outcome(self._messages.create_async(**self._carrier.form_of(text)))
        if not isinstance(made, MessageInstance):
            return made
        if not _MESSAGE_SID.fullmatch(str(made.sid)):
            return InDoubt("taken without a name")
        return Accepted(str(made.sid))

    async def find(self, recipient: PhoneNumber, since: datetime) -> list[FoundText]:
        """List the latest texts to a phone, to settle what is in doubt; raises ``CarrierSilent``.

        Asked by recipient alone and cut here: whether a text that is still queued matches the provider's date filter is
        not known. A text without a date is kept, for it may be the one that is looked for. The provider's dates are
        whole seconds by its own clock, so ask from a little earlier.
        """
        listed = await _outcome(self._listed(recipient))
        if not isinstance(listed, list):
            raise CarrierSilent("the list of texts did not come")
        return [found for found in listed if found.made_at is None or found.made_at >= since.replace(microsecond=0)]

    async def delete(self, sid: str) -> bool:
        """Delete a text at the provider; ``False`` means not yet: try again later."""
        outcome = await _outcome(self._messages(sid).delete_async())
        return outcome is True or (isinstance(outcome, Refused) and outcome.code == _GONE)

    async def _listed(self, recipient: PhoneNumber) -> list[FoundText]:
        stream = await self._messages.stream_async(to=recipient.e164, limit=MOST_FOUND)
        return [_found(message) async for message in stream]


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
            client = Client(username, password, self.account_sid, http_client=http, environment=dict(_NO_ENVIRONMENT))
            yield Line(self, client.messages)

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


T = TypeVar("T")


async def _outcome(asked: Awaitable[T]) -> T | Refused | InDoubt:
    try:
        return await asked
    except NeverSent as fault:
        return Refused(fault.verdict)
    except NoAnswer as fault:
        return InDoubt(str(fault))
    except (TwilioRestException, TwilioServiceException) as refusal:
        return _refusal(refusal.status, refusal.code)
    except (TwilioException, *_UNREADABLE):
        return InDoubt("unreadable answer")


def _refusal(status: object, code: object) -> Refused | InDoubt:
    """Read a definite no. The library fills in the HTTP status where the provider gave no code of its own."""
    known = code if isinstance(code, int) and code >= _LOWEST_CODE else None
    verdict = verdict_of(status if isinstance(status, int) else HTTPStatus.BAD_REQUEST, known)
    return InDoubt(f"refused in doubt, code {known}") if verdict is None else Refused(verdict, known)


def _found(message: MessageInstance) -> FoundText:
    return FoundText(str(message.sid), str(message.status), message.body or "", message.date_created)
