"""A provider on loopback for the tests of the client: it answers as it is told, and remembers what it was asked."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from aiohttp import web

from phonetree.twilio.client import Line, TwilioCarrier

ACCOUNT = "AC" + "0" * 32

T = TypeVar("T")
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Provider:
    """What the server was asked."""

    url: str = ""
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


@asynccontextmanager
async def provider(answer: Answer, tls: ssl.SSLContext | None = None) -> AsyncIterator[Provider]:
    seen = Provider()

    async def remember(request: web.Request) -> web.StreamResponse:
        fields = await request.post()
        form = {name: ",".join(str(value) for value in fields.getall(name)) for name in fields}
        seen.asked.append((request.method, request.path_qs, form))
        seen.headers.append(dict(request.headers))
        return await answer(request)

    site = web.Application()
    site.router.add_route("*", "/{path:.*}", remember)
    runner = web.AppRunner(site, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    seen.url = f"{'https' if tls else 'http'}://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield seen
    finally:
        await runner.cleanup()


def carrier(url: str, **changed: Any) -> TwilioCarrier:
    settings: dict[str, Any] = {
        "account_sid": ACCOUNT,
        "credentials": ("SKkey", "secret"),
        "base_url": url,
        "public_url": "https://tree.example.org",
    }
    return TwilioCarrier(**(settings | changed))


def says(status: int, body: object = None, **headers: str) -> Answer:
    text = body if isinstance(body, str) else json.dumps(body)

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=text, headers=headers, content_type="application/json")

    return answer


def ask(answer: Answer, question: Callable[[Line], Awaitable[T]], **changed: Any) -> tuple[T, Provider]:
    async def scenario() -> tuple[T, Provider]:
        async with provider(answer) as seen, carrier(seen.url, **changed).open() as line:
            return await question(line), seen

    return asyncio.run(asyncio.wait_for(scenario(), 20))
