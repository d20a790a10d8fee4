"""``GET /metrics``: figures for monitoring on this network; for whoever comes by the public address no such page."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, request
from prometheus_client import CONTENT_TYPE_LATEST

FRESH = 1.0
"""Seconds for which one look at the database serves everybody who asks this process."""
PASSED_ON = (
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Real-IP",
    "Forwarded",
    "Via",
    "CF-Connecting-IP",
)
"""What a proxy says of whom it speaks for."""
ON_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(slots=True)
class Remembered:
    """The last answer, for a second: however many ask at once, one looks."""

    look: Callable[[], bytes]
    clock: Callable[[], float] = time.monotonic
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _until: float = float("-inf")
    _answer: bytes = b""

    def __call__(self) -> bytes:
        with self._lock:
            if self.clock() >= self._until:
                self._answer = self.look()
                self._until = self.clock() + FRESH
            return self._answer


def metrics(public_url: str, look: Callable[[], bytes]) -> Blueprint:
    """The blueprint: *look* gathers the figures as text."""
    blueprint, answer = Blueprint("metrics", __name__), Remembered(look)
    public_host = urlsplit(public_url).hostname or ""

    @blueprint.get("/metrics")
    def figures() -> Response:
        if came_from_outside(public_host):
            abort(404)
        return Response(answer(), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})

    return blueprint


def came_from_outside(public_host: str) -> bool:
    """Whether the request went through a proxy, or names the public address. A tree on this machine has no other."""
    if any(name in request.headers for name in PASSED_ON):
        return True
    asked = _host()
    return asked is None or (asked == public_host.lower() and public_host not in ON_THIS_MACHINE)


def _host() -> str | None:
    """The host that was asked for; None where that is no host."""
    try:
        return (urlsplit(f"//{request.headers.get('Host', '')}").hostname or "").lower()
    except ValueError:
        return None
