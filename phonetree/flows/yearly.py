"""Once a year: is this still your phone, and do you still want our alerts? One digit stays; silence leaves, in time."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.effects import OptOut
from phonetree.dialogue.nodes import Do, End, Flow, Menu, Node, Option
from phonetree.dialogue.yearly import Stay
from phonetree.flows import leave
from phonetree.flows.spoken_alerts import who
from phonetree.words.i18n import ByChannel, Sentences, _, say

flow = Flow("yearly")

STAYS = "1"
"""The digit, by text and by call."""


@flow.step
def ask(context: Context) -> Node:
    """A text, or a call, of ours begins here."""
    program = context.school.site.program
    written = _(
        "{s}: A year ago this phone agreed to our safety alerts. Is it still so? If not, send STOP.", s=context.short
    )
    said = (
        who(program),
        say("A year ago this phone agreed to our safety alerts."),
        say("Is it still so?"),
    )
    return _asked(context, ByChannel(written, Sentences(said)))


@flow.step
def ask_again(context: Context) -> Node:
    """When a first answer did not come: it says what comes of silence."""
    written = _(
        "{s}: Is this still your phone, and do you want our safety alerts? Without an answer within four weeks we take "
        "it off the list.",
        s=context.short,
    )
    said = (
        who(context.school.site.program),
        say("Is this still your phone, and do you want our safety alerts?"),
        say("Without an answer we take it off the list soon."),
    )
    return _asked(context, ByChannel(written, Sentences(said)))


def _asked(context: Context, prompt: ByChannel) -> Menu:
    """By text STOP leaves, as always; in a call there is a key for it."""
    options = {STAYS: Option(ByChannel(_("stay on the list"), say("To stay on the list")), stay)}
    if context.is_call:
        options["2"] = Option(say("To leave the list"), leave.gone, (OptOut(),))
    return Menu(prompt, options, silent=not_now if context.is_call else None)


@flow.step
def stay(_context: Context) -> Node:
    return Do((Stay(),), stays)


@flow.step
def stays(context: Context) -> Node:
    return End(
        ByChannel(
            _("{s}: Thank you. You stay on the list.", s=context.short),
            Sentences((say("Thank you."), say("You are still on the list."))),
        )
    )


@flow.step
def not_now(_context: Context) -> Node:
    """Voice only: nobody pressed a key."""
    return End(say("We ask again another time. Goodbye."), hangs_up=True)
