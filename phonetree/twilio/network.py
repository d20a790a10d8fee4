"""The one way to the provider's REST API: what was sent, what never was, and what nobody knows."""

from __future__ import annotations

import base64
import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from functools import lru_cache, partial
from http import HTTPStatus
from math import inf
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote_plus, urlencode

from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorError,
    ClientError,
    ClientRequest,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    TCPConnector,
)
from aiohttp.connector import Connection
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.response import Response

from phonetree.twilio.errors import is_in_doubt
from phonetree.words.ports import Verdict

TWILIO_API = "https://api.twilio.com"
TWILIO_MESSAGING = "https://messaging.twilio.com"
TWILIO_ACCOUNTS = "https://accounts.twilio.com"
TWILIO_VOICE = "https://voice.twilio.com"
_HOSTS = (TWILIO_API, TWILIO_MESSAGING, TWILIO_ACCOUNTS, TWILIO_VOICE)

PATIENCE = ClientTimeout(total=10, connect=3)
"""Seconds. Total is under the lease of a claimed row, so that nothing outlives the right to send it."""

LONG_PATIENCE = ClientTimeout(total=120, connect=3)
"""For a list of a whole country's numbers, which no text waits for."""

KEEP_ALIVE = 5
"""Seconds. A connection that the carrier closes just as we write leaves a text in doubt; a young one is not closed."""


T = TypeVar("T")
ASK_BY: ContextVar[float] = ContextVar("ask by", default=inf)
"""Until when this task may still ask, as a monotonic time: a process may sleep between a decision and its request."""
LOAD: ContextVar[int | None] = ContextVar("load", default=None)
"""How many requests of ours the provider counted when it last answered in this task."""
_LOAD_HEADER = "Twilio-Concurrent-Requests"


# of a broadcast's forms nearly all is the same, text after text
_quoted = lru_cache(maxsize=64)(quote_plus)


class NeverSent(Exception):
    """No connection came about, or too late, so nothing was asked."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.value)
        self.verdict = verdict


class NoAnswer(Exception):
    """Something was asked and nobody knows what became of it. ``str()`` names the kind of fault and nothing else."""


class _InTime(ClientRequest):
    """A request that is not written once its time is over, however long it waited for a connection."""

    async def send(self, conn: Connection) -> ClientResponse:
        if time.monotonic() > ASK_BY.get():
            raise NeverSent(Verdict.LATE)
        return await super().send(conn)


class PatientHttp(AsyncTwilioHttpClient):
    """The library's way to the network, with our timeouts, a bounded pool, no redirects, no logs and no memory.

    The base class ignores its timeout, warns on every request because of its credentials, logs each URL and keeps the
    last request and answer on itself; so none of its methods is used.
    """

    def __init__(
        self, base_url: str = TWILIO_API, *, concurrency: int = 100, patience: ClientTimeout = PATIENCE
    ) -> None:
        super().__init__(pool_connections=False)
        self._base_url = base_url.rstrip("/")
        self._concurrency = concurrency
        self.patience = patience

    async def __aenter__(self) -> Self:
        """Make the pool here, inside the loop that will use it."""
        self.session = ClientSession(
            connector=TCPConnector(limit=self._concurrency, keepalive_timeout=KEEP_ALIVE),
            timeout=self.patience,
            request_class=_InTime,
            cookie_jar=DummyCookieJar(),
            trust_env=False,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.session is not None:
            await self.session.close()

    async def request(  # type: ignore[override] # noqa: PLR0913, PLR0917 - the library's own, sync two classes up
        self,
        method: str,
        url: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - ours stands
        allow_redirects: bool = False,  # noqa: ARG002, FBT001, FBT002 - never
    ) -> Response:
        """Ask once; raises ``NeverSent`` and ``NoAnswer``, and returns what is a definite answer, headers included."""
        body = urlencode(data, doseq=True, quote_via=_quoted).encode() if data else None
        headers = {**(headers or {}), **_authorization(auth)}
        told = await self._asked(method, self._address(url), _told, params=params, data=body, headers=headers)
        load = (told.headers or {}).get(_LOAD_HEADER, "")
        LOAD.set(int(load) if load.isascii() and load.isdecimal() else None)
        if is_in_doubt(told.status_code):
            raise NoAnswer(f"HTTP {told.status_code}")
        return told

    async def fetch(self, url: str, auth: tuple[str, str], most: int) -> bytes | None:
        """Fetch what is no text; ``None`` where it is not there, or over *most* bytes. Raises as ``request`` does."""
        return await self._asked("GET", self._address(url), partial(_body, most), headers=_authorization(auth))

    async def _asked(self, method: str, url: str, read: Callable[[ClientResponse], Awaitable[T]], **asked: Any) -> T:
        if self.session is None:
            raise RuntimeError("open it first: async with PatientHttp(...)")
        # no error of the network's leaves with its URL, which holds a phone number when a look-up was asked
        try:
            async with self.session.request(method, url, allow_redirects=False, **asked) as answer:
                return await read(answer)
        except ClientConnectorCertificateError:  # a wrong clock, or somebody in between: nobody retries that away
            raise NeverSent(Verdict.MISCONFIGURED) from None
        except (ClientConnectorError, ConnectionTimeoutError):
            raise NeverSent(Verdict.BUSY) from None
        except (ClientError, OSError) as fault:  # a TimeoutError is an OSError
            raise NoAnswer(type(fault).__name__) from None

    async def fetch_listed(self, url: str, most: int) -> bytes | None:
        """Fetch from a signed address that the provider named, without our login; ``None`` as of ``fetch``."""
        is_simulated = self._base_url != TWILIO_API and url.startswith(f"{self._base_url}/")
        if not (url.startswith("https://") or is_simulated):
            raise NeverSent(Verdict.MISCONFIGURED)
        return await self._asked("GET", url, partial(_body, most), timeout=LONG_PATIENCE)

    def _address(self, url: str) -> str:
        """Our own settings may put another host in place of the provider's, a simulated one."""
        for host in _HOSTS:
            if url.startswith(f"{host}/"):
                return (host if self._base_url == TWILIO_API else self._base_url) + url.removeprefix(host)
        raise NeverSent(Verdict.MISCONFIGURED)


async def _told(answer: ClientResponse) -> Response:
    return Response(answer.status, await answer.text("utf-8", "replace"), answer.headers)


async def _body(most: int, answer: ClientResponse) -> bytes | None:
    if answer.status != HTTPStatus.OK:
        return None
    found = bytearray()
    async for part in answer.content.iter_any():
        found += part
        if len(found) > most:
            return None
    return bytes(found)


def _authorization(auth: tuple[str, str] | None) -> dict[str, str]:
    """Basic credentials by hand: aiohttp's own object warns on every request."""
    if auth is None:
        return {}
    return {"Authorization": f"Basic {base64.b64encode(':'.join(auth).encode()).decode()}"}
