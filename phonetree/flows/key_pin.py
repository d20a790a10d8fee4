"""The PIN, keyed into a call of ours to a lead's own phone, then the one key that sends. No incoming call asks it."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.effects import CheckPin, Release
from phonetree.dialogue.nodes import Ask, Do, End, Flow, Menu, Node, Option, Perform
from phonetree.dialogue.outcomes import Lapsed, NeedsAnother, NoPin, NotAnAnswer, PinRight, Released, WrongAnswer
from phonetree.flows import duress_words, guard_words
from phonetree.flows.guards_done import came_of, is_guard
from phonetree.flows.said_to_leads import choice_said, preview_said, released_said
from phonetree.words.i18n import Sentences, Word, say

flow = Flow("pin", through_alerts=True)

PIN_KEYS = 6


@flow.step
def ask(context: Context) -> Node:
    """Read back what would go, then the PIN. It is never stored."""
    if context.duress is not None:
        return _ask(duress_words.asked(context))
    if context.guard is not None:
        return _ask(Sentences((*guard_words.asked_said(context.guard), say("Key your PIN."))))
    if context.preview is None:
        return End(say("That is no longer open. Nothing was sent now."))
    return _ask(Sentences((*preview_said(context.preview), say("Key your PIN."))))


@flow.step
def ask_in_full(_context: Context) -> Node:
    return _ask(say("A PIN has six digits. Key your PIN."))


@flow.step
def two_more_tries(_context: Context) -> Node:
    return _ask(say("That PIN is wrong. Nothing is sent. Two more tries. Key your PIN."))


@flow.step
def one_more_try(_context: Context) -> Node:
    return _ask(say("That PIN is wrong. Nothing is sent. One more try. Key your PIN."))


ASKING = (ask, ask_in_full, two_more_tries, one_more_try)
"""Where the next keys are a PIN."""


def _ask(prompt: Word) -> Ask:
    return Ask(prompt, save="pin", then=weigh, secret=True, keys=PIN_KEYS)


@flow.step
def weigh(_context: Context) -> Node:
    return Perform(CheckPin(), weighed)


@flow.step
def weighed(context: Context) -> Node:
    match context.outcome:
        case PinRight():
            return Do((), ready)
        case NotAnAnswer():
            return Do((), ask_in_full)
        case WrongAnswer(tries_left=0):
            return End(say("That PIN is wrong. Nothing is sent. We hang up now."))
        case WrongAnswer(tries_left):
            return Do((), one_more_try if tries_left == 1 else two_more_tries)
        case NoPin():
            return End(say("You have no PIN yet. Another lead can do it. Nothing was sent."))
        case _:
            return End(say("That is no longer open. Nothing was sent now."))


@flow.step
def ready(context: Context) -> Node:
    if context.duress is not None:
        return duress_words.told(context, context.duress, release, left)
    if context.guard is not None:
        return Menu(say("The PIN is right."), {"1": Option(guard_words.choice_said(context.guard), release)})
    if context.preview is None:
        return End(say("That is no longer open. Nothing was sent now."))
    return Menu(say("The PIN is right."), {"1": Option(choice_said(context.preview), release)})


@flow.step
def left(_context: Context) -> Node:
    """Keyed under duress by another lead; this one does not send it, and others still may."""
    return End(duress_words.left_alone())


@flow.step
def release(_context: Context) -> Node:
    return Perform(Release(), done)


@flow.step
def done(context: Context) -> Node:
    match context.outcome:
        case Released() as released:
            return End(released_said(context, released))
        case NeedsAnother():
            return End(say("Your part is done. Nothing is sent yet. One more lead has to confirm."))
        case outcome if is_guard(outcome):
            return End(came_of(context, outcome).said)
        case Lapsed() | _:
            return End(say("That is no longer open. Nothing was sent now."))
