"""A call to the other leads: one of them keyed the PIN that means duress. It says so only after their own PIN."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.duress import DuressAtHand, TakeUpDuress
from phonetree.dialogue.nodes import Do, End, Flow, Node, Perform
from phonetree.flows import key_pin
from phonetree.flows.spoken_alerts import who
from phonetree.words.i18n import Sentences, say

flow = Flow("duress", through_alerts=True)


@flow.step
def begin(context: Context) -> Node:
    """A machine that picks up, and whoever listens to it later, learns nothing."""
    if context.is_machine:
        return End(Sentences((who(context.school.site.program), say("We call you again."))))
    return Perform(TakeUpDuress(context.answers.get("duress", "")), taken_up)


@flow.step
def taken_up(context: Context) -> Node:
    if isinstance(context.outcome, DuressAtHand):
        return Do((), key_pin.ask)
    return End(say("That is no longer open."))
