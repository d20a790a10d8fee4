"""Floor 2, every conversation that the phone tree can hold, one file each."""

from __future__ import annotations

from phonetree.dialogue.nodes import Flow, Step
from phonetree.flows import announce, answers, commands, follow_up, join, language, leave, menu, messages, news

FLOWS: tuple[Flow, ...] = (
    join.flow,
    language.flow,
    news.flow,
    leave.stop,
    leave.start,
    leave.less,
    leave.erase,
    answers.help_,
    answers.rights,
    answers.hotline,
    answers.find,
    answers.plan,
    answers.aid,
    messages.lead,
    messages.report,
    messages.safe,
    menu.flow,
    menu.which,
    commands.either,
    announce.flow,
    follow_up.flow,
    follow_up.promise,
    follow_up.abort,
    follow_up.status,
)
STEPS: dict[str, Step] = {step.name: step for flow in FLOWS for step in flow}
"""Every step by the name under which a session remembers it. Names survive a deploy."""
