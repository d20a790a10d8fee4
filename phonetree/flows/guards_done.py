"""What a lead reads and hears once something was frozen, thawed or a lead removed, or why it was not."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.guards import (
    Frozen,
    FrozenByYou,
    GuardOutcome,
    IsFrozen,
    LeadRemoved,
    MoveAgreed,
    NoSuchLead,
    NotFrozen,
    RemovedOneToday,
    Thawed,
    ThawWanted,
)
from phonetree.dialogue.outcomes import Outcome
from phonetree.flows import guard_words, guards_told
from phonetree.words.i18n import ByChannel, Sentences, _, say


def is_guard(outcome: Outcome | None) -> bool:
    return isinstance(outcome, GuardOutcome)


def came_of(context: Context, outcome: Outcome | None) -> ByChannel:
    """What is so now, after the PIN or without it."""
    match outcome:
        case Frozen() | IsFrozen() if context.frozen is not None:
            return guard_words.stands(context.frozen)
        case ThawWanted():
            written = _("Your part is done. It is still frozen: one more lead has to send THAW.")
            return ByChannel(written, Sentences((say("Your part is done."), say("One more lead has to say so."))))
        case Thawed(held):
            return _thawed(held)
        case LeadRemoved():
            written = _("Done. That phone is no lead any more. All leads are told.")
            return ByChannel(written, Sentences((say("That phone is no lead any more."), say("All leads are told."))))
        case MoveAgreed():
            written = _("Agreed. It is done a day after it was asked for. MOVE stops it until then.")
            return ByChannel(written, say("Agreed. It is done in a day."))
        case _:
            return _not_done(outcome)


def _thawed(held: int) -> ByChannel:
    over = ByChannel(_("The freeze is over."), say("The freeze is over."))
    if not held:
        return over
    waiting = guards_told.waits(held)
    return ByChannel(Sentences((over.written, waiting)), Sentences((over.said, say("{n} phones wait.", n=held))))


def _not_done(outcome: Outcome | None) -> ByChannel:
    match outcome:
        case NotFrozen():
            return ByChannel(_("Nothing is frozen."), say("Nothing is frozen."))
        case FrozenByYou():
            written = _("You froze it. Two other leads end it sooner; else it ends by itself.")
            return ByChannel(written, say("You froze it. Two other leads can end it sooner."))
        case NoSuchLead():
            return ByChannel(_("There is no other lead. Nobody was removed."), say("There is no other lead."))
        case RemovedOneToday():
            written = _("One lead removes one other in a day. Another lead can do it.")
            return ByChannel(written, say("You removed a lead today. Another lead can do it."))
        case _:
            return ByChannel(
                _("That is no longer open. Nothing was done now."), say("That is no longer open. Nothing was done.")
            )
