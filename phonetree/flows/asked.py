"""What a lead asks to have sent, by a command or by a key, and why that may not be."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.effects import Action
from phonetree.words.i18n import ByChannel, _, say

BY_KEY = {"1": Action.ALERT, "2": Action.UPDATE, "3": Action.CLEAR, "4": Action.CORRECT, "5": Action.DRILL}
"""The keys of a lead's call."""


def action_of(context: Context) -> Action:
    asked = context.answers.get("action", Action.ALERT)
    return BY_KEY.get(asked) or Action(asked)


def nothing_to_send() -> ByChannel:
    return ByChannel(
        _("Nothing to send: there is nothing open, or nobody to send it to. Nothing was sent."),
        say("Nothing is open, or nobody would hear it. Nothing was sent."),
    )


def no_pin() -> ByChannel:
    return ByChannel(
        _("You have no PIN yet. Another lead can send: ALERT. Nothing was sent."),
        say("You have no PIN yet. Another lead can do it. Nothing was sent."),
    )
