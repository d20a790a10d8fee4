"""A staff member of the phone tree is called: family after family that nobody reached, masked, outcome by digit."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.effects import NextFamily, NoteFamily
from phonetree.dialogue.nodes import Dial, Do, End, Flow, Menu, Node, Option, Party, Perform
from phonetree.dialogue.outcomes import FamilyFound
from phonetree.flows.spoken_alerts import who
from phonetree.flows.tongues import TONGUES
from phonetree.words.i18n import Sentences, Word, say

flow = Flow("tree")


@flow.step
def hello(context: Context) -> Node:
    greeting = who(context.school.site.program)
    if context.family is None:
        return End(Sentences((greeting, say("Nobody has to be called any more. Thank you."))), hangs_up=True)
    left = context.family.all - context.family.number + 1
    return Menu(
        Sentences((greeting, _not_reached(left), say("If you cannot call them now, hang up."))),
        {"1": Option(say("To be connected to the next family"), bring_up)},
    )


def _not_reached(left: int) -> Word:
    if left == 1:
        return say("One family was not reached.")
    return say("{n} families were not reached.", n=left)


@flow.step
def bring_up(_context: Context) -> Node:
    return Perform(NextFamily(), brought_up)


@flow.step
def brought_up(context: Context) -> Node:
    return Do((), connect if context.outcome == FamilyFound(is_there=True) else done)


@flow.step
def connect(context: Context) -> Node:
    """They hear the alert in their language, then the two are joined; each sees the tree's number."""
    connecting = say("We connect you. They hear the alert first.")
    return Dial(Sentences((*_speaks(context), connecting)), Party.FAMILY, unanswered=nobody, ended=how)


def _speaks(context: Context) -> tuple[Word, ...]:
    """The family's language, where it is not the staff member's own."""
    if context.family is None or context.family.language == context.who.language:
        return ()
    return (say("The family speaks {language}.", language=TONGUES[context.family.language]),)


@flow.step
def nobody(_context: Context) -> Node:
    return Do((NoteFamily("nobody"),), onward)


@flow.step
def how(_context: Context) -> Node:
    return Menu(
        say("How was it?"),
        {
            "1": Option(say("If they heard it"), onward, (NoteFamily("reached"),)),
            "2": Option(say("If it was voicemail"), onward, (NoteFamily("voicemail"),)),
            "3": Option(say("If nobody answered"), onward, (NoteFamily("nobody"),)),
        },
    )


@flow.step
def onward(_context: Context) -> Node:
    return Perform(NextFamily(), another)


@flow.step
def another(context: Context) -> Node:
    return Do((), ready if context.outcome == FamilyFound(is_there=True) else done)


@flow.step
def ready(_context: Context) -> Node:
    """Staff take a breath between two calls."""
    return Menu(
        say("If you cannot go on, hang up."),
        {"1": Option(say("To be connected to the next family"), bring_up)},
    )


@flow.step
def done(_context: Context) -> Node:
    return End(say("That was the last. Thank you. Goodbye."), hangs_up=True)
