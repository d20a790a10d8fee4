"""Erasing a whole school by two leads: what a lead is about to do, what is done with it, and what came of that."""

from __future__ import annotations

from dataclasses import dataclass, field

from phonetree.words.i18n import Moment


@dataclass(frozen=True, slots=True)
class Erasing:
    """A lead's own code to erase the school. *is_second*: another lead has said yes already."""

    code: str = field(repr=False)
    is_second: bool = False


# --- effects ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AskToErase:
    """A code for this lead. Nothing is erased before two leads have sent theirs, each with their PIN."""


@dataclass(frozen=True, slots=True)
class ApproveErasing:
    """Weigh a code and a PIN; ``evidence`` is the desk's."""


@dataclass(frozen=True, slots=True)
class StopErasing:
    """Any lead, without a PIN, as long as it has not begun."""


EraseEffect = AskToErase | ApproveErasing | StopErasing

# --- outcomes ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EraseCodeOpen:
    """A code waits for this lead's answer; the context now holds it."""


@dataclass(frozen=True, slots=True)
class NoSecondLead:
    """There is no other lead with a PIN who could say yes."""


@dataclass(frozen=True, slots=True)
class SecondAsked:
    """Right; the other leads are asked now."""


@dataclass(frozen=True, slots=True)
class ErasingDue:
    """Two leads said yes: it begins *at* this time, and until then can be stopped."""

    at: Moment


@dataclass(frozen=True, slots=True)
class ErasingStopped:
    """It is stopped, and all leads are told."""


EraseOutcome = EraseCodeOpen | NoSecondLead | SecondAsked | ErasingDue | ErasingStopped
