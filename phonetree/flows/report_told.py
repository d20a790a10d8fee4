"""What whoever tells something hears: before the tone, and at the end its number, or that it is enough for today."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.report_outcomes import ReportFiled
from phonetree.flows.messages import press_when_done, say_no_names
from phonetree.words.i18n import ByChannel, Sentences, _, say


def after_the_tone() -> Sentences:
    return Sentences(
        (
            say("After the tone, say what it is, where, when, and how many."),
            say("Say only what you want."),
            say_no_names(),
            press_when_done(),
        )
    )


def thanked(context: Context) -> ByChannel:
    if not isinstance(context.outcome, ReportFiled):
        return _enough(context)
    number = str(context.outcome.number)
    written = _("{s}: Thank you. Report {number} is with the lead. Send 1 for news.", s=context.short, number=number)
    return ByChannel(written, say("Thank you. The lead has your report."))


def _enough(context: Context) -> ByChannel:
    written = _(
        "{s}: Thank you. We keep this, but you have sent five reports today. For a person, send 2.", s=context.short
    )
    said = (say("Thank you. We keep this."), say("But you have sent five reports today."))
    return ByChannel(written, Sentences(said))
