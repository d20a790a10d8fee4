"""A call that the technical volunteer asked for, to their own phone: is it heard, and do its keys arrive?

It is said in sentences that drills and alerts have too, so whoever hears it hears those as they will sound.
"""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.effects import NoteHeard
from phonetree.dialogue.nodes import Do, End, Flow, Menu, Node
from phonetree.flows.spoken_alerts import drill_begins, drill_ends, drill_itself, who
from phonetree.words.i18n import Sentences, Text, _, say

flow = Flow("trial")


def text(short: str) -> Text:
    """What is texted before the call."""
    return _("{s}: This is a test by the technical volunteer. Nothing is happening. A call follows.", s=short)


@flow.step
def hello(context: Context) -> Node:
    """A call of ours begins here."""
    said = (drill_begins(), who(context.school.site.program), drill_itself())
    any_key = say("To show that you heard this, press any key.")
    return Menu(Sentences((*said, any_key)), {}, otherwise=heard, silent=unheard)


@flow.step
def heard(_context: Context) -> Node:
    return Do((NoteHeard(),), thanks)


@flow.step
def thanks(_context: Context) -> Node:
    return End(Sentences((drill_ends(), say("Thank you. Goodbye."))), hangs_up=True)


@flow.step
def unheard(_context: Context) -> Node:
    return End(Sentences((drill_ends(), say("Goodbye."))), hangs_up=True)
