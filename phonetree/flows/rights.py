"""Know your rights: three short pages, by text and by call; information, not legal advice, and it says so."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.nodes import End, Flow, Menu, Node, Option
from phonetree.flows import plan
from phonetree.flows.answers import MORE
from phonetree.words.i18n import ByChannel, Sentences, _, say

flow = Flow("rights")

# The substance is that of the red cards which organisations of immigrants print; the words wait for their review.
INFORMATION = say("This is information, not legal advice.")
SILENT = (
    say("You can stay silent."),
    say("You do not have to answer questions, sign or hand over papers."),
    say("You can ask for a lawyer."),
)
DOOR = (
    say("You can keep your door closed."),
    say("The exception is a warrant with your name, signed by a judge."),
    say("Ask them to slide it under the door."),
    say("You can say: I do not agree to a search."),
)
OUTSIDE = (
    say("Do not sign anything before you talk to a lawyer."),
    say("Outside, ask: Am I free to go?"),
    say("If yes, walk away calmly."),
)


@flow.step
def first(context: Context) -> Node:
    """By call the safety plan is behind it too: the keys of the menu are all taken."""
    # NOTE: sms max 1 segment in GSM-7 languages, with its choice
    written = _(
        "You can stay silent. You do not have to answer questions, sign or hand over papers. Ask for a lawyer. "
        "This is information, not legal advice."
    )
    return Menu(
        ByChannel(written, Sentences((INFORMATION, *SILENT))),
        {"1": Option(MORE, second), **_plan(context)},
        may_pass=True,
        silent=enough,
    )


def _plan(context: Context) -> dict[str, Option]:
    if not context.is_call or context.school.plan is None:
        return {}
    return {"2": Option(say("For the school's safety plan"), plan.summary)}


@flow.step
def second(_context: Context) -> Node:
    # NOTE: sms max 1 segment in GSM-7 languages, with its choice
    written = _(
        "At home you can keep the door closed, unless they slide a warrant under it with your name, signed by a judge. "
        "Say: I do not agree to a search."
    )
    return Menu(ByChannel(written, Sentences(DOOR)), {"1": Option(MORE, third)}, may_pass=True, silent=enough)


@flow.step
def third(_context: Context) -> Node:
    # NOTE: sms max 1 segment in GSM-7 languages
    written = _(
        "Outside, ask: Am I free to go? If yes, walk away calmly. Do not sign anything before you talk to a lawyer. "
        "This is information, not legal advice."
    )
    return End(ByChannel(written, Sentences((*OUTSIDE, INFORMATION))))


@flow.step
def enough(_context: Context) -> Node:
    """Voice only: who wants to hear no more is done."""
    return End()
