"""Knocks at our own public address as the provider would: does what was signed arrive as it was signed?"""

from __future__ import annotations

import secrets
import time
from http import HTTPStatus
from urllib.parse import urlencode

from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
)
from werkzeug.datastructures import MultiDict
from yarl import URL

from phonetree.twilio.signature import signature_of
from phonetree.twilio.webhooks import CHECK, SEEN, UNSIGNED, Provider
from phonetree.words.account import Knocked, Reached

PATIENCE = ClientTimeout(total=15, connect=5)
"""Seconds, as the provider has it."""
QUERY = "a=%2B1&empty=&name=Jos%C3%A9"
"""What proxies and frameworks like to write differently."""
MOST = 10_000


async def knock(provider: Provider, patience: ClientTimeout = PATIENCE) -> Knocked:
    """Post a signed form that changes nothing. Never raises for what a network does."""
    nonce, began = secrets.token_hex(16), time.monotonic()
    try:
        status, said = await _post(provider, nonce, patience)
    except ClientConnectorCertificateError:
        return Knocked(Reached.BAD_CERTIFICATE)
    except (ClientConnectorError, ConnectionTimeoutError):
        return Knocked(Reached.NO_CONNECTION)
    except (ClientError, OSError):  # a TimeoutError is an OSError
        return Knocked(Reached.NO_ANSWER)
    return Knocked(_read(status, said, nonce), status, time.monotonic() - began)


async def _post(provider: Provider, nonce: str, patience: ClientTimeout) -> tuple[int, str]:
    address = f"{provider.public_url}/twilio{CHECK}?{QUERY}"
    fields = [("AccountSid", provider.account_sid), ("Nonce", nonce), ("Empty", ""), ("Words", "¿Qué pasó? + 1 ")]
    signed = signature_of(provider.auth_tokens[0], address, MultiDict(fields))
    headers = {"X-Twilio-Signature": signed, "Content-Type": "application/x-www-form-urlencoded"}
    async with (
        ClientSession(timeout=patience, cookie_jar=DummyCookieJar(), trust_env=False) as session,
        session.post(
            URL(address, encoded=True), data=urlencode(fields).encode(), headers=headers, allow_redirects=False
        ) as answer,
    ):
        return answer.status, (await answer.content.read(MOST)).decode("utf-8", "replace")


def _read(status: int, said: str, nonce: str) -> Reached:
    if status == HTTPStatus.OK and said == f"{SEEN}{nonce}":
        return Reached.SIGNED
    if status == HTTPStatus.FORBIDDEN and said == UNSIGNED:
        return Reached.REFUSED
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return Reached.REDIRECTED
    return Reached.SOMETHING_ELSE
