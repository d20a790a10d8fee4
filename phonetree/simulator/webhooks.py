"""The carrier's side of a webhook: a signed form is posted, patiently but not for ever, and the answer read."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import aiohttp
from yarl import URL

from phonetree.simulator.signing import signature
from phonetree.simulator.wire import Crossing, Way, Wire

PATIENCE = aiohttp.ClientTimeout(total=15, sock_connect=5)
BAD_STATUS = 300
_CODES: Mapping[type[Exception], int] = MappingProxyType(
    {
        aiohttp.ClientConnectorDNSError: 11210,
        aiohttp.ClientSSLError: 11220,
        aiohttp.TooManyRedirects: 11215,
        aiohttp.ClientConnectorError: 11205,
        TimeoutError: 11200,
    },
)


class WebhookError(Exception):
    """A webhook or its answer was not what it should be; ``code`` is the provider's own."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What a webhook answered with a good status."""

    url: str
    content_type: str
    body: bytes


class Poster:
    """Posts signed forms over one pool of connections, made in the event loop where it is first used."""

    def __init__(self, auth_token: str, wire: Wire) -> None:
        self._auth_token = auth_token
        self._wire = wire
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def fetch(self, url: str, fields: Mapping[str, str], method: str = "POST") -> Answer:
        """Ask once, and once more when no connection could be made, as the provider does by default.

        Raises WebhookError.
        """
        token = str(uuid.uuid4())
        try:
            try:
                return await self._ask(method, url, fields, token)
            except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
                return await self._ask(method, url, fields, token)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            self._tell(method, url, fields, None, type(error).__name__)
            raise WebhookError(_code_of(error), f"no answer ({type(error).__name__})") from None

    async def _ask(self, method: str, url: str, fields: Mapping[str, str], token: str) -> Answer:
        address = URL(url, encoded=True)
        if method == "GET":
            address = address.extend_query(fields)
        signed = signature(self._auth_token, str(address), fields if method == "POST" else {})
        headers = {"X-Twilio-Signature": signed, "I-Twilio-Idempotency-Token": token, "User-Agent": "TwilioProxy/1.1"}
        form = fields if method == "POST" else None
        async with self._open().request(method, address, data=form, headers=headers) as response:
            body = await response.read()
            self._tell(method, url, fields, response.status, _shown(response.content_type, body))
            if response.status >= BAD_STATUS:
                raise WebhookError(11200, f"answered with status {response.status}")
            return Answer(url, response.headers.get("Content-Type", ""), body)

    def _tell(self, method: str, url: str, fields: Mapping[str, str], status: int | None, answer: str) -> None:
        if self._wire.is_tapped:
            self._wire.tell(Crossing(Way.TO_TREE, method, URL(url, encoded=True).path, fields, status, answer))

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            loop = asyncio.get_running_loop()
            connector = aiohttp.TCPConnector(limit=0, loop=loop)
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=PATIENCE, cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session


def _shown(content_type: str, body: bytes) -> str:
    """Sound is not shown, only how much of it there is."""
    return f"{len(body)} bytes of sound" if content_type.startswith("audio/") else body.decode(errors="replace")


def _code_of(error: Exception) -> int:
    return next((code for kind, code in _CODES.items() if isinstance(error, kind)), 11206)
