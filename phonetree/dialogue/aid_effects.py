"""What flows ask for about requests of aid, as values; every one of them has an outcome, for Perform."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """Somebody asks to be contacted about this item, by its key in the school's file."""

    item: str


@dataclass(frozen=True, slots=True)
class FinishRequest:
    """The request with this public number is done: said by who took it, who asked, or a lead."""

    number: str


@dataclass(frozen=True, slots=True)
class PassRequest:
    """Who took the request with this public number gives it back."""

    number: str


Theirs = Literal["finish", "pass", "confirm"]
"""Open requests that this person may close, may give back, or whose match a lead has yet to say yes to."""


@dataclass(frozen=True, slots=True)
class FindRequests:
    """Bring up the requests of which one is meant where no number was named."""

    to: Theirs


@dataclass(frozen=True, slots=True)
class SayYes:
    """A lead says yes to the match at hand, to meet at the place with this key."""

    number: str
    place: str


AidEffect = OpenRequest | FinishRequest | PassRequest | FindRequests | SayYes
