"""What happens when a telephone rings, as plans for tests and the demo: who picks up, what they press, how they end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Heard:
    """One thing that came out of a telephone: words in a provider's voice, or a recording from ``url``."""

    words: str = ""
    language: str = ""
    voice: str = ""
    url: str = ""
    size: int = 0
    """Bytes of the recording."""
    seconds: float = 0.0


Keys = Sequence[str | None] | Callable[[tuple[Heard, ...]], str | None]
"""The keys for one question after another, None where nothing is pressed; or what to press after what was heard."""


@dataclass(frozen=True, slots=True, repr=False)
class PicksUp:
    """A person answers. Keys that run out are silence; somebody who is joined to another talks until that one ends."""

    keys: Keys = ()
    speaks: float = 0.0
    """Seconds into each recording; 0: says nothing."""
    hangs_up_after: int | None = None
    """Hangs up at this question or tone, counted from 1, instead of answering it."""
    talks: float | None = None
    """Seconds of talk before hanging up on whoever they are joined to; None: never."""
    barges_in: bool = False
    """Presses before the question is said."""
    taken_for: str = "human"
    """What answering machine detection takes them for."""


@dataclass(frozen=True, slots=True)
class MachineAnswers:
    """A voicemail answers: it presses nothing and hears everything after its beep."""

    taken_for: str = "machine_end_beep"
    """With ``DetectMessageEnd``; with ``Enable`` it is ``machine_start``, unless it is taken for a human."""
    greeting: float = 8.0


@dataclass(frozen=True, slots=True)
class RingsOut:
    """Nobody answers."""


@dataclass(frozen=True, slots=True)
class Busy:
    """The line is taken."""


@dataclass(frozen=True, slots=True)
class Unobtainable:
    """There is no such telephone, or the network does not find it."""


@dataclass(frozen=True, slots=True)
class ByHand:
    """It rings until somebody drives it: ``PhoneCall.pick_up()`` and what follows."""


AnswerPlan = PicksUp | MachineAnswers | RingsOut | Busy | Unobtainable | ByHand
