"""What a document of a call may tell the carrier to do, as values: read by ``voice_twiml``, played by ``player``."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Target:
    """Where to ask for the next document. ``url`` is absolute."""

    url: str
    method: str = "POST"


@dataclass(frozen=True, slots=True, repr=False)
class Say:
    words: str
    language: str
    voice: str


@dataclass(frozen=True, slots=True)
class Play:
    url: str


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: int


Prompt = Say | Play | Pause


@dataclass(frozen=True, slots=True)
class Gather:
    """``digits`` None: any number of keys until ``finish_on``, which may be empty."""

    prompts: tuple[Prompt, ...]
    action: Target
    timeout: int
    digits: int | None
    finish_on: str
    tells_silence: bool


@dataclass(frozen=True, slots=True)
class Record:
    action: Target
    timeout: int
    longest: int
    finish_on: str
    callback: Target | None


@dataclass(frozen=True, slots=True)
class DialNumber:
    number: str = field(repr=False)
    action: Target | None
    timeout: int
    caller_id: str | None = field(repr=False)
    whisper: Target | None


@dataclass(frozen=True, slots=True)
class DialQueue:
    name: str
    action: Target | None
    timeout: int


@dataclass(frozen=True, slots=True)
class Enqueue:
    name: str
    action: Target | None
    wait: Target | None


@dataclass(frozen=True, slots=True)
class Redirect:
    target: Target


@dataclass(frozen=True, slots=True)
class Hangup:
    """End the call."""


@dataclass(frozen=True, slots=True)
class Leave:
    """To a caller who waits in a queue: go on after it."""


@dataclass(frozen=True, slots=True)
class Reject:
    """Do not take the call."""

    is_busy: bool


Verb = Say | Play | Pause | Gather | Record | DialNumber | DialQueue | Enqueue | Redirect | Hangup | Leave | Reject
