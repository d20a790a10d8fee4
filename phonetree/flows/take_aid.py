"""A request of aid in the hands of who takes it: taken, done, given back; by text, or in a call of ours."""

from __future__ import annotations

from phonetree.dialogue.aid_effects import FindRequests, FinishRequest, PassRequest
from phonetree.dialogue.aid_outcomes import AidTaken, RequestFinished, RequestNamed, RequestPassed, RequestsFound
from phonetree.dialogue.context import Context
from phonetree.dialogue.effects import TakeRequest
from phonetree.dialogue.nodes import Ask, End, Flow, Menu, Node, Option, Perform, Step
from phonetree.flows import take_words
from phonetree.flows.spoken_alerts import who
from phonetree.words.i18n import Sentences, say

flow = Flow("take")

NUMBER_KEYS = 3


@flow.step
def done(context: Context) -> Node:
    """``DONE 417``, or the only one of theirs: by who took it, who asked for it, or a lead."""
    number = context.answers.get("number")
    return Perform(FinishRequest(number), finished) if number else Perform(FindRequests("finish"), which_is_done)


@flow.step
def which_is_done(context: Context) -> Node:
    only = _only(context)
    return Perform(FinishRequest(only), finished) if only else _which(context, done)


@flow.step
def finished(context: Context) -> Node:
    match context.outcome:
        case RequestFinished(number):
            return End(take_words.finished(context.short, number), hangs_up=True)
        case RequestPassed(number):
            return End(take_words.passed(context.short, number), hangs_up=True)
        case _:
            return End(take_words.no_such(context.short), hangs_up=True)


@flow.step
def give_back(context: Context) -> Node:
    """``PASS 417``, or the only one of theirs: somebody else may take it."""
    number = context.answers.get("number")
    return Perform(PassRequest(number), finished) if number else Perform(FindRequests("pass"), which_is_passed)


@flow.step
def which_is_passed(context: Context) -> Node:
    only = _only(context)
    return Perform(PassRequest(only), finished) if only else _which(context, give_back)


def _found(context: Context) -> tuple[RequestNamed, ...] | None:
    """None: the question was asked before, and this is its answer."""
    return context.outcome.requests if isinstance(context.outcome, RequestsFound) else None


def _only(context: Context) -> str:
    """The number of the only one that was found; else nothing."""
    found = _found(context)
    return str(found[0].number) if found is not None and len(found) == 1 else ""


def _which(context: Context, then: Step) -> Node:
    found = _found(context)
    if found is not None and not found:
        return End(take_words.none_open(context.short))
    return Ask(take_words.which(context.short, found or ()), "number", then, accepts=str.isdigit, keys=NUMBER_KEYS)


# --- in a call of ours: who calls in may have forged its number, so nothing was taken before this ---------------------


@flow.step
def by_call(context: Context) -> Node:
    """Nothing is done before a key: a voicemail takes no request."""
    if context.is_machine:
        return End(hangs_up=True)
    number = take_words.spelled(context.answers.get("number", ""))
    options = {"1": Option(say("To take it"), take)}
    if context.answers.get("aid") == "mine":
        options = {"1": Option(say("If this is done"), done), "2": Option(say("To give it back"), give_back)}
    asked = say("You asked for request {number}.", number=number)
    return Menu(Sentences((who(context.school.site.program), asked)), options)


@flow.step
def take(context: Context) -> Node:
    return Perform(TakeRequest(context.answers["number"]), taken)


@flow.step
def taken(context: Context) -> Node:
    """What it came to, by text too."""
    if isinstance(context.outcome, AidTaken):
        return End(take_words.taken(context.short, context.outcome), hangs_up=True)
    return End(take_words.not_open(context.short), hangs_up=True)
