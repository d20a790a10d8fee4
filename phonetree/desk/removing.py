"""A lead removed by another: at once, and never so that a school is left without one."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from phonetree.desk import freezing
from phonetree.desk.exchange import Exchange
from phonetree.desk.means import Means
from phonetree.desk.outbox import audit, queue_text, tell_leads
from phonetree.desk.people import LEAD, WITH_PIN
from phonetree.desk.schools import lock_site, school_of
from phonetree.dialogue.guards import OtherLead
from phonetree.flows import guards_told
from phonetree.models import Approval, AuditEntry, Conversation, Lane, Membership, Person, Pin, Proposal, Site

REMOVED = "removed a lead"
ONE_A = timedelta(days=1)
"""Who holds one lead's phone and PIN cannot remove all others at one go."""
ENDING = 2
"""Digits of a number that another lead may see."""
MOST_LISTED = 9


def others_listed(session: Session, means: Means, site: Site, lead: Person) -> tuple[OtherLead, ...]:
    """The other leads in the order in which they became leads, without a name or a number."""
    others = others_of(session, site, lead)
    return tuple(
        OtherLead(str(digit), ending_of(means, other), other.first_seen.isoformat())
        for digit, other in enumerate(others, start=1)
    )


def others_of(session: Session, site: Site, lead: Person) -> list[Person]:
    return [other for other in _all_leads(session, site) if other.id != lead.id][:MOST_LISTED]


def ending_of(means: Means, lead: Person) -> str:
    return means.number_of(lead).e164[-ENDING:]


def removed_one_today(session: Session, means: Means, site: Site, lead: Person) -> bool:
    recent = AuditEntry.at > means.now() - ONE_A
    theirs = (AuditEntry.site_id == site.id, AuditEntry.actor_id == lead.id, AuditEntry.what == REMOVED)
    return session.scalar(select(AuditEntry.id).where(*theirs, recent).limit(1)) is not None


def remove(session: Session, x: Exchange, site: Site, lead_id: str) -> bool:
    """Whether that person leads no more. Two who remove each other at once: the first is left, and leads."""
    lock_site(session, site)
    leads = {lead.id: lead for lead in _all_leads(session, site)}
    removed = leads.get(lead_id)
    if removed is None or x.person.id not in leads or removed_one_today(session, x.means, site, x.person):
        return False
    ending = ending_of(x.means, removed)
    session.execute(
        delete(Membership).where(
            Membership.person_id == lead_id, Membership.site_id == site.id, Membership.role == LEAD
        )
    )
    session.expire(removed, ["memberships"])
    _let_die(session, x.means, site, removed)
    audit(session, x.means, REMOVED, site=site, actor=x.person)
    short = school_of(x.means, site).site.short
    if removed.stopped_at is None:
        queue_text(session, x.means, removed, site, guards_told.you_were_removed(short), lane=Lane.NOW)
    tell_leads(session, x.means, site, guards_told.removed(ending), besides=x.person.id)
    return True


def _all_leads(session: Session, site: Site) -> list[Person]:
    """Also one whose phone stopped our texts: it still has a PIN."""
    chosen = (
        select(Person)
        .join(Membership)
        .where(Membership.site_id == site.id, Membership.role == LEAD)
        .order_by(Membership.id)
    )
    return list(session.scalars(chosen))


def _let_die(session: Session, means: Means, site: Site, removed: Person) -> None:
    """Previews, codes, a first approval, a word for a thaw: nothing of theirs counts from here on."""
    here = select(Proposal.id).where(Proposal.site_id == site.id, Proposal.state == "open")
    session.execute(
        update(Proposal).where(Proposal.id.in_(here), Proposal.person_id == removed.id).values(state="withdrawn")
    )
    approved = Approval.proposal_id.in_(here) & (Approval.person_id == removed.id)
    first = select(Approval.proposal_id).where(approved, Approval.approved_at.is_not(None))
    session.execute(update(Proposal).where(Proposal.id.in_(first)).values(first_approved_at=None))
    session.execute(update(Approval).where(approved).values(expires_at=means.now(), approved_at=None))
    if frozen := freezing.standing_at(session, site):
        freezing.forget_word_of(session, frozen, removed)
    session.execute(update(Conversation).where(Conversation.person_id == removed.id).values(step=None))
    session.flush()
    if not any(m.role in WITH_PIN for m in removed.memberships):
        session.execute(delete(Pin).where(Pin.person_id == removed.id))
