"""FREEZE, THAW and REMOVE: a proposal that sends nothing and waits for a lead's PIN, counted and told as an alert's."""

from __future__ import annotations

from typing import assert_never

from sqlalchemy.orm import Session

from phonetree.desk import approvals, duress_calls, freezing, moving, proposals, removing
from phonetree.desk.exchange import Exchange
from phonetree.desk.outbox import audit
from phonetree.desk.people import LEAD, roles_at
from phonetree.dialogue.duress import TakeUpDuress
from phonetree.dialogue.effects import Level
from phonetree.dialogue.guards import (
    AskToGuard,
    FrozenByYou,
    Guard,
    GuardAsked,
    GuardEffect,
    IsFrozen,
    NoSuchLead,
    NotFrozen,
    RemovedOneToday,
)
from phonetree.dialogue.outcomes import Lapsed, NoPin, Outcome
from phonetree.models import Person, Pin, Proposal


def perform_guard(session: Session, x: Exchange, effect: GuardEffect) -> Outcome:
    match effect:
        case AskToGuard():
            return _ask(session, x, effect)
        case TakeUpDuress():
            return duress_calls.take_up(session, x, effect)
        case _:
            assert_never(effect)


def _ask(session: Session, x: Exchange, asked: AskToGuard) -> Outcome:
    """A proposal that sends nothing, and this lead's code for it; or why that may not be."""
    if LEAD not in roles_at(x.person, x.site) or session.get(Pin, x.person.id) is None:
        return NoPin()
    about = _about(session, x, asked)
    if (why_not := _why_not(session, x, asked.what, about)) is not None:
        return why_not
    proposals.withdraw(session, x.person)
    proposal = Proposal(
        site_id=x.site.id,
        person_id=x.person.id,
        action=asked.what,
        kind="",
        place="",
        level=Level.CONFIRMED,
        about_id=about.id if about else None,
        approvals_needed=1,
        phones=0,
        created_at=x.means.now(),
    )
    session.add(proposal)
    session.flush()
    proposals.give_code(session, x.means, proposal, x.person)
    audit(session, x.means, f"asked to {asked.what}", site=x.site, actor=x.person, about=f"proposal {proposal.id}")
    approvals.take_up(session, x)
    return GuardAsked()


def _about(session: Session, x: Exchange, asked: AskToGuard) -> Person | None:
    others = removing.others_of(session, x.site, x.person)
    place = int(asked.lead) - 1 if asked.lead.isdecimal() else -1
    return others[place] if 0 <= place < len(others) else None


def _why_not(session: Session, x: Exchange, what: Guard, about: Person | None) -> Outcome | None:
    frozen = freezing.standing_at(session, x.site)
    match what:
        case Guard.FREEZE:
            return IsFrozen() if frozen else None
        case Guard.THAW:
            is_own = frozen is not None and frozen.person_id == x.person.id
            return FrozenByYou() if is_own else None if frozen else NotFrozen()
        case Guard.REMOVE | Guard.MOVE if about is None:
            return NoSuchLead()
        case Guard.REMOVE:
            return RemovedOneToday() if removing.removed_one_today(session, x.means, x.site, x.person) else None
        case Guard.MOVE:
            return None if about and moving.is_waiting(session, x.means, x.site, about) else Lapsed()
