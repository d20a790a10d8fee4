"""What a flow asks for between the two sides of a request, who stay unknown to each other; and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

# --- effects ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PassOn:
    """Pass *words* on to the other side of the request with this public number, without what gives somebody away."""

    number: str
    words: str = field(repr=False)
    school: str = ""
    """The code of its school, where two on a shared number gave the same number."""


@dataclass(frozen=True, slots=True)
class MuteRequest:
    """Nothing more of this request reaches whoever says so, until it is over."""

    number: str


@dataclass(frozen=True, slots=True)
class AskToTalk:
    """A number was keyed into a call: whether whoever calls may be joined to the other side of that request."""

    number: str


MaskedEffect = PassOn | MuteRequest | AskToTalk

# --- outcomes ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PassedOn:
    """It is on its way; what was left out of it on the way."""

    left_out: bool = False
    is_cut: bool = False


WhyNot = Literal["unknown", "untaken", "unsettled", "closed", "silent", "answered", "too_many", "nothing_left"]
"""unknown: no request of theirs has this number; untaken: nobody has taken it yet; unsettled: a lead has to say yes to
the match; silent: one of the two wants nothing more, or is gone; answered: another lead was first."""


@dataclass(frozen=True, slots=True)
class NotPassedOn:
    """Nothing went to anybody."""

    why: WhyNot = "unknown"


@dataclass(frozen=True, slots=True)
class RequestMuted:
    """Whether there was an open request of theirs."""

    found: bool = True


@dataclass(frozen=True, slots=True)
class MayTalk:
    """Whether there is an open exchange of theirs with this number; the tree calls them for it.

    *has_taken*: they took the request, and did not ask for it.
    """

    is_theirs: bool = True
    has_taken: bool = False


MaskedOutcome = PassedOn | NotPassedOn | RequestMuted | MayTalk
