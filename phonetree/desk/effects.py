"""What a flow asked for is done here, inside the webhook's transaction; what must go out is written to the ledger."""

from __future__ import annotations

from typing import assert_never

from sqlalchemy.orm import Session

from phonetree.desk import approvals, notes, people
from phonetree.desk.exchange import Exchange
from phonetree.desk.outbox import audit
from phonetree.desk.proposals import withdraw
from phonetree.desk.schools import find_site, school_of
from phonetree.dialogue.effects import (
    Approve,
    ChooseSchool,
    ComeBack,
    Effect,
    Erase,
    LeaveMessage,
    OptIn,
    OptOut,
    Outcome,
    Pause,
    Propose,
    SetLanguage,
    ShareProposal,
    TakeLess,
    Withdraw,
)


def perform(session: Session, x: Exchange, effect: Effect) -> Outcome | None:
    """Do one effect; those that a flow waits for give their outcome."""
    match effect:
        case SetLanguage(language):
            x.person.language, x.person.language_is_chosen = language, True
        case OptIn():
            _opt_in(session, x)
        case OptOut():
            _opt_out(session, x)
        case ComeBack():
            people.come_back(session, x.means, x.person)
        case TakeLess(calls):
            for membership in x.person.memberships:
                membership.calls = calls
        case Erase():
            x.forget_at_the_end = True
        case LeaveMessage(topic, words):
            notes.leave(session, x.means, x.person, x.site, topic, words)
        case ChooseSchool(code):
            x.choose(find_site(session, code))
        case Withdraw():
            withdraw(session, x.person)
        case Propose():
            return approvals.propose(session, x, effect)
        case ShareProposal():
            return approvals.share(session, x)
        case Approve():
            return approvals.approve(session, x)
        case Pause():
            return approvals.pause(session, x)
        case _:
            assert_never(effect)
    return None


def _opt_in(session: Session, x: Exchange) -> None:
    held = school_of(x.means, x.site).join.mode == "hold"
    people.opt_in(session, x.means, x.person, x.site, held=held)
    audit(session, x.means, "joined", site=x.site, actor=x.person)


def _opt_out(session: Session, x: Exchange) -> None:
    people.opt_out(session, x.means, x.person)
    audit(session, x.means, "left", site=x.site, actor=x.person)
    approvals.pause_for_stop(session, x)
