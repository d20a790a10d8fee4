"""What the desk needs of group chats, such as a school's Signal group: a post goes out, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from math import inf
from typing import Protocol


class PostTrouble(StrEnum):
    """Why a post did not go out, as the ledger keeps it: a kind, never an address or somebody's words."""

    NOT_SET = "not_set"
    """The environment holds no address by this name."""
    NOT_UNDERSTOOD = "not_understood"
    """What it holds there is no address of a group chat."""
    REFUSED = "refused"
    """The service is not there, or does not take it."""
    NO_ANSWER = "no_answer"
    """No answer in time: nobody knows whether the group has it."""
    STILL_ASKED = "still_asked"
    """An earlier request to the same chat hangs still."""
    TOO_LATE = "too_late"
    """It waited too long for its turn and was not asked for: it may have been called off meanwhile."""
    EXPIRED = "expired"
    UNREADABLE = "unreadable"
    """No key of ours opens its words."""


@dataclass(frozen=True, slots=True)
class OutgoingPost:
    """One post for the chat whose address the environment holds by the name *chat*."""

    chat: str
    words: str = field(repr=False)
    ask_by: float = field(default=inf, compare=False)
    """A monotonic time: after it the post is not asked for any more."""


@dataclass(frozen=True, slots=True)
class Posted:
    """The service took it."""


@dataclass(frozen=True, slots=True)
class NotPosted:
    """It did not go out; where there was no answer, it may have."""

    trouble: PostTrouble

    @property
    def may_have_come(self) -> bool:
        return self.trouble is PostTrouble.NO_ANSWER


PostOutcome = Posted | NotPosted


class GroupChats(Protocol):
    """Whoever posts to group chats. Never raises for what a network or a service does, and always answers in time."""

    async def post(self, post: OutgoingPost) -> PostOutcome: ...


class NoChats:
    """Where no group chat is set up."""

    async def post(self, post: OutgoingPost) -> PostOutcome:  # noqa: ARG002 - the port's shape
        return NotPosted(PostTrouble.NOT_SET)
