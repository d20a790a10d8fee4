"""Requests and messages with a number: ``TAKE 417`` by text, 8 and the digits by call; whoever took one is called."""

from __future__ import annotations

from phonetree.dialogue.aid_outcomes import AidFound, AidTaken
from phonetree.dialogue.context import Context
from phonetree.dialogue.effects import CallBack, CloseRequest, TakeRequest
from phonetree.dialogue.nodes import Ask, Dial, Do, End, Menu, Node, Option, Party, Perform, Play
from phonetree.dialogue.outcomes import Taken
from phonetree.flows import hotline, take_aid, take_words
from phonetree.flows.spoken_alerts import who
from phonetree.words.i18n import Sentences, _, say

flow = hotline.flow
"""What the hotline could not answer at once is answered with the same steps."""
MAY_TAKE = frozenset({"operator", "lead", "counselor", "staff", "volunteer"})
"""Who may take what others asked for."""


@flow.step
def take_number(context: Context) -> Node:
    """``TAKE 417``. In a call it is 8 and the digits (``masked_calls``)."""
    if context.answers.get("number"):
        return Do((), take_request)
    return Ask(_("{s}: Which number?", s=context.short), "number", take_request, accepts=str.isdigit)


@flow.step
def take_request(context: Context) -> Node:
    return Perform(TakeRequest(context.answers["number"]), request_taken)


@flow.step
def request_taken(context: Context) -> Node:
    """The tree hangs up and calls the operator's own phone: who calls in may have forged its number."""
    match context.outcome:
        case AidFound(is_mine):
            aid = (("number", context.answers["number"]), ("aid", "mine" if is_mine else "open"))
            return Perform(CallBack("request", aid), hotline.promise)
        case AidTaken():
            return Do((), take_aid.taken)
        case Taken():
            return _call_back(context, context.outcome)
        case _:
            return End(take_words.not_open(context.short))


def _call_back(context: Context, taken: Taken) -> Node:
    along = {
        "number": context.answers["number"],
        "recording": taken.recording,
        "caller": "1" if taken.has_caller else "",
    }
    return Perform(CallBack("request", tuple(item for item in along.items() if item[1])), hotline.promise)


@flow.step
def request(context: Context) -> Node:
    """Our call to whoever took it. Nothing is played before a key: a voicemail must not hear another's message."""
    if context.answers.get("aid"):
        return Do((), take_aid.by_call)
    if context.is_machine:
        return End(hangs_up=True)
    number = " ".join(context.answers.get("number", ""))
    return Menu(
        Sentences((who(context.school.site.program), say("You asked for message {number}.", number=number))),
        {"1": Option(say("To hear it") if context.answers.get("recording") else say("To go on"), hear)},
    )


@flow.step
def hear(context: Context) -> Node:
    if not context.answers.get("recording"):
        return Do((), heard)
    return Play("recording", heard)


@flow.step
def heard(context: Context) -> Node:
    if not context.answers.get("caller"):
        return Do((), how_it_went)
    return Menu("", {"1": Option(say("To be connected to the family"), connect), "2": _later()})


@flow.step
def connect(_context: Context) -> Node:
    return Dial(say("We connect you now."), Party.REQUESTER, unanswered=nobody, ended=how_it_went)


@flow.step
def nobody(_context: Context) -> Node:
    return Menu(say("Nobody answered."), {"1": _done(), "2": _later()})


@flow.step
def how_it_went(_context: Context) -> Node:
    return Menu("", {"1": _done(), "2": _later()})


def _done() -> Option:
    return Option(say("If this is done"), closed, (CloseRequest(),))


def _later() -> Option:
    return Option(say("To leave it for later"), closed, (CloseRequest(is_done=False),))


@flow.step
def closed(_context: Context) -> Node:
    return End(say("Thank you. Goodbye."), hangs_up=True)
