"""A call between the two sides of a request: the tree calls the one who asked, then the other, and shows no number."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.effects import CallBack
from phonetree.dialogue.masked import AskToTalk, MayTalk
from phonetree.dialogue.nodes import Ask, Dial, Do, End, Flow, Menu, Node, Option, Party, Perform
from phonetree.flows import hotline, take_aid, take_requests
from phonetree.flows.spoken_alerts import who
from phonetree.words.i18n import Sentences, Spoken, say

flow = Flow("masked")


@flow.step
def key_number(_context: Context) -> Node:
    """8 in a call, for anyone. Whose number it is decides what it does; for anybody else it is a wrong key."""
    return Ask(say("Key the three digits."), "number", number_keyed, keys=3)


@flow.step
def number_keyed(context: Context) -> Node:
    return Perform(AskToTalk(context.answers["number"]), theirs_or_not)


@flow.step
def theirs_or_not(context: Context) -> Node:
    """The tree hangs up and calls the enrolled phone: who calls in may have forged its number."""
    match context.outcome:
        case MayTalk(is_theirs=True, has_taken=has_taken):
            number = ("number", context.answers["number"])
            along = (number, ("has_taken", "1")) if has_taken else (number,)
            return Perform(CallBack("talk", along), hotline.promise)
        case _:
            pass
    if take_requests.MAY_TAKE.isdisjoint(context.who.roles):
        return End(say("Sorry, we did not understand."))
    return Do((), take_requests.take_request)


@flow.step
def talk(context: Context) -> Node:
    """Our call to the one who asked. Whoever picks up says first that it is they."""
    if context.is_machine:
        return End(hangs_up=True)
    asked = say("You asked to talk about {number}.", number=_spelled(context))
    options = {"1": Option(say("To be connected"), connect), "2": Option(say("If this is done"), take_aid.done)}
    if context.answers.get("has_taken"):
        options["3"] = Option(say("To give it back"), take_aid.give_back)
    return Menu(Sentences((who(context.school.site.program), asked)), options)


@flow.step
def connect(_context: Context) -> Node:
    return Dial(say("We connect you now."), Party.OTHER_SIDE, unanswered=nobody, ended=over)


@flow.step
def nobody(_context: Context) -> Node:
    return End(Sentences((say("Nobody answered."), say("You can also send a text."))), hangs_up=True)


@flow.step
def over(_context: Context) -> Node:
    return End(say("The call is over. Thank you."), hangs_up=True)


# --- the other side ---------------------------------------------------------------------------------------------------


@flow.step
def before_talking(context: Context) -> Node:
    """To whoever picks up on the other side. A voicemail presses no key, so nobody talks to one by mistake."""
    about = say("There is a call about {number}.", number=_spelled(context))
    return Menu(
        Sentences((who(context.school.site.program), about)),
        {"1": Option(say("To talk"), joined)},
        otherwise=joined,
    )


@flow.step
def joined(_context: Context) -> Node:
    return End(say("You are connected."))


def _spelled(context: Context) -> str:
    return " ".join(context.answers.get("number", ""))


def label() -> Spoken:
    """How the key is told in the menu of a call."""
    return say("If you have a number from us")
