"""What a text can mean: the commands and the closed union of meanings, for the flows that answer them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal


class Command(StrEnum):
    """Everything that can be asked of the tree in one word; the flows decide who may ask it."""

    JOIN = "join"
    LANGUAGE = "language"
    NEWS = "news"
    REPORT = "report"
    AID = "aid"
    HOTLINE = "hotline"
    FIND = "find"
    RIGHTS = "rights"
    PLAN = "plan"
    LEAD = "lead"
    HELP = "help"
    STOP = "stop"
    LESS = "less"
    START = "start"
    ERASE = "erase"
    MOVE = "move"
    MENU = "menu"
    BACK = "back"
    SAFE = "safe"

    ALERT = "alert"
    UPDATE = "update"
    CLEAR = "clear"
    CORRECT = "correct"
    DRILL = "drill"
    ABORT = "abort"
    FREEZE = "freeze"
    THAW = "thaw"
    STATUS = "status"
    CHECK = "check"
    FALSE = "false"
    CONFIRM = "confirm"
    SEND = "send"
    REMOVE = "remove"
    RECORD = "record"
    JOINS = "joins"
    ADMIT = "admit"
    REFUSE = "refuse"
    CODE = "code"

    ON = "on"
    OFF = "off"
    MUTE = "mute"
    TAKE = "take"
    DONE = "done"
    PASS = "pass"  # noqa: S105 - "pass this request on", no password


@dataclass(frozen=True, slots=True)
class Said:
    """A command. ``language`` is the word's own, when exactly one language has that word.

    ``item`` is the kind of aid that was named, or the tag of the language that was named. What people wrote
    (``arguments``) stays out of the repr.
    """

    command: Command
    language: str | None = None
    arguments: str = field(default="", repr=False)
    item: str | None = None


@dataclass(frozen=True, slots=True)
class Carrier:
    """The whole text is one of the carrier's own words: the carrier answers it, we only record."""

    kind: Literal["stop", "start", "help"]


@dataclass(frozen=True, slots=True)
class WishToStop:
    """A clear wish to get nothing more, in our words or in a sentence; the carrier did not take it."""

    language: str | None = None


@dataclass(frozen=True, slots=True)
class Digits:
    """Nothing but digits (or ``*`` or ``#`` alone): an answer, a choice, a code, perhaps a PIN, so never in a repr."""

    digits: str = field(repr=False)
    groups: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Either:
    """The word means several things, or one thing that is too dear to guess: ask, offering these."""

    commands: tuple[Said | WishToStop, ...]


@dataclass(frozen=True, slots=True)
class Ignored:
    """Written by the phone, not by its owner: no answer."""

    reason: Literal["reaction", "automatic reply"]


@dataclass(frozen=True, slots=True)
class Unknown:
    """No command of ours: a message for a person, or the menu."""


Meaning = Said | Carrier | WishToStop | Digits | Either | Ignored | Unknown
