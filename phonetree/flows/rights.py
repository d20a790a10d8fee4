"""Know your rights: short, in reviewed wording, by text and by call."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.nodes import End, Flow, Menu, Node, Option
from phonetree.flows import answers
from phonetree.flows.answers import MORE
from phonetree.words.i18n import ByChannel, Sentences, _, say

flow = Flow("rights")

SILENT_BEHIND_THE_DOOR = (
    say("You can stay silent."),
    say("You can keep your door closed."),
    say("The exception is a warrant with your name, signed by a judge."),
    say("Ask them to slide it under the door."),
)
OUTSIDE = (
    say("Do not sign anything before you talk to a lawyer."),
    say("Outside, ask: Am I free to go?"),
    say("If yes, walk away calmly."),
    say("This is information, not legal advice."),
)


@flow.step
def first(context: Context) -> Node:
    """By call the safety plan is behind it too: the keys of the menu are all taken."""
    written = _(
        "You can stay silent. You can keep your door closed unless they show a warrant signed by a judge "
        "with your name. Ask them to slide it under the door."
    )
    return Menu(
        ByChannel(written, Sentences(SILENT_BEHIND_THE_DOOR)),
        {"1": Option(MORE, second), **_plan(context)},
        may_pass=True,
        silent=enough,
    )


def _plan(context: Context) -> dict[str, Option]:
    if not context.is_call or context.school.plan is None:
        return {}
    return {"2": Option(say("For the school's safety plan"), answers.summary)}


@flow.step
def second(_context: Context) -> Node:
    written = _(
        "Do not sign anything before you talk to a lawyer. Outside, ask: Am I free to go? "
        "If yes, walk away calmly. This is information, not legal advice."
    )
    return End(ByChannel(written, Sentences(OUTSIDE)))


@flow.step
def enough(_context: Context) -> Node:
    """Voice only: who wants to hear no more is done."""
    return End()
