"""Knocking at the public address: the tree itself through a proxy, and everything that stands there in its place."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from http.client import HTTPConnection
from pathlib import Path

import pytest
from aiohttp import ClientTimeout, web
from phone import ACCOUNT, OLD_TOKEN, TOKEN, house_in, rows, served
from provider_on_loopback import Answer, provider, says
from test_twilio_client import self_signed

from phonetree.app import web_app
from phonetree.twilio.knocking import knock
from phonetree.twilio.webhooks import Provider
from phonetree.words.account import Knocked, Reached


async def knocked(origin: str, *tokens: str, account: str = ACCOUNT) -> Knocked:
    return await knock(Provider(origin, account, tokens or (TOKEN,)), ClientTimeout(total=5, connect=2))


def at(answer: Answer, *, is_secure: Path | None = None) -> Knocked:
    async def scenario() -> Knocked:
        async with provider(answer, self_signed(is_secure) if is_secure else None) as seen:
            return await knocked(seen.url)

    return asyncio.run(scenario())


async def whole(request: web.Request) -> tuple[str, bytes]:
    return request.path_qs, await request.read()


async def behind(folder: Path, passes: Callable[[web.Request], Awaitable[tuple[str, bytes]]], token: str) -> Knocked:
    """At a tree behind a proxy that passes requests on in its own way."""
    inner = 0

    async def forward(request: web.Request) -> web.StreamResponse:
        path, body = await passes(request)
        headers = {name: request.headers[name] for name in ("X-Twilio-Signature", "Content-Type")}
        status, said = await asyncio.to_thread(_ask, inner, path, body, headers)
        return web.Response(status=status, body=said)

    async with provider(forward) as proxy:
        with house_in(folder, PHONETREE_PUBLIC_URL=proxy.url) as house, served(web_app(house)) as inner:
            before = rows(house.database)
            came = await knocked(proxy.url, token)
            assert rows(house.database) == before
            return came


def _ask(port: int, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    said = answer.status, answer.read()
    connection.close()
    return said


@pytest.mark.parametrize("token", [TOKEN, OLD_TOKEN])
def test_a_proxy_that_passes_everything_on(tmp_path: Path, token: str) -> None:
    came = asyncio.run(behind(tmp_path, whole, token))
    assert (came.reached, came.status) == (Reached.SIGNED, 200)
    assert 0 < came.seconds < 5


async def without_query(request: web.Request) -> tuple[str, bytes]:
    return request.path, await request.read()


async def without_what_is_empty(request: web.Request) -> tuple[str, bytes]:
    return request.path_qs, (await request.read()).replace(b"&Empty=", b"")


@pytest.mark.parametrize("passes", [without_query, without_what_is_empty])
def test_a_proxy_that_changes_what_was_signed_is_noticed(
    tmp_path: Path, passes: Callable[[web.Request], Awaitable[tuple[str, bytes]]]
) -> None:
    assert asyncio.run(behind(tmp_path, passes, TOKEN)).reached is Reached.REFUSED


def test_a_tree_with_another_token_refuses(tmp_path: Path) -> None:
    assert asyncio.run(behind(tmp_path, whole, "another")).reached is Reached.REFUSED


async def elsewhere(request: web.Request) -> tuple[str, bytes]:
    return "/tree" + request.path_qs, await request.read()


def test_a_proxy_that_adds_a_folder_leads_to_nothing(tmp_path: Path) -> None:
    came = asyncio.run(behind(tmp_path, elsewhere, TOKEN))
    assert (came.reached, came.status) == (Reached.SOMETHING_ELSE, 404)


@pytest.mark.parametrize(
    ("answer", "reached"),
    [
        (says(200, "phonetree saw something"), Reached.SOMETHING_ELSE),
        (says(200, "<html>Welcome to nginx"), Reached.SOMETHING_ELSE),
        (says(403, "Forbidden"), Reached.SOMETHING_ELSE),
        (says(502, "Bad Gateway"), Reached.SOMETHING_ELSE),
        (says(301, "", Location="https://www.example.org/"), Reached.REDIRECTED),
        (says(308, "", Location="/twilio/check/"), Reached.REDIRECTED),
    ],
)
def test_what_is_not_the_tree(answer: Answer, reached: Reached) -> None:
    assert at(answer).reached is reached


async def cuts_off(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


def test_no_answer_no_connection_and_no_trust(tmp_path: Path) -> None:
    assert at(cuts_off).reached is Reached.NO_ANSWER
    assert asyncio.run(knocked("http://127.0.0.1:9")).reached is Reached.NO_CONNECTION
    assert asyncio.run(knocked("https://nowhere.invalid")).reached is Reached.NO_CONNECTION
    assert at(says(200), is_secure=tmp_path / "own.pem").reached is Reached.BAD_CERTIFICATE
