"""What a school file may choose from, and the words that it may not take for its code."""

from __future__ import annotations

from enum import StrEnum

_STOP_WORDS = ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT")
CARRIER_WORDS = frozenset([*_STOP_WORDS, "START", "YES", "UNSTOP", "HELP", "INFO"])
"""Words that a carrier answers itself, so that a school can never have one for its code."""


class Audience(StrEnum):
    STAFF = "staff"
    PARENTS = "parents"
    NETWORK = "network"
    LEADS = "leads"
    RELAYS = "relays"


class PlaceKind(StrEnum):
    """Where a place is, seen from the school."""

    NEAR = "near"
    AT = "at"
    ROUTE = "route"


class RelayAudience(StrEnum):
    """Whether a group chat is the school's own or shared with others."""

    INTERNAL = "internal"
    EXTERNAL = "external"


class Confirm(StrEnum):
    TEXT = "text"
    CALL = "call"


class Ring(StrEnum):
    TOGETHER = "together"
    IN_TURN = "in_turn"


class JoinMode(StrEnum):
    OPEN = "open"
    HOLD = "hold"


class TakenBy(StrEnum):
    COUNSELOR = "counselor"
    VOLUNTEER = "volunteer"


class Council(StrEnum):
    LSLC = "LSLC"
    SSC = "SSC"
