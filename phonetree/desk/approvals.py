"""Who may send: a lead proposes, answers with code and PIN, another lead may finish it, any lead may pause it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from phonetree.desk import duress, duress_calls, freezing, guards, network_release, pretences, proposals, weighing
from phonetree.desk.call_ledger import FOR_A_PIN
from phonetree.desk.contexts import context_of, open_alert
from phonetree.desk.exchange import Exchange
from phonetree.desk.means import Means
from phonetree.desk.outbox import audit, queue_text, tell_leads
from phonetree.desk.pauses import PAUSES_WITHOUT_PIN, hold, pausable, propose_pause, propose_resume
from phonetree.desk.people import LEAD, NETWORK, STAFF_ROLES, roles_at
from phonetree.desk.proposals import SEND_NOTHING, TRIES
from phonetree.desk.release import release
from phonetree.desk.schools import school_of
from phonetree.desk.warning_counts import forces_call
from phonetree.desk.weighing import LOCK_AFTER
from phonetree.desk.wrong_answers import tell_of_locked, was_wrong
from phonetree.dialogue.effects import Action, Propose
from phonetree.dialogue.guards import IsFrozen
from phonetree.dialogue.outcomes import (
    Lapsed,
    Locked,
    NeedsAnother,
    NoPin,
    NotAnAnswer,
    NothingToPropose,
    Outcome,
    Paused,
    PinNeeded,
    Proposed,
    Released,
)
from phonetree.flows.preview import preview_text
from phonetree.models import NO_ALERTS, Approval, Lane, NetworkAlert, Person, Pin, Proposal, Site
from phonetree.words.i18n import Word, _


def propose(session: Session, x: Exchange, asked: Propose, report: NetworkAlert | None = None) -> Outcome:
    if (why_not := barred(session, x.means, x.person, x.site)) is not None:
        return why_not
    proposal = proposals.propose(session, x.means, x.person, x.site, asked, report)
    if proposal is None:
        return NothingToPropose()
    audit(session, x.means, f"proposed {asked.action}", site=x.site, actor=x.person, about=f"proposal {proposal.id}")
    take_up(session, x)
    return Proposed()


def barred(session: Session, means: Means, person: Person, site: Site) -> IsFrozen | NoPin | None:
    """Why this lead can propose nothing now, whatever it is. Frozen, or so it was shown to a lead under duress."""
    if freezing.is_frozen(session, site) or pretences.seems_frozen(session, means, person, site):
        return IsFrozen()
    return NoPin() if session.get(Pin, person.id) is None else None


def share(session: Session, x: Exchange) -> Outcome:
    if (why_not := barred(session, x.means, x.person, x.site)) is not None:
        return why_not
    if duress.offer_to_go_on(session, x) or proposals.shared_with(session, x.means, x.person, x.site):
        return Proposed()
    return Proposed() if propose_resume(session, x.means, x.site, x.person) else NothingToPropose()


def approve(session: Session, x: Exchange) -> Outcome:
    """What the weighed answer leads to. Every attempt is told to the other leads."""
    if x.evidence is None:
        return _why_not_weighed(session, x)
    approval = weighing.settle(session, x.evidence)
    if not (x.evidence.is_right or x.evidence.is_duress):
        return was_wrong(session, x, approval, TRIES - approval.wrong)
    return accepted(session, x, approval, is_duress=x.evidence.is_duress)


def accepted(session: Session, x: Exchange, approval: Approval, *, is_duress: bool) -> Outcome:
    """A PIN that was taken: the lead's own, or the one that seems to do the same."""
    if is_duress or approval.proposal.follows_pretence_id is not None:
        return duress.pretend(session, x, approval)
    return approved(session, x, approval)


def approved(session: Session, x: Exchange, approval: Approval) -> Outcome:
    """This lead said yes with everything that it takes: it goes out, or one more lead has to say the same."""
    proposal = approval.proposal
    site = session.get_one(Site, proposal.site_id)
    may_say_so = NETWORK if proposal.is_by_network else LEAD
    if proposal.state != "open" or proposal.action in NO_ALERTS or may_say_so not in roles_at(x.person, site):
        return Lapsed()
    if proposal.action in SEND_NOTHING:
        return guards.guarded(session, x, site, approval)
    if freezing.is_frozen(session, site):
        return IsFrozen()
    approval.approved_at = x.means.now()
    done = sum(a.approved_at is not None for a in proposal.approvals)
    if done < proposal.approvals_needed:
        _ask_the_others(session, x, site, proposal)
        return NeedsAnother(proposal.approvals_needed - done)
    if not (network_release.claim(session, proposal) and duress_calls.claim(session, x.means, proposal)):
        return Lapsed()
    phones = release(session, x.means, site, proposal, x.person)
    duress_calls.settle(session, proposal)
    action = Action(proposal.action)
    if not proposal.is_by_network:  # of that the leads have read more already
        tell_leads(session, x.means, site, _told(action, phones), besides=x.person.id)
    return Released(action, phones)


