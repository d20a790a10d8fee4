"""What may happen at one end of a call while the player waits for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from phonetree.simulator.calls import Ask


class Need(StrEnum):
    """What a call waits for, when it waits."""

    PICK_UP = "somebody to pick up"
    KEYS = "keys"
    SOUND = "speech"
    QUEUE = "somebody to take it from the queue"
    ANOTHER = "another telephone"
    TALK = "the end of the talk"


class LineClosed(Exception):
    """The call is over at this end."""


class Diverted(Exception):
    """Another document is to be played instead; ``ask`` is where it is."""

    def __init__(self, ask: Ask) -> None:
        super().__init__("the call was sent elsewhere")
        self.ask = ask


@dataclass(frozen=True, slots=True)
class Speech:
    """What somebody says after the tone. ``ending``: a key, ``hangup``, or nothing, which is silence."""

    seconds: float
    ending: str = ""
