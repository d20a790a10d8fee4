"""What another lead hears in a call when a PIN was keyed under duress, once they have keyed their own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UnderDuress:
    """This call is about it. *ending*: the last two digits of that lead's phone."""

    ending: str
    can_send: bool = True
    """Whether this lead may send the same as their own."""


@dataclass(frozen=True, slots=True)
class TakeUpDuress:
    """Let this lead's PIN be asked for what was keyed under duress. *which*: as the call was told."""

    which: str


DuressEffect = TakeUpDuress


@dataclass(frozen=True, slots=True)
class DuressAtHand:
    """It waits for this lead's PIN; without it nothing is said."""


DuressOutcome = DuressAtHand
