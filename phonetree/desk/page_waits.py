"""What waits for a lead's code and PIN, for the page that asks for them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from phonetree.desk.alert_texts import moment
from phonetree.desk.console_doors import SignedIn
from phonetree.desk.drafts import Draft, draft_of
from phonetree.desk.guards_at_hand import guard_of
from phonetree.desk.means import Means
from phonetree.desk.proposals import CODE_LIFE, SEND_NOTHING, TRIES, open_approval
from phonetree.desk.schools import school_of
from phonetree.dialogue.effects import Action
from phonetree.dialogue.guards import GuardAtHand
from phonetree.models import Approval, Person, Proposal, Site, reading
from phonetree.words.i18n import Moment


@dataclass(frozen=True, slots=True)
class Waits:
    """*draft* or *guard*, or neither: then it is something that is answered by text alone."""

    school: str
    until: Moment
    draft: Draft | None = None
    guard: GuardAtHand | None = None
    tries_left: int = TRIES
    is_given: bool = False
    """This lead's part is done, and one more lead has to say the same."""
    may_let_go: bool = False

    @property
    def is_by_call(self) -> bool:
        """No PIN is taken here: the tree calls."""
        if self.draft is not None:
            return self.draft.is_by_call
        return self.guard is not None and self.guard.is_by_call


def waits_for(engine: Engine, means: Means, lead: SignedIn) -> Waits | None:
    """What this lead's own code stands for, at the school that they look at."""
    with reading(engine) as session:
        person, site = session.get_one(Person, lead.person_id), session.get_one(Site, lead.site_id)
        approval = open_approval(session, means, person)
        if approval is not None and approval.proposal.site_id == site.id:
            return _as_shown(session, means, person, site, approval)
        approval = _given(session, means, person, site)
        return None if approval is None else _as_shown(session, means, person, site, approval)


def _as_shown(session: Session, means: Means, person: Person, site: Site, approval: Approval) -> Waits:
    proposal, school = approval.proposal, school_of(means, site)
    is_own, is_pause = proposal.person_id == person.id, proposal.action == Action.RESUME
    return Waits(
        school=school.site.name,
        until=moment(school, approval.expires_at, means.now()),
        draft=None if proposal.action in SEND_NOTHING else draft_of(session, means, person, site, proposal),
        guard=guard_of(session, means, person, site, approval.id),
        tries_left=TRIES - approval.wrong,
        is_given=approval.approved_at is not None,
        may_let_go=is_own and not is_pause and approval.approved_at is None,
    )


def _given(session: Session, means: Means, person: Person, site: Site) -> Approval | None:
    """This lead's yes, to which another lead's is missing: for as long as that one's code is good."""
    theirs = (Approval.person_id == person.id, Approval.approved_at > means.now() - CODE_LIFE)
    chosen = select(Approval).join(Proposal).where(*theirs, Proposal.site_id == site.id, Proposal.state == "open")
    return session.scalar(chosen.order_by(Approval.id.desc()).limit(1))
