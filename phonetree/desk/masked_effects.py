"""What a flow asked for between the two sides of a request is done here, inside the webhook's transaction."""

from __future__ import annotations

from typing import assert_never

from sqlalchemy.orm import Session

from phonetree.desk import joining, passing_on
from phonetree.desk.exchange import Exchange
from phonetree.dialogue.masked import AskToTalk, MaskedEffect, MuteRequest, PassOn
from phonetree.dialogue.outcomes import Outcome


def perform_masked(session: Session, x: Exchange, effect: MaskedEffect) -> Outcome:
    match effect:
        case PassOn():
            return passing_on.pass_on(session, x, effect)
        case MuteRequest():
            return passing_on.mute(session, x, effect)
        case AskToTalk():
            return joining.may_talk(session, x, effect)
        case _:
            assert_never(effect)
