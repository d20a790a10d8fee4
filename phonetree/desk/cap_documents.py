"""A CAP document of the network, once it is read: what the phone tree needs of it, and nothing else."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from phonetree.desk.means import Means
from phonetree.dialogue.effects import Kind, Level


class Status(StrEnum):
    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    SYSTEM = "System"
    TEST = "Test"
    DRAFT = "Draft"


class Message(StrEnum):
    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"
    ACK = "Ack"
    ERROR = "Error"


KINDS = {"near": Kind.NEAR, "at": Kind.AT, "route": Kind.ROUTE, "support": Kind.SUPPORT}
"""By what a document calls them, or by the lead's digit. What only the school can say is not among them."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Which document: whose, its identifier, and when it was sent (aware)."""

    sender: str = field(repr=False)
    identifier: str = field(repr=False)
    sent: datetime

    def identity(self, means: Means, network: str) -> bytes:
        """By what it is known again, of this network: a keyed hash, for a sender may be named by anything."""
        parts = (network, self.sender, self.identifier, self.sent.astimezone(UTC).isoformat())
        return hmac.digest(means.keys.identity_key, "\0".join(parts).encode(), hashlib.sha256)


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened, in one language. Kind and place as the document names them; its words are for leads only."""

    language: str
    is_observed: bool
    expires: datetime | None
    kind: str = ""
    place: str = ""
    words: str = field(default="", repr=False)

    @property
    def level(self) -> Level:
        return Level.CONFIRMED if self.is_observed else Level.UNCONFIRMED

    def known_kind(self) -> Kind | None:
        """None where it names none of ours: then a lead is asked."""
        return KINDS.get(self.kind.lower()) or next((kind for kind in KINDS.values() if kind == self.kind), None)


@dataclass(frozen=True, slots=True)
class CapDocument:
    itself: Reference
    status: Status
    message: Message
    references: Sequence[Reference] = ()
    happenings: Sequence[Happening] = ()

    def told_in(self, language: str) -> Happening | None:
        """The same in the school's language, else in English, else in whichever it begins with."""
        for wanted in (language, "en"):
            for info in self.happenings:
                if info.language.lower().split("-")[0] == wanted.lower().split("_")[0]:
                    return info
        return self.happenings[0] if self.happenings else None
