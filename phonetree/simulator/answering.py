"""Answering one request to send as the fault plan wants it: in time, late, broken, cut off or never."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import assert_never

from aiohttp import web

from phonetree.simulator.faults import Broken, Delay, Drip, Fault, Hang, Reset, Throttled, Truncated
from phonetree.simulator.refusals import REFUSALS, Refusal

Take = Callable[[], web.Response]
"""Accept the text, or refuse it, and say so."""
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


def refuse(refusal: Refusal) -> web.Response:
    return web.json_response(refusal.as_json(), status=refusal.status)


class Answering:
    """Holds the requests that hang or drip until they are released or the carrier stops."""

    def __init__(self) -> None:
        self._released = asyncio.Event()
        self._is_closing = False

    def open(self) -> None:
        self._released, self._is_closing = asyncio.Event(), False

    def release(self) -> None:
        self._released.set()
        self._released = asyncio.Event()

    def close(self) -> None:
        self._is_closing = True
        self._released.set()

    async def answer(self, request: web.Request, fault: Fault | None, take: Take) -> web.StreamResponse:
        response: web.StreamResponse
        match fault:
            case None:
                response = take()
            case Delay(seconds):
                await asyncio.sleep(seconds)
                response = take()
            case Broken(status, accepted):
                response = _broken(status, take if accepted else None)
            case Hang(accepted):
                response = await self._hang(request, take() if accepted else None, take)
            case Reset(accepted):
                response = _break_off(request, take() if accepted else None)
            case Truncated():
                response = _truncate(take())
            case Drip(seconds):
                response = await self._drip(request, take(), seconds)
            case Throttled():
                response = refuse(REFUSALS[20429])
            case _:
                assert_never(fault)
        return response

    async def _hang(self, request: web.Request, taken: web.Response | None, take: Take) -> web.Response:
        await self._released.wait()
        return _break_off(request, taken) if self._is_closing else taken or take()

    async def _drip(self, request: web.Request, whole: web.Response, seconds: float) -> web.StreamResponse:
        """Byte by byte, until whoever asked has gone."""
        body = whole.body if isinstance(whole.body, bytes) else b""
        slow = web.StreamResponse(status=whole.status, headers={"Content-Type": "application/json"})
        slow.content_length = len(body)
        released = self._released
        with suppress(ConnectionError):
            await slow.prepare(request)
            *drops, last = (body[place : place + 1] for place in range(len(body)))
            for drop in drops:
                await _pause(released, seconds)
                await slow.write(drop)
            await slow.write_eof(last)
        return slow


async def _pause(released: asyncio.Event, seconds: float) -> None:
    """So long, or until what hangs is released."""
    with suppress(TimeoutError):
        await asyncio.wait_for(released.wait(), seconds)


def status_told(request: web.Request, response: web.StreamResponse) -> int | None:
    """What whoever asked was answered; ``None`` where the connection broke before that went out to its end."""
    is_broken_off = request.transport is None or request.transport.is_closing()
    return None if is_broken_off and not response.body_length else response.status


def _broken(status: int, take: Take | None) -> web.Response:
    if take is not None:
        take()  # what was accepted stays accepted, only nobody is told
    code = 20503 if status == REFUSALS[20503].status else 20500
    return web.json_response(REFUSALS[code].as_json(), status=status)


def _truncate(whole: web.Response) -> web.Response:
    body = whole.body if isinstance(whole.body, bytes) else b""
    return web.Response(body=body[: len(body) // 2], status=whole.status, content_type="application/json")


def _break_off(request: web.Request, taken: web.Response | None) -> web.Response:
    """End the connection with a reset; the response returned reaches nobody."""
    transport = request.transport
    if transport is not None:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        transport.abort()
    return taken or web.Response(status=500)
