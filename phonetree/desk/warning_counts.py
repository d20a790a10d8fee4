"""Wrong answers counted over a school and over all schools: many warn its leads and force the call, never lock anybody.

Whoever guesses with the forged numbers of many leads stays under each lead's own count, and not under these.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from phonetree.desk.means import Means
from phonetree.desk.outbox import audit, tell_leads
from phonetree.models import Approval, AuditEntry, PinAttempt, Proposal, Site
from phonetree.words.i18n import _

AN_HOUR = timedelta(hours=1)
MOST_AT_A_SCHOOL = 10
MOST_IN_ALL = 30
WARNED = "many wrong answers"


def forces_call(session: Session, means: Means, site: Site) -> bool:
    """Whether PINs are taken by call alone at this school, until an hour is quieter."""
    return wrong_at(session, means, site) >= MOST_AT_A_SCHOOL or wrong_at(session, means) >= MOST_IN_ALL


def wrong_at(session: Session, means: Means, site: Site | None = None) -> int:
    """Wrong answers of the last hour, by text and by key, at *site* or anywhere. What was not settled counts."""
    wrong = (PinAttempt.at > means.now() - AN_HOUR, PinAttempt.is_right.is_not(True))
    counted = select(func.count()).select_from(PinAttempt).where(*wrong)
    if site is not None:
        of_site = counted.join(Approval, Approval.id == PinAttempt.approval_id)
        counted = of_site.join(Proposal, Proposal.id == Approval.proposal_id).where(Proposal.site_id == site.id)
    return session.scalar(counted) or 0


def warn_of_many(session: Session, means: Means, site: Site) -> None:
    """After a wrong answer: once an hour the leads of the school, or of every school, hear that there are many."""
    if wrong_at(session, means) >= MOST_IN_ALL:
        for each in session.scalars(select(Site).order_by(Site.id)):
            _warn(session, means, each)
    elif wrong_at(session, means, site) >= MOST_AT_A_SCHOOL:
        _warn(session, means, site)


def _warn(session: Session, means: Means, site: Site) -> None:
    warned = (AuditEntry.site_id == site.id, AuditEntry.what == WARNED, AuditEntry.at > means.now() - AN_HOUR)
    if session.scalar(select(AuditEntry.id).where(*warned).limit(1)) is not None:
        return
    audit(session, means, WARNED, site=site, actor=None)
    words = _(
        "Many wrong codes or PINs within an hour: somebody may be guessing. "
        "Nobody is locked out. For now PINs are taken by call only: send 0."
    )
    tell_leads(session, means, site, words)
