"""A wrong code or PIN, by text or by key: written down, and told to the leads of the school. Nobody guesses unheard."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from phonetree.desk.exchange import Exchange
from phonetree.desk.outbox import audit, tell_leads
from phonetree.desk.warning_counts import AN_HOUR, warn_of_many
from phonetree.desk.weighing import LOCK_AFTER, wrong_answers
from phonetree.dialogue.outcomes import WrongAnswer
from phonetree.models import Approval, AuditEntry, Proposal, Site
from phonetree.words.i18n import Word, _

LOCKED = "answer while locked"


def was_wrong(session: Session, x: Exchange, approval: Approval, tries_left: int) -> WrongAnswer:
    """The code or the PIN was wrong, and the other leads are told."""
    site = session.get_one(Site, approval.proposal.site_id)
    audit(session, x.means, "wrong answer", site=site, actor=x.person, about=f"proposal {approval.proposal.id}")
    session.flush()
    tell_leads(session, x.means, site, _told(session, x, approval.proposal, tries_left), besides=x.person.id)
    warn_of_many(session, x.means, site)
    return WrongAnswer(tries_left)


def _told(session: Session, x: Exchange, proposal: Proposal, tries_left: int) -> Word:
    if proposal.is_by_network:
        return _("A wrong code or PIN came from the network's phone. Nothing was sent.")
    if x.call is None and wrong_answers(session, x.means, x.person) >= LOCK_AFTER:
        return _(
            "Five wrong answers in an hour from a lead's phone. It takes no PIN by text for a while; calls and "
            "the other leads' phones do. If it was not one of you, call each other."
        )
    if not tries_left:
        return _(
            "Three wrong answers from a lead's phone. Nothing was sent. If it was not one of you, call each other."
        )
    return _("A wrong code or PIN came from a lead's phone. Nothing was sent.")


def tell_of_locked(session: Session, x: Exchange) -> None:
    """An answer that was not even weighed: the leads hear of it once an hour."""
    since = x.means.now() - AN_HOUR
    told = (AuditEntry.what == LOCKED, AuditEntry.actor_id == x.person.id, AuditEntry.at > since)
    if session.scalar(select(AuditEntry.id).where(*told).limit(1)) is not None:
        return
    audit(session, x.means, LOCKED, site=x.site, actor=x.person)
    words = _("More answers came from the lead's phone that takes no PIN by text now. They were not looked at.")
    tell_leads(session, x.means, x.site, words, besides=x.person.id)
