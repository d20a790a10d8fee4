"""The Rapid Response Network's word: its phone confirms a report with its own code and PIN, and is the source."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from phonetree.desk import broadcasts, freezing, proposals, weighing
from phonetree.desk.alert_texts import moment, place_word
from phonetree.desk.exchange import Exchange
from phonetree.desk.means import Means
from phonetree.desk.outbox import audit, queue_text, tell_leads
from phonetree.desk.people import NETWORK, PARENT, leads_of, roles_at
from phonetree.desk.proposals import TRIES
from phonetree.desk.report_standings import open_report
from phonetree.desk.report_words import words_of
from phonetree.desk.schools import school_of
from phonetree.desk.weighing import LOCK_AFTER
from phonetree.dialogue.effects import Kind, Level
from phonetree.dialogue.outcomes import Lapsed, Locked, NoPin, NotAnAnswer, Outcome, WrongAnswer
from phonetree.dialogue.report_outcomes import CodeOpen, NoSuchReport, Vouched
from phonetree.dialogue.report_states import Vouching
from phonetree.flows import network_told
from phonetree.flows.kinds import ELSEWHERE
from phonetree.models import TEXT, VOUCH, Approval, Lane, Membership, Person, Pin, Proposal, Report, Site
from phonetree.words.i18n import Word


def ask_to_vouch(session: Session, x: Exchange, number: int) -> Outcome:
    """A code for this phone of the network. Nothing is confirmed before it comes back with the PIN.

    Where the school takes no PIN by text, the network tells a lead by voice instead.
    """
    report = open_report(session, x.site, number)
    if report is None or report.is_kept_back or NETWORK not in roles_at(x.person, x.site) or report.network_at:
        return NoSuchReport()
    if proposals.takes_no_text(school_of(x.means, x.site)):
        return Locked()
    if session.get(Pin, x.person.id) is None:
        return NoPin()
    proposals.withdraw(session, x.person)
    proposal = Proposal(
        site_id=x.site.id,
        person_id=x.person.id,
        action=VOUCH,
        kind="",
        place="",
        level=Level.CONFIRMED,
        report_id=report.id,
        source=NETWORK,
        approvals_needed=1,
        phones=0,
        created_at=x.means.now(),
    )
    session.add(proposal)
    session.flush()
    proposals.give_code(session, x.means, proposal, x.person)
    return CodeOpen()


def vouching(session: Session, means: Means, person: Person, site: Site, weighed: int | None) -> Vouching | None:
    """The report that this phone of the network is about to confirm, and its own code."""
    approval = proposals.open_approval(session, means, person, weighed)
    if approval is None or approval.proposal.action != VOUCH or approval.proposal.site_id != site.id:
        return None
    report = session.get(Report, approval.proposal.report_id)
    if report is None:
        return None
    place = _place(means, site, report)
    return Vouching(report.number, place, proposals.code_of(means, person, approval))


def vouch(session: Session, x: Exchange) -> Outcome:
    """What the weighed answer leads to. A wrong one is told to the leads, and locks nobody but this phone."""
    if x.evidence is None:
        return _why_not_weighed(session, x)
    approval = weighing.settle(session, x.evidence)
    site = session.get_one(Site, approval.proposal.site_id)
    if not x.evidence.is_right:
        audit(session, x.means, "wrong answer", site=site, actor=x.person, about=f"proposal {approval.proposal.id}")
        tell_leads(session, x.means, site, network_told.wrong_answer())
        return WrongAnswer(TRIES - approval.wrong)
    return _vouched(session, x, site, approval)


def _vouched(session: Session, x: Exchange, site: Site, approval: Approval) -> Outcome:
    """The report is confirmed by the network; the leads send it on, and the protocol may name who hears at once."""
    proposal = approval.proposal
    found = session.get(Report, proposal.report_id, with_for_update=True)
    report = open_report(session, site, found.number) if found else None
    if proposal.state != "open" or report is None or NETWORK not in roles_at(x.person, site):
        return Lapsed()
    approval.approved_at, proposal.state = x.means.now(), "released"
    report.network_at = x.means.now()
    audit(session, x.means, "the network confirms", site=site, actor=x.person, about=f"report {report.number}")
    place, school = _place(x.means, site, report), school_of(x.means, site)
    tell_leads(session, x.means, site, network_told.to_leads(report.number, place))
    now = moment(school, x.means.now(), x.means.now())
    words = network_told.at_once(school.site.short, place, now)
    return Vouched(report.number, tell_at_once(session, x.means, site, words, besides=x.person.id))


def tell_at_once(session: Session, means: Means, site: Site, words: Word, *, besides: str = "") -> int:
    """Whom the protocol lets the network tell without waiting for a lead: never parents. How many phones it went to.

    Leads are told by themselves, in words that say what they may do about it.
    """
    names = () if freezing.is_frozen(session, site) else school_of(means, site).protocol.network_may_send
    roles = {role for name in names for role in broadcasts.ROLES.get(name, ())} - {PARENT}
    of_site = (Membership.site_id == site.id) & ~Membership.is_held
    theirs = select(Membership.person_id).where(of_site, Membership.role.in_(roles), Membership.channel == TEXT)
    told_already = {besides, *(lead.id for lead in leads_of(session, site))}
    chosen = select(Person).where(Person.id.in_(theirs), Person.stopped_at.is_(None)).order_by(Person.id)
    people = [person for person in session.scalars(chosen) if person.id not in told_already]
    for person in people:
        queue_text(session, means, person, site, words, lane=Lane.ALERT)
    return len(people)


def _place(means: Means, site: Site, report: Report) -> Word:
    digit = words_of(means, site, report).get("place", "")
    return place_word(school_of(means, site), Kind.NEAR, digit or ELSEWHERE)


def _why_not_weighed(session: Session, x: Exchange) -> Outcome:
    if not weighing.looks_like_an_answer(x.heard.words):
        return NotAnAnswer()
    if session.get(Pin, x.person.id) is None:
        return NoPin()
    if weighing.wrong_answers(session, x.means, x.person) >= LOCK_AFTER:
        return Locked()
    return Lapsed()
