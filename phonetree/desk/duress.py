"""A PIN that was keyed under duress: that phone is told what it expects, and nothing goes out to anybody."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from phonetree.desk import broadcasts, freezing, pauses, pretences, proposals
from phonetree.desk.alert_texts import body_of, moment, pretence_of
from phonetree.desk.duress_calls import call_the_others
from phonetree.desk.exchange import Exchange
from phonetree.desk.means import Means
from phonetree.desk.outbox import audit, queue_text
from phonetree.desk.people import LEAD, roles_at
from phonetree.desk.schools import next_number, school_of
from phonetree.dialogue.effects import Action
from phonetree.dialogue.erasing import ErasingDue, SecondAsked
from phonetree.dialogue.guards import Frozen, Guard, IsFrozen, LeadRemoved, MoveAgreed, ThawWanted
from phonetree.dialogue.outcomes import Lapsed, NeedsAnother, NothingToPropose, Outcome, Paused, Released
from phonetree.models import CALL, TEXT, Alert, Approval, Pretence, Proposal, Site

SENDS = (Action.ALERT, Action.UPDATE, Action.CLEAR, Action.CORRECT, Action.DRILL)


def pretend(session: Session, x: Exchange, approval: Approval) -> Outcome:
    """Answer as if it were done. The others are called, unless they were of the very same matter already."""
    proposal = approval.proposal
    site = session.get_one(Site, proposal.site_id)
    if proposal.state != "open" or LEAD not in roles_at(x.person, site):
        return Lapsed()
    x.choose(site)
    is_new = proposal.follows_pretence_id is None
    pretence = _kept(session, x, site, proposal)
    audit(session, x.means, "keyed under duress", site=site, actor=x.person, about=f"proposal {proposal.id}")
    if is_new:
        call_the_others(session, x, site, pretence)
    if proposal.action not in set(Action):
        return _guarded(x, site, approval)
    if freezing.is_frozen(session, site):
        return IsFrozen()
    return _as_if_sent(session, x, site, approval, pretence)


def _kept(session: Session, x: Exchange, site: Site, proposal: Proposal) -> Pretence:
    """One row for each proposal; a lead's second answer to the same one finds it again."""
    found = session.scalar(select(Pretence).where(Pretence.proposal_id == proposal.id))
    if found is not None:
        return found
    pretence = Pretence(
        site_id=site.id,
        person_id=x.person.id,
        proposal_id=proposal.id,
        action=proposal.action,
        kind=proposal.kind,
        place=proposal.place,
        level=proposal.level,
        alert_id=proposal.alert_id,
        follows_id=proposal.follows_pretence_id,
        reaches_families=_reaches_families(session, x.means, site, proposal),
        opened_at=x.means.now(),
    )
    session.add(pretence)
    session.flush()
    if proposal.person_id == x.person.id:  # else it is another lead's own, who may still mean it
        proposal.follows_pretence_id = proposal.follows_pretence_id or pretence.id
    return pretence


def _reaches_families(session: Session, means: Means, site: Site, proposal: Proposal) -> bool:
    of = session.get(Alert, proposal.alert_id) if proposal.alert_id else pretence_of(session, proposal)
    if of is not None or proposal.action not in SENDS:
        return of is not None and of.reaches_families
    return broadcasts.reaches_families(proposals.names_of(school_of(means, site), proposal))


def _as_if_sent(session: Session, x: Exchange, site: Site, approval: Approval, pretence: Pretence) -> Outcome:
    proposal, action = approval.proposal, Action(approval.proposal.action)
    is_own = proposal.person_id == x.person.id
    others = sum(a.approved_at is not None for a in proposal.approvals if a.id != approval.id)
    _used_up(x, approval, is_own=is_own)
    if others + 1 < proposal.approvals_needed:
        proposal.first_approved_at = proposal.first_approved_at or x.means.now()
        return NeedsAnother(proposal.approvals_needed - others - 1)
    if is_own:
        proposal.state = "released"
    if action not in SENDS:
        _go_on(session, x.means, proposal)
        return Released(action, proposal.phones)
    _count(session, x.means, site, proposal, pretence)
    _send_own_copy(session, x, site, proposal, pretence)
    return Released(action, pretence.phones)


def _used_up(x: Exchange, approval: Approval, *, is_own: bool) -> None:
    """A code is good once. Of another lead's proposal it must not count as a yes."""
    if is_own:
        approval.approved_at = x.means.now()
    else:
        approval.expires_at = x.means.now()