def _ask_the_others(session: Session, x: Exchange, site: Site, proposal: Proposal) -> None:
    """Each other lead gets the same preview with a code of their own."""
    proposal.first_approved_at = proposal.first_approved_at or x.means.now()
    for lead in proposals.other_leads(session, site, x.person):
        if session.get(Pin, lead.id) is not None:
            proposals.give_code(session, x.means, proposal, lead)
            context = context_of(session, x.means, lead, site, {})
            if context.preview is not None:
                queue_text(session, x.means, lead, site, preview_text(context.preview), lane=Lane.NOW)


def _why_not_weighed(session: Session, x: Exchange) -> Outcome:
    if not weighing.looks_like_an_answer(x.heard.words):
        return NotAnAnswer()
    if proposals.takes_no_text(school_of(x.means, x.site)) or forces_call(session, x.means, x.site):
        return NotAnAnswer()
    if session.get(Pin, x.person.id) is None:
        return NoPin()
    if weighing.wrong_answers(session, x.means, x.person) >= LOCK_AFTER:
        tell_of_locked(session, x)
        return Locked()
    return Lapsed()


def pause(session: Session, x: Exchange) -> Outcome:
    """``ABORT`` needs no PIN the first time; a second pause of the same alert does (decisions 12)."""
    if (shown := duress.pretend_pause(session, x)) is not None:
        take_up(session, x)
        return shown
    alert = pausable(session, x.site)
    if alert is None:
        return NothingToPropose()
    if alert.pauses >= PAUSES_WITHOUT_PIN:
        propose_pause(session, x.means, alert, x.site, x.person)
        take_up(session, x)
        return PinNeeded()
    held = hold(session, x.means, alert, x.site, x.person)
    take_up(session, x)
    words = _("ABORT by another lead: the alert is paused, {n} phones wait. Send SEND to go on.", n=held)
    tell_leads(session, x.means, x.site, words, besides=x.person.id)
    return Paused(held)


def pause_for_stop(session: Session, x: Exchange) -> bool:
    """A stop word from a lead's or staff phone during an open alert pauses it too: they may have meant the alert."""
    has_paused = False
    sites = {m.site_id for m in x.person.memberships if m.role in STAFF_ROLES}
    for site in session.scalars(select(Site).where(Site.id.in_(sites))):
        alert = pausable(session, site) if open_alert(session, site) else None
        if alert is not None:
            held = hold(session, x.means, alert, site, x.person)
            words = _("STOP from a staff phone: the alert is paused, {n} phones wait. Send SEND to go on.", n=held)
            tell_leads(session, x.means, site, words, besides=x.person.id)
            has_paused = True
    return has_paused


def take_up(session: Session, x: Exchange) -> None:
    """In a call: from here on its PIN is for what was just proposed, and for nothing else that may be open."""
    approval = proposals.open_approval(session, x.means, x.person)
    if x.delivery is not None and approval is not None:
        x.delivery.matter = matter_of(approval)


def matter_of(approval: Approval) -> str:
    """As what a call is told which approval its PIN is for."""
    return f"{FOR_A_PIN}{approval.id}"


def _told(action: Action, phones: int) -> Word:
    match action:
        case Action.ALERT:
            return _("Another lead sent an ALERT to {n} phones. ABORT pauses it.", n=phones)
        case Action.UPDATE:
            return _("Another lead sent an UPDATE to {n} phones.", n=phones)
        case Action.CLEAR:
            return _("Another lead sent NO LONGER SEEN to {n} phones.", n=phones)
        case Action.CORRECT:
            return _("Another lead sent a CORRECTION to {n} phones.", n=phones)
        case Action.DRILL:
            return _("Another lead sent a DRILL to {n} phones.", n=phones)
        case Action.RESUME:
            return _("Another lead goes on with the alert: {n} phones.", n=phones)
        case Action.ABORT:
            return _("Another lead paused the alert: {n} phones wait.", n=phones)
