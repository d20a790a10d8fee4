"""One text that came in and everything that belongs to answering it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from phonetree.desk.means import Means
from phonetree.desk.proposals import Evidence
from phonetree.models import Conversation, Person, Sender, Site
from phonetree.words.numbers import PhoneNumber


@dataclass(frozen=True, slots=True)
class HeardText:
    """A text as it came in. ``opt_out``: what the carrier already took it for."""

    sid: str
    sender: PhoneNumber = field(repr=False)
    recipient: PhoneNumber = field(repr=False)
    words: str = field(repr=False)
    has_media: bool = False
    opt_out: Literal["STOP", "START", "HELP"] | None = None


@dataclass(slots=True)
class Exchange:
    """One turn at the desk. It lives as long as its transaction."""

    means: Means
    heard: HeardText
    sender: Sender
    person: Person
    site: Site
    conversation: Conversation
    evidence: Evidence | None = None
    has_chosen_site: bool = False
    forget_at_the_end: bool = False

    @property
    def weighed(self) -> int | None:
        return None if self.evidence is None else self.evidence.approval_id

    def choose(self, site: Site | None) -> None:
        """From here on the conversation is about *site*."""
        if site is not None and site.sender_id == self.sender.id:
            self.site, self.has_chosen_site = site, True
