"""The network confirms a report from its own phone, with a code and a PIN of its own. Text only."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.nodes import Ask, Do, End, Flow, Node, Perform
from phonetree.dialogue.outcomes import Lapsed, Locked, NoPin, NotAnAnswer, WrongAnswer
from phonetree.dialogue.report_effects import AskToVouch, Vouch
from phonetree.dialogue.report_outcomes import CodeOpen, Vouched
from phonetree.flows.open_reports import at_hand, which
from phonetree.words.i18n import Sentences, Word, _

flow = Flow("vouch", through_alerts=True)


@flow.step
def begin(context: Context) -> Node:
    """``CONFIRM 112`` from an enrolled phone of the network."""
    report = at_hand(context)
    if report is None:
        return which(context, begin, nothing_open)
    if report.by_network:
        return End(_("Report {number} is confirmed by the network already.", number=str(report.number)))
    return Perform(AskToVouch(report.number), begun)


@flow.step
def begun(context: Context) -> Node:
    match context.outcome:
        case CodeOpen():
            return Do((), answer)
        case NoPin():
            return End(_("This phone has no PIN yet. Nothing is confirmed. Please call the school's lead."))
        case Locked():
            return End(_("This school takes no PIN by text. Nothing is confirmed. Please call the school's lead."))
        case _:
            return Do((), nothing_open)


@flow.step
def answer(context: Context) -> Node:
    """The one place where the network's word is given. The answer is a code and a PIN, never stored."""
    if context.vouching is None:
        return End(_("That is no longer open. Nothing is confirmed now."))
    number = str(context.vouching.number)
    return _asks(
        context, _("Report {number}, {place}. Not confirmed yet.", number=number, place=context.vouching.place)
    )


def _asks(context: Context, before: Word) -> Node:
    if context.vouching is None:
        return Do((), answer)
    how = _("To confirm it for the network send: {code} then your PIN.", code=context.vouching.code)
    return Ask(Sentences((before, how)), save="answer", then=weigh, secret=True)


@flow.step
def weigh(_context: Context) -> Node:
    return Perform(Vouch(), weighed)


@flow.step
def weighed(context: Context) -> Node:
    match context.outcome:
        case Vouched(number, phones):
            return End(_confirmed(number, phones))
        case WrongAnswer(tries_left=0):
            return End(_("NOT CONFIRMED. Three wrong answers. Begin again with CONFIRM, or call the school's lead."))
        case WrongAnswer(tries_left):
            return Do((), one_more_try if tries_left == 1 else two_more_tries)
        case Locked():
            return End(_("NOT CONFIRMED. Too many wrong answers from this phone in an hour. Call the school's lead."))
        case NotAnAnswer():
            return Do((), answer)
        case Lapsed() | NoPin() | _:
            return End(_("That is no longer open. Nothing is confirmed now."))


@flow.step
def two_more_tries(context: Context) -> Node:
    return _asks(context, _("NOT CONFIRMED. The code or the PIN was wrong. Tries left: {n}.", n=2))


@flow.step
def one_more_try(context: Context) -> Node:
    return _asks(context, _("NOT CONFIRMED. The code or the PIN was wrong. Tries left: {n}.", n=1))


def _confirmed(number: int, phones: int) -> Word:
    done = _("Report {number} is confirmed by the network. The leads decide what families hear.", number=str(number))
    told = _("Told at once: {n} phones.", n=phones) if phones else ""
    return Sentences((done, told, _("Delete your last text, it holds your PIN.")))


@flow.step
def nothing_open(context: Context) -> Node:
    return End(_("{s}: Nothing open has this number.", s=context.short))
