"""``MUTE 112`` by a lead: whoever told that report is heard no more for a while."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.nodes import Do, End, Node, Perform
from phonetree.dialogue.report_effects import MuteReporter
from phonetree.dialogue.report_outcomes import ReporterMuted
from phonetree.flows import shift, verdict
from phonetree.words.i18n import _

flow = verdict.flow


@flow.step
def mute(context: Context) -> Node:
    """Without a number it is the shift's own."""
    if not context.answers.get("number"):
        return Do((), shift.mute)
    return Perform(MuteReporter(int(context.answers["number"])), muted)


@flow.step
def muted(context: Context) -> Node:
    match context.outcome:
        case ReporterMuted(found=True):
            return End(_("{s}: What this phone reports is kept and not sent to you, for 30 days.", s=context.short))
        case _:
            return Do((), verdict.nothing_open)
