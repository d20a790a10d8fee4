"""What another lead reads and hears when a PIN was keyed under duress: nothing before their own PIN."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.duress import UnderDuress
from phonetree.dialogue.effects import Withdraw
from phonetree.dialogue.nodes import End, Menu, Node, Option, Step
from phonetree.flows.said_to_leads import choice_said, what_said
from phonetree.flows.spoken_alerts import who
from phonetree.words.i18n import Sentences, Word, _, say


def please_answer() -> Word:
    """On a screen that anybody may see."""
    return _("Please answer the call from this number.")


def asked(context: Context) -> Word:
    """Before the PIN: who calls."""
    return Sentences((who(context.school.site.program), say("Key your PIN.")))


def told(context: Context, about: UnderDuress, release: Step, left: Step) -> Node:
    """After the PIN: what it is, and what this lead may do about it."""
    what = (
        say("A lead keyed the PIN that means: I am forced."),
        say("The lead's phone ends in: {ending}.", ending=about.ending),
        say("Nobody was told anything. That phone was told that it is done."),
    )
    if context.preview is None or not about.can_send:
        return End(Sentences((*what, *_care())))
    options = {
        "1": Option(choice_said(context.preview), release),
        "2": Option(say("If you do not send it"), left, (Withdraw(),)),
    }
    return Menu(Sentences((*what, *what_said(context.preview))), options)


def left_alone() -> Word:
    return Sentences((say("You did not send it."), *_care()))


def _care() -> tuple[Word, ...]:
    """Whoever forces that lead reads what comes to that phone."""
    return (say("Do not text or call that phone about it."), say("Call the other leads."))
