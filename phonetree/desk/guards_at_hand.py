"""What waits for a lead's PIN and sends nothing by itself, as that lead may see it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from phonetree.desk import proposals, removing
from phonetree.desk.means import Means
from phonetree.dialogue.guards import Guard, GuardAtHand
from phonetree.models import Person, Site


def guard_of(session: Session, means: Means, person: Person, site: Site, weighed: int | None) -> GuardAtHand | None:
    """What this lead's newest code stands for, where that is to guard."""
    approval = proposals.open_approval(session, means, person, weighed)
    if approval is None or approval.proposal.site_id != site.id or approval.proposal.action not in set(Guard):
        return None
    what, about = Guard(approval.proposal.action), session.get(Person, approval.proposal.about_id or "")
    is_by_call = proposals.is_by_call_alone(session, means, approval.proposal)
    code = "" if is_by_call or what is Guard.FREEZE else proposals.code_of(means, person, approval)
    return GuardAtHand(what, code, removing.ending_of(means, about) if about else "", is_by_call)
