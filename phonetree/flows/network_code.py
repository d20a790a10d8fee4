"""Where the school lets the network tell some without a lead: its own phone's code and PIN. Text only."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.effects import Approve
from phonetree.dialogue.nodes import Ask, Do, End, Flow, Node, Perform
from phonetree.dialogue.outcomes import Locked, NotAnAnswer, Proposed, Released, WrongAnswer
from phonetree.flows.preview import preview_text
from phonetree.flows.tries import asked_again
from phonetree.words.i18n import Sentences, _

flow = Flow("network", through_alerts=True)


@flow.step
def proposed(context: Context) -> Node:
    if isinstance(context.outcome, Proposed):
        return Do((), confirm)
    return End(_("{s}: Thank you. The leads have it and decide.", s=context.short))


@flow.step
def confirm(context: Context) -> Node:
    """The leads have read it already, so nothing is lost if no answer comes."""
    if context.preview is None:
        return End(_("That preview is no longer open. Nothing was sent now. The leads have it."))
    return Ask(preview_text(context.preview, _("The leads have it too.")), save="answer", then=weigh, secret=True)


@flow.step
def weigh(_context: Context) -> Node:
    return Perform(Approve(), weighed)


@flow.step
def weighed(context: Context) -> Node:
    match context.outcome:
        case Released(_, phones):
            sent = _("SENT to {n} phones. The leads decide about the others.", n=phones)
            return End(Sentences((sent, _("Delete your last text, it holds your PIN."))))
        case WrongAnswer(tries_left=0):
            return End(_("NOT SENT. Three wrong answers. The leads have it."))
        case WrongAnswer(tries_left):
            return Do((), one_more_try if tries_left == 1 else two_more_tries)
        case NotAnAnswer():
            return Do((), confirm)
        case Locked():
            return End(_("NOT SENT. Too many wrong answers from this phone in an hour. The leads have it."))
        case _:
            return End(_("That code is no longer good. Nothing was sent now. The leads have it."))


@flow.step
def two_more_tries(context: Context) -> Node:
    return _again(context, 2)


@flow.step
def one_more_try(context: Context) -> Node:
    return _again(context, 1)


def _again(context: Context, tries_left: int) -> Node:
    return Do((), confirm) if context.preview is None else asked_again(context.preview, tries_left, weigh)
