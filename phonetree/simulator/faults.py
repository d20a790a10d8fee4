"""What can go wrong with one request to send: a plan chooses, request by request, for tests of doubt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delay:
    """Processed as usual, ``seconds`` later."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Broken:
    """A server error, 500 or 503, before or after the text was accepted."""

    status: int = 500
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Hang:
    """No answer until ``release()``; what was not accepted before is processed then, however late."""

    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Reset:
    """The connection breaks off without an answer."""

    accepted: bool = True


@dataclass(frozen=True, slots=True)
class Truncated:
    """Accepted, but only the first half of the answer arrives."""


@dataclass(frozen=True, slots=True)
class Drip:
    """Accepted, and answered so slowly that patience ends: one byte each time that so many seconds have passed."""

    seconds_per_byte: float


@dataclass(frozen=True, slots=True)
class Throttled:
    """Too many requests at once: 429, code 20429, nothing processed."""


Fault = Delay | Broken | Hang | Reset | Truncated | Drip | Throttled
FaultPlan = Callable[[Mapping[str, str]], Fault | None]
"""Told the form of a request to send; called on the carrier's own thread."""
