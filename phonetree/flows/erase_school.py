"""ERASE ALL: two leads forget the whole school, each with code and PIN; for an hour any lead stops it. Text only."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.erasing import (
    ApproveErasing,
    AskToErase,
    EraseCodeOpen,
    ErasingDue,
    ErasingStopped,
    NoSecondLead,
    SecondAsked,
    StopErasing,
)
from phonetree.dialogue.nodes import Ask, Do, End, Flow, Node, Perform
from phonetree.dialogue.outcomes import Locked, NoPin, NotAnAnswer, WrongAnswer
from phonetree.flows.erasing_words import what_goes
from phonetree.words.i18n import Sentences, Word, _

flow = Flow("erase_all", through_alerts=True)


@flow.step
def begin(_context: Context) -> Node:
    """``ERASE ALL`` from an enrolled lead's phone."""
    return Perform(AskToErase(), begun)


@flow.step
def begun(context: Context) -> Node:
    match context.outcome:
        case EraseCodeOpen():
            return Do((), answer)
        case NoSecondLead():
            return End(_("{s}: Nothing is erased. It takes two leads, each with a PIN.", s=context.short))
        case NoPin():
            return End(_("{s}: Nothing is erased. This phone has no PIN yet.", s=context.short))
        case _:
            return End(_("{s}: Nothing is erased. This school takes no PIN by text.", s=context.short))


@flow.step
def answer(context: Context) -> Node:
    """The one place where a school's end is agreed to. The answer is a code and a PIN, never stored."""
    return _asks(context, what_goes(context.short))


def _asks(context: Context, before: Word) -> Node:
    if context.erasing is None:
        return End(_("That is no longer open. Nothing is erased."))
    how = _("If you want that, send: {code} then your PIN.", code=context.erasing.code)
    return Ask(Sentences((before, how)), save="answer", then=weigh, secret=True)


@flow.step
def weigh(_context: Context) -> Node:
    return Perform(ApproveErasing(), weighed)


@flow.step
def weighed(context: Context) -> Node:
    holds_pin = _("Delete your last text, it holds your PIN.")
    match context.outcome:
        case SecondAsked():
            asked = _("Your yes is noted. Nothing is erased yet: one more lead has to agree, and all are asked.")
            return End(Sentences((asked, holds_pin)))
        case ErasingDue(at):
            return End(Sentences((_("ERASING at {t}. Until then ABORT from any lead stops it.", t=at), holds_pin)))
        case WrongAnswer(tries_left=0):
            return End(_("NOT ERASED. Three wrong answers. The other leads are told."))
        case WrongAnswer(tries_left):
            return Do((), one_more_try if tries_left == 1 else two_more_tries)
        case Locked():
            return End(_("NOT ERASED. Too many wrong answers from this phone in an hour."))
        case NotAnAnswer():
            return Do((), answer)
        case _:
            return End(_("That is no longer open. Nothing is erased."))


@flow.step
def two_more_tries(context: Context) -> Node:
    return _asks(context, _("NOT ERASED. The code or the PIN was wrong. Tries left: {n}.", n=2))


@flow.step
def one_more_try(context: Context) -> Node:
    return _asks(context, _("NOT ERASED. The code or the PIN was wrong. Tries left: {n}.", n=1))


@flow.step
def stop(_context: Context) -> Node:
    """``ABORT`` while it waits."""
    return Perform(StopErasing(), stopped)


@flow.step
def stopped(context: Context) -> Node:
    if isinstance(context.outcome, ErasingStopped):
        return End(_("{s}: Stopped. Nothing is erased. The other leads are told.", s=context.short))
    return End(_("That is no longer open. Nothing is erased."))