def _count(session: Session, means: Means, site: Site, proposal: Proposal, pretence: Pretence) -> None:
    """What would have been said of it: how many phones, by when, what comes next."""
    school, now, action = school_of(means, site), means.now(), Action(proposal.action)
    root = session.get(Pretence, pretence.follows_id) if pretence.follows_id else None
    alert = session.get(Alert, proposal.alert_id) if proposal.alert_id else None
    reach = proposals.reach_of(session, means, site, proposal)
    rows = proposals.recipients_of(session, means, site, proposal).subquery()
    pretence.phones, pretence.opened_at, pretence.began_at = reach.phones, now, now
    pretence.calls = session.scalar(select(func.count()).select_from(rows).where(rows.c.channel == CALL)) or 0
    pretence.handed_over_by = reach.last_at
    of = root or alert
    pretence.number = of.number if of else next_number(session, site)
    if action in {Action.ALERT, Action.UPDATE}:
        pretence.next_due_at = now + school.protocol.next_text
    if root is not None:
        _follow(root, pretence, now)


def _follow(root: Pretence, pretence: Pretence, now: datetime) -> None:
    """The promise of the first is kept by the second, or there is none any more."""
    root.next_due_at = pretence.next_due_at
    root.prompted_at = root.prompted_at if root.next_due_at else now


def pretend_pause(session: Session, x: Exchange) -> Outcome | None:
    """ABORT from a phone that was shown something: of that alone. None: it was shown nothing."""
    shown = [p for p in pretences.standing(session, x.person, x.site) if p.handed_over_by is not None]
    if not shown:
        return None
    now, going = x.means.now(), pretences.under_way(shown, x.means.now())
    if going is None:
        return NothingToPropose()
    going.paused_at = going.paused_at or now
    held = going.phones - pretences.handed_over(going, now)
    pauses.propose_going_on(session, x.means, x.person, going, held)
    return Paused(held)


def offer_to_go_on(session: Session, x: Exchange) -> bool:
    """SEND from a phone that was shown a pause, within its ten minutes."""
    now = x.means.now()
    for shown in pretences.standing(session, x.person, x.site):
        if shown.paused_at is not None and shown.paused_at > now - proposals.RESUME_LIFE:
            held = shown.phones - pretences.handed_over(shown, now)
            pauses.propose_going_on(session, x.means, x.person, shown, held)
            return True
    return False


def _go_on(session: Session, means: Means, proposal: Proposal) -> None:
    """What was shown as paused goes on to be shown."""
    going = pretence_of(session, proposal)
    if going is None or going.paused_at is None or going.began_at is None or going.handed_over_by is None:
        return
    passed = means.now() - going.paused_at
    going.began_at, going.handed_over_by, going.paused_at = going.began_at + passed, going.handed_over_by + passed, None


def _send_own_copy(session: Session, x: Exchange, site: Site, proposal: Proposal, pretence: Pretence) -> None:
    """Who is among those who would have heard gets what they would have got, on this phone alone."""
    rows = proposals.recipients_of(session, x.means, site, proposal).subquery()
    mine = session.scalar(select(rows.c.channel).where(rows.c.id == x.person.id))
    if mine == TEXT:
        words, life = body_of(session, x.means, site, proposal), school_of(x.means, site).protocol.expires
        pretence.own_copy_at = x.means.now()
        lane = broadcasts.lane_of(Action(proposal.action))
        queue_text(session, x.means, x.person, site, words, lane=lane, life=life)


def _guarded(x: Exchange, site: Site, approval: Approval) -> Outcome:
    """FREEZE, THAW, REMOVE and ERASE ALL: none of it is done."""
    proposal = approval.proposal
    is_second = any(a.approved_at is not None for a in proposal.approvals if a.id != approval.id)
    is_own = proposal.person_id == x.person.id
    _used_up(x, approval, is_own=is_own)
    if is_own:
        proposal.state = "released"
    match proposal.action:
        case Guard.FREEZE:
            return Frozen()
        case Guard.THAW:
            return ThawWanted()
        case Guard.REMOVE:
            return LeadRemoved()
        case Guard.MOVE:
            return MoveAgreed()
        case _ if is_second:
            return ErasingDue(moment(school_of(x.means, site), x.means.now() + timedelta(hours=1), x.means.now()))
        case _:
            return SecondAsked()
