"""FREEZE, THAW and REMOVE: each does nothing before the lead's PIN, by text or keyed into a call of ours."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.effects import Approve, CallBack
from phonetree.dialogue.guards import AskToGuard, Frozen, Guard, GuardAsked, LeadRemoved, MoveAgreed, Thawed, ThawWanted
from phonetree.dialogue.nodes import Ask, Do, End, Flow, Node, Perform
from phonetree.dialogue.outcomes import CallComing, Locked, NoPin, NotAnAnswer, WrongAnswer
from phonetree.flows import guard_words, key_pin
from phonetree.flows.asked import no_pin
from phonetree.flows.guards_done import came_of
from phonetree.words.i18n import Sentences, _

flow = Flow("guard", through_alerts=True)


@flow.step
def freeze(_context: Context) -> Node:
    return Perform(AskToGuard(Guard.FREEZE), begun)


@flow.step
def thaw(_context: Context) -> Node:
    return Perform(AskToGuard(Guard.THAW), begun)


@flow.step
def begun(context: Context) -> Node:
    match context.outcome:
        case GuardAsked() if context.guard and context.guard.is_by_call and not context.is_call:
            return Do((), call_me)
        case GuardAsked():
            return Do((), confirm)
        case NoPin():
            return End(no_pin())
        case outcome:
            return End(came_of(context, outcome))


@flow.step
def confirm(context: Context) -> Node:
    """The one place where it is done. FREEZE is urgent and asks the PIN alone; the others a code as well."""
    if context.is_call:
        return Do((), key_pin.ask)
    if context.guard is None:
        return End(_("That is no longer open. Nothing was done now."))
    return Ask(guard_words.asked(context.guard), save="answer", then=weigh, secret=True)


@flow.step
def weigh(context: Context) -> Node:
    """Text only."""
    is_call = context.answers.get("answer") == "0" and context.guard is not None
    return Do((), call_me) if is_call else Perform(Approve(), weighed)


@flow.step
def call_me(_context: Context) -> Node:
    """Text only: the PIN is taken by a call to this lead's own phone."""
    return Perform(CallBack("confirm"), called)


@flow.step
def called(context: Context) -> Node:
    said = _("We call you now for the PIN.")
    if not isinstance(context.outcome, CallComing):
        said = _("We cannot call this phone now. Nothing was done. Another lead can do it.")
    return Ask(said, save="answer", then=weigh, secret=True)


@flow.step
def weighed(context: Context) -> Node:
    match context.outcome:
        case WrongAnswer(tries_left=0):
            return End(_("NOT DONE. Three wrong answers. Begin again, or another lead does it."))
        case WrongAnswer(tries_left):
            return Do((), one_more_try if tries_left == 1 else two_more_tries)
        case NotAnAnswer():
            return Do((), confirm)
        case Locked():
            return End(_("NOT DONE. Too many wrong answers from this phone in an hour. Another lead can do it."))
        case outcome:
            is_done = isinstance(outcome, Frozen | ThawWanted | Thawed | LeadRemoved | MoveAgreed)
            delete = _("Delete your last text, it holds your PIN.") if is_done else ""
            return End(Sentences((came_of(context, outcome).written, delete)))


@flow.step
def two_more_tries(context: Context) -> Node:
    return _again(context, 2)


@flow.step
def one_more_try(context: Context) -> Node:
    return _again(context, 1)


def _again(context: Context, tries_left: int) -> Node:
    if context.guard is None:
        return Do((), confirm)
    wrong = _("NOT DONE. The code or the PIN was wrong. Tries left: {n}.", n=tries_left)
    return Ask(Sentences((wrong, guard_words.how(context.guard))), save="answer", then=weigh, secret=True)
