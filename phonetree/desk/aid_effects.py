"""What a flow asked for about requests of aid is done here, inside the webhook's transaction."""

from __future__ import annotations

from typing import assert_never

from sqlalchemy.orm import Session

from phonetree.desk import aid_matches, aid_requests, aid_taking
from phonetree.desk.exchange import Exchange
from phonetree.dialogue.aid_effects import (
    AidEffect,
    FindRequests,
    FinishRequest,
    OpenRequest,
    PassRequest,
    SayYes,
)
from phonetree.dialogue.aid_outcomes import AidOutcome


def perform_aid(session: Session, x: Exchange, effect: AidEffect) -> AidOutcome:
    """Do one effect; each has its outcome."""
    match effect:
        case OpenRequest():
            return aid_requests.open_request(session, x, effect)
        case FinishRequest(number):
            return aid_taking.finish(session, x, number)
        case PassRequest(number):
            return aid_taking.pass_on(session, x, number)
        case FindRequests():
            return aid_taking.find(session, x, effect)
        case SayYes():
            return aid_matches.say_yes(session, x, effect)
        case _:
            assert_never(effect)
