"""The end of a school by two of its leads: agreed to twice, told to all, stopped by any, and done in the rounds."""

from __future__ import annotations

from datetime import timedelta
from typing import assert_never

from sqlalchemy import ColumnElement, Engine, select
from sqlalchemy.orm import Session

from phonetree.desk import duress, proposals, weighing
from phonetree.desk.alert_texts import moment
from phonetree.desk.exchange import Exchange
from phonetree.desk.means import Means
from phonetree.desk.outbox import audit, queue_text, tell_leads
from phonetree.desk.people import LEAD, roles_at
from phonetree.desk.proposals import TRIES
from phonetree.desk.purging import purge_school
from phonetree.desk.schools import school_of
from phonetree.desk.weighing import LOCK_AFTER
from phonetree.dialogue.erasing import (
    ApproveErasing,
    AskToErase,
    EraseCodeOpen,
    EraseEffect,
    Erasing,
    ErasingDue,
    ErasingStopped,
    NoSecondLead,
    SecondAsked,
    StopErasing,
)
from phonetree.dialogue.outcomes import Lapsed, Locked, NoPin, NotAnAnswer, Outcome, WrongAnswer
from phonetree.flows import erasing_words
from phonetree.models import ERASE_ALL, Alert, Approval, Erasure, Lane, Person, Pin, Proposal, Site, reading

AFTER = timedelta(hours=1)
"""So long any lead may stop it."""
SECOND_WITHIN = timedelta(minutes=30)
LEADS_NEEDED = 2


def perform_erasing(session: Session, x: Exchange, effect: EraseEffect) -> Outcome:
    match effect:
        case AskToErase():
            return _ask(session, x)
        case ApproveErasing():
            return _approve(session, x)
        case StopErasing():
            return _stop(session, x)
        case _:
            assert_never(effect)


def erasing(session: Session, means: Means, person: Person, site: Site, weighed: int | None) -> Erasing | None:
    """This lead's code for the end of the school, if one is open."""
    approval = proposals.open_approval(session, means, person, weighed)
    if approval is None or approval.proposal.action != ERASE_ALL or approval.proposal.site_id != site.id:
        return None
    is_second = any(a.approved_at is not None for a in approval.proposal.approvals)
    return Erasing(proposals.code_of(means, person, approval), is_second)


def is_due(session: Session, site: Site) -> bool:
    """Whether the school is to be erased, and can still be saved."""
    return session.get(Erasure, site.id) is not None


def erase_what_is_due(engine: Engine, means: Means) -> None:
    """Forget the schools whose hour is over. Never while an alert of theirs is open: its end has to reach people."""
    due = select(Erasure.site_id).where(Erasure.at <= means.now(), ~_alert_is_open())
    with reading(engine) as session:
        sites = list(session.scalars(due))
    for site_id in sites:
        for _slice in purge_school(engine, means, site_id):
            pass


def _alert_is_open() -> ColumnElement[bool]:
    return select(Alert.id).where(Alert.site_id == Erasure.site_id, Alert.closed_at.is_(None)).exists()


def _ask(session: Session, x: Exchange) -> Outcome:
    if LEAD not in roles_at(x.person, x.site) or proposals.takes_no_text(school_of(x.means, x.site)):
        return Locked()
    if session.get(Pin, x.person.id) is None:
        return NoPin()
    if not _others_with_pin(session, x):
        return NoSecondLead()
    proposals.withdraw(session, x.person)
    proposal = Proposal(
        site_id=x.site.id,
        person_id=x.person.id,
        action=ERASE_ALL,
        kind="",
        place="",
        level="",
        approvals_needed=LEADS_NEEDED,
        phones=0,
        created_at=x.means.now(),
    )
    session.add(proposal)
    session.flush()
    proposals.give_code(session, x.means, proposal, x.person)
    audit(session, x.means, "asked to erase the school", site=x.site, actor=x.person)
    return EraseCodeOpen()


def _others_with_pin(session: Session, x: Exchange) -> list[Person]:
    others = proposals.other_leads(session, x.site, x.person)
    return [lead for lead in others if session.get(Pin, lead.id) is not None]


def _approve(session: Session, x: Exchange) -> Outcome:
    if x.evidence is None:
        return _why_not_weighed(session, x)
    approval = weighing.settle(session, x.evidence)
    proposal, site = approval.proposal, session.get_one(Site, approval.proposal.site_id)
    if x.evidence.is_duress:
        return duress.pretend(session, x, approval)
    if not x.evidence.is_right:
        audit(session, x.means, "wrong answer", site=site, actor=x.person, about=f"proposal {proposal.id}")
        words = erasing_words.told_wrong(school_of(x.means, site).site.short)
        tell_leads(session, x.means, site, words, besides=x.person.id)
        return WrongAnswer(TRIES - approval.wrong)
    if proposal.state != "open" or proposal.action != ERASE_ALL or LEAD not in roles_at(x.person, site):
        return Lapsed()
    return _approved(session, x, site, approval)


def _approved(session: Session, x: Exchange, site: Site, approval: Approval) -> Outcome:
    """One more lead is asked, or the hour begins."""
    proposal = approval.proposal
    approval.approved_at = x.means.now()
    audit(session, x.means, "said yes to erase the school", site=site, actor=x.person)
    if sum(a.approved_at is not None for a in proposal.approvals) < LEADS_NEEDED:
        _ask_the_others(session, x, site, proposal)
        return SecondAsked()
    proposal.state = "released"
    school, at = school_of(x.means, site), x.means.now() + AFTER
    session.merge(Erasure(site_id=site.id, at=at))
    when = moment(school, at, x.means.now())
    tell_leads(session, x.means, site, erasing_words.told_due(school.site.short, when), besides=x.person.id)
    return ErasingDue(when)


def _ask_the_others(session: Session, x: Exchange, site: Site, proposal: Proposal) -> None:
    """Each other lead gets a code of their own, and time to think."""
    for lead in _others_with_pin(session, x):
        approval = proposals.give_code(session, x.means, proposal, lead, SECOND_WITHIN)
        code = proposals.code_of(x.means, lead, approval)
        words = erasing_words.asked_by_another(school_of(x.means, site).site.short, code)
        queue_text(session, x.means, lead, site, words, lane=Lane.NOW)


def _stop(session: Session, x: Exchange) -> Outcome:
    due = session.get(Erasure, x.site.id, with_for_update=True)
    if due is None or LEAD not in roles_at(x.person, x.site):
        return Lapsed()
    session.delete(due)
    audit(session, x.means, "stopped the erasing of the school", site=x.site, actor=x.person)
    words = erasing_words.told_stopped(school_of(x.means, x.site).site.short)
    tell_leads(session, x.means, x.site, words, besides=x.person.id)
    return ErasingStopped()


def _why_not_weighed(session: Session, x: Exchange) -> Outcome:
    if not weighing.looks_like_an_answer(x.heard.words):
        return NotAnAnswer()
    if weighing.wrong_answers(session, x.means, x.person) >= LOCK_AFTER:
        return Locked()
    return Lapsed()
