"""Talk to a person: the people on shift ring, then the open outside lines, then a voicemail that is called back."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.effects import CallBack
from phonetree.dialogue.nodes import Dial, Do, End, Hunt, Menu, Node, Option, Party, Perform
from phonetree.dialogue.outcomes import CallComing
from phonetree.flows import answers
from phonetree.flows.spoken_alerts import who
from phonetree.words.i18n import ByChannel, Sentences, _, say
from phonetree.words.numbers import PhoneNumber

flow = answers.hotline
"""The numbers by text and the call are one conversation."""


# --- by text: the numbers, and the offer to be called ----------------------------------------------------------------


@flow.step
def offer(context: Context) -> Node:
    return Do((), talk) if context.is_call else _offering(answers.numbers(context))


@answers.find.step
def offer_to_look(context: Context) -> Node:
    """Somebody was taken: by call straight to a person."""
    return Do((), talk) if context.is_call else _offering(answers.taken(context))


def _offering(node: Node) -> Node:
    if not isinstance(node, End) or node.text is None:
        return node
    return Menu(node.text, {"1": Option(_("we call you now and connect you"), call_me)}, may_pass=True)


@flow.step
def call_me(_context: Context) -> Node:
    return Perform(CallBack("hotline"), promise)


@flow.step
def promise(context: Context) -> Node:
    if isinstance(context.outcome, CallComing):
        coming = ByChannel(_("{s}: We call you now.", s=context.short), say("We call you now."))
        return End(coming, hangs_up=True)
    sorry = ByChannel(_("{s}: We cannot call this phone now.", s=context.short), say("We cannot call this phone now."))
    return End(sorry)


@flow.step
def called_back(context: Context) -> Node:
    """Our call to somebody who asked for it. Whoever picks up says first that it is they."""
    if context.is_machine:
        return End(hangs_up=True)
    return Menu(
        Sentences((who(context.school.site.program), say("You asked us to call."))),
        {"1": Option(say("To talk with a person"), talk)},
    )


# --- the caller ------------------------------------------------------------------------------------------------------


@flow.step
def talk(_context: Context) -> Node:
    return Hunt(say("One moment, please. We look for a person who can talk with you."), unanswered=outside)


@flow.step
def outside(context: Context) -> Node:
    """The lines outside, one after another; once the caller has waited long enough, only the first."""
    from phonetree.flows import call

    lines, tried = _lines(context), int(context.answers.get("tried", "0"))
    if tried >= len(lines) or (tried and context.has_waited):
        return Do((), call.voicemail)
    line = lines[tried]
    if line is Party.INTERPRETER:
        return Dial(say("We call the interpreter now."), line, unanswered=outside)
    return Dial(say("We try another line now.") if tried else say("We call the hotline now."), line, unanswered=outside)


def _lines(context: Context) -> list[PhoneNumber | Party]:
    """The school's outside lines in order, open now, in the caller's language or in none by name."""
    fitting = [
        line.number
        for line in context.school.hotlines
        if line.hours.covers(context.now) and (not line.languages or context.who.language in line.languages)
    ]
    return [Party.INTERPRETER, *fitting] if context.is_passed_on else [*fitting]
