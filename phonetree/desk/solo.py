"""With two approvals: when no other lead answers in time, the first may send alone, and everyone is told."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from phonetree.desk.contexts import context_of
from phonetree.desk.means import Means
from phonetree.desk.outbox import queue_text, tell_leads
from phonetree.desk.promises import stand_by
from phonetree.desk.proposals import CODE_LIFE, renew_code
from phonetree.desk.schools import school_of
from phonetree.flows import announce
from phonetree.flows.preview import preview_text
from phonetree.models import Approval, Lane, Person, Proposal, Site
from phonetree.words.i18n import Sentences, _


def offer(session: Session, means: Means) -> None:
    """Give the first lead a new code once ``solo_after`` has passed without a second approval."""
    waiting = select(Proposal).where(Proposal.state == "open", Proposal.first_approved_at.is_not(None))
    for proposal in session.scalars(waiting.with_for_update(key_share=True)):
        site = session.get_one(Site, proposal.site_id)
        solo_after = school_of(means, site).protocol.solo_after
        if solo_after is None or proposal.first_approved_at is None:
            continue
        if proposal.first_approved_at <= means.now() - solo_after:
            _offer(session, means, site, proposal)


def _offer(session: Session, means: Means, site: Site, proposal: Proposal) -> None:
    approved = select(Approval).where(Approval.proposal_id == proposal.id, Approval.approved_at.is_not(None))
    first = session.scalars(approved.order_by(Approval.approved_at)).first()
    if first is None:
        return
    lead = session.get_one(Person, first.person_id)
    proposal.approvals_needed, proposal.first_approved_at = 1, None
    renew_code(session, means, first, lead, CODE_LIFE)
    session.flush()
    preview = context_of(session, means, lead, site, {}).preview
    if preview is not None and stand_by(session, means, lead, site, announce.confirm.name):
        words = Sentences((_("No other lead has answered. You may send alone."), preview_text(preview)))
        queue_text(session, means, lead, site, words, lane=Lane.NOW)
        tell_leads(session, means, site, _("Another lead may now send alone: nobody else confirmed."), besides=lead.id)
