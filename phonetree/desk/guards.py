"""A right PIN for what guards the voice: it is frozen, thawed, or a lead removed, once."""

from __future__ import annotations

from sqlalchemy.orm import Session

from phonetree.desk import freezing, moving, removing
from phonetree.desk.exchange import Exchange
from phonetree.desk.schools import lock_site
from phonetree.dialogue.guards import Frozen, FrozenByYou, Guard, LeadRemoved, MoveAgreed, NotFrozen, Thawed, ThawWanted
from phonetree.dialogue.outcomes import Lapsed, Outcome
from phonetree.models import Approval, Person, Site


def guarded(session: Session, x: Exchange, site: Site, approval: Approval) -> Outcome:
    """The PIN was right: do it, once. The proposal is locked."""
    proposal = approval.proposal
    what = Guard(proposal.action)
    about = session.get(Person, proposal.about_id or "")
    approval.approved_at, proposal.state = x.means.now(), "released"
    x.choose(site)
    match what:
        case Guard.FREEZE:
            freezing.freeze(session, x.means, site, by=x.person)
            return Frozen()
        case Guard.THAW:
            return _thaw(session, x, site)
        case Guard.REMOVE:
            is_removed = about is not None and removing.remove(session, x, site, about.id)
            return LeadRemoved() if is_removed else Lapsed()
        case Guard.MOVE:
            is_agreed = about is not None and moving.agree(session, x, site, about)
            return MoveAgreed() if is_agreed else Lapsed()


def _thaw(session: Session, x: Exchange, site: Site) -> Outcome:
    lock_site(session, site)
    frozen = freezing.standing_at(session, site)
    if frozen is None:
        return NotFrozen()
    if frozen.person_id == x.person.id:
        return FrozenByYou()
    held = freezing.thaw(session, x.means, site, frozen, x.person)
    return ThawWanted() if held is None else Thawed(held)
