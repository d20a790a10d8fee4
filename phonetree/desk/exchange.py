"""One text, or one turn of a call, that came in and everything that belongs to answering it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from phonetree.desk.means import Means
from phonetree.desk.weighing import Evidence
from phonetree.dialogue.outcomes import Outcome
from phonetree.models import Call, Conversation, Delivery, Person, Sender, Site
from phonetree.words.numbers import PhoneNumber


@dataclass(frozen=True, slots=True)
class Incoming:
    """What came in, under the identity by which a repeat of it is known. ``opt_out``: what the carrier took it for."""

    sid: str
    words: str = field(repr=False)
    has_media: bool = False
    opt_out: Literal["STOP", "START", "HELP"] | None = None


@dataclass(frozen=True, slots=True)
class HeardText:
    """A text as it came in. ``opt_out``: what the carrier already took it for."""

    sid: str
    sender: PhoneNumber = field(repr=False)
    recipient: PhoneNumber = field(repr=False)
    words: str = field(repr=False)
    has_media: bool = False
    opt_out: Literal["STOP", "START", "HELP"] | None = None

    @property
    def incoming(self) -> Incoming:
        return Incoming(self.sid, self.words, self.has_media, self.opt_out)


@dataclass(frozen=True, slots=True)
class Target:
    """A number to dial, and the attempt whose first turn is said to whoever picks up there."""

    number: PhoneNumber = field(repr=False)
    whisper: str | None = None


class MustWrite(Exception):
    """A turn that was taken while only reading wants something done: it is to be taken anew, under lock."""


@dataclass(slots=True)
class Exchange:
    """One turn at the desk. It lives as long as its transaction. Of a withheld number the *person* is in no table."""

    means: Means
    heard: Incoming
    sender: Sender
    person: Person
    site: Site
    thread: Conversation | Call
    evidence: Evidence | None = None
    has_chosen_site: bool = False
    forget_at_the_end: bool = False
    last_text_at: datetime | None = None
    """When the last safety text was handed over to this phone."""
    may_write: bool = True
    """False: this turn only reads; nothing may be performed."""
    delivery: Delivery | None = None
    """For a call of ours: its row in the ledger."""

    done: set[type] = field(default_factory=set)
    """What kinds of effect were performed."""
    came_of: list[Outcome] = field(default_factory=list)
    """And what came of those that a flow waited for, the last at the end."""

    @property
    def weighed(self) -> int | None:
        return None if self.evidence is None else self.evidence.approval_id

    @property
    def conversation(self) -> Conversation:
        """Where the conversation by text stands."""
        if isinstance(self.thread, Conversation):
            return self.thread
        raise TypeError("this is a call")

    @property
    def call(self) -> Call | None:
        return self.thread if isinstance(self.thread, Call) else None

    @property
    def is_withheld(self) -> bool:
        """Whether nobody knows whose phone this is."""
        return self.call is not None and self.call.person_id is None

    def choose(self, site: Site | None) -> None:
        """From here on the conversation is about *site*."""
        if site is not None and site.sender_id == self.sender.id:
            self.site, self.has_chosen_site = site, True
