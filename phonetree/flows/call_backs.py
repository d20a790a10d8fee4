"""What the tree calls a phone back for, and with which step each such call begins."""

from __future__ import annotations

from collections.abc import Mapping

from phonetree.dialogue.context import Context
from phonetree.dialogue.effects import About
from phonetree.dialogue.nodes import End, Flow, Node, Step
from phonetree.flows import (
    forget,
    hotline,
    join,
    language,
    lead_call,
    leave,
    less,
    masked_calls,
    record_prompts,
    take_requests,
)
from phonetree.flows.spoken_alerts import who
from phonetree.words.i18n import Sentences, say

flow: Flow = Flow("call_backs")


@flow.step
def blocked(context: Context) -> Node:
    """Texts no longer reach a phone that told the carrier to stop; only the phone itself can undo that."""
    return End(
        Sentences(
            (
                who(context.school.site.program),
                say("You are now blocked by the carrier. Our texts do not reach you."),
                say("To get them again, text START to this number."),
            )
        )
    )


CALL_BACKS: Mapping[About, Step] = {
    "join": join.confirm,
    "leave": leave.confirm_by_call,
    "erase": forget.erase_by_call,
    "less": less.less_by_call,
    "language": language.confirm,
    "hotline": hotline.called_back,
    "request": take_requests.request,
    "lead": lead_call.begin,
    "confirm": lead_call.confirm,
    "code": record_prompts.begin,
    "talk": masked_calls.talk,
    "carrier": blocked,
}
"""The step with which the call-back about each begins."""
