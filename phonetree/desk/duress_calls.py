"""The other leads, when one of them keyed a PIN under duress: called, told after their own PIN, and free to send it.

Any one of them sends the same as their own, once.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from phonetree.desk import pretences, proposals
from phonetree.desk.call_ledger import FOR_A_PIN, NewCall, queue_call
from phonetree.desk.exchange import Exchange
from phonetree.desk.means import Means
from phonetree.desk.outbox import queue_text
from phonetree.desk.people import LEAD, roles_at
from phonetree.desk.removing import ending_of
from phonetree.desk.schools import school_of
from phonetree.dialogue.duress import DuressAtHand, TakeUpDuress, UnderDuress
from phonetree.dialogue.effects import Action
from phonetree.dialogue.outcomes import Lapsed, Outcome
from phonetree.flows import duress_words, under_duress
from phonetree.models import Alert, Approval, CallLane, Delivery, Lane, Person, Pin, Pretence, Proposal, Site, State

RINGS = (timedelta(0), timedelta(minutes=2), timedelta(minutes=5))
"""Until that lead has keyed their PIN."""
RING_LIFE = timedelta(minutes=2)
OPEN_FOR = timedelta(minutes=30)
MATTER = "duress-"
MAY_BE_SENT = (Action.ALERT, Action.UPDATE, Action.CLEAR, Action.CORRECT, Action.DRILL, Action.RESUME)


def call_the_others(session: Session, x: Exchange, site: Site, pretence: Pretence) -> None:
    """At once, and again until they have keyed their PIN. Their text gives nothing away."""
    for lead in proposals.other_leads(session, site, x.person):
        if session.get(Pin, lead.id) is None:
            continue
        queue_text(session, x.means, lead, site, duress_words.please_answer(), lane=Lane.NOW)
        for after in RINGS:
            new = NewCall(
                begins=under_duress.begin,
                lane=CallLane.NOW,
                answers={"duress": str(pretence.id)},
                matter=f"{MATTER}{pretence.id}",
                life=after + RING_LIFE,
                not_before=x.means.now() + after if after else None,
            )
            queue_call(session, x.means, lead, site, new)


def take_up(session: Session, x: Exchange, effect: TakeUpDuress) -> Outcome:
    """A proposal of this lead's own, of the same: in this call their PIN is for it."""
    pretence = session.get(Pretence, int(effect.which)) if effect.which.isdecimal() else None
    keyed = session.get(Proposal, pretence.proposal_id) if pretence else None
    if pretence is None or keyed is None or x.delivery is None or not _is_open(x.means, pretence):
        return Lapsed()
    if pretence.person_id == x.person.id or LEAD not in roles_at(x.person, x.site):
        return Lapsed()
    own = _same(x, pretence, keyed)
    session.add(own)
    session.flush()
    approval = proposals.give_code(session, x.means, own, x.person)
    x.delivery.matter = f"{FOR_A_PIN}{approval.id}"
    return DuressAtHand()


def _same(x: Exchange, pretence: Pretence, keyed: Proposal) -> Proposal:
    return Proposal(
        site_id=keyed.site_id,
        person_id=x.person.id,
        action=keyed.action,
        kind=keyed.kind,
        place=keyed.place,
        level=keyed.level,
        alert_id=pretence.alert_id,
        report_id=keyed.report_id,
        source=keyed.source,
        network_alert_id=keyed.network_alert_id,
        approvals_needed=school_of(x.means, x.site).protocol.approvals,
        phones=keyed.phones,
        created_at=x.means.now(),
        of_pretence_id=pretence.id,
    )


def at_hand(session: Session, means: Means, approval: Approval) -> UnderDuress | None:
    """Whether this is about what another lead keyed under duress."""
    pretence = session.get(Pretence, approval.proposal.of_pretence_id or 0)
    if pretence is None:
        return None
    ending = ending_of(means, session.get_one(Person, pretence.person_id))
    return UnderDuress(ending, can_send=pretence.action in MAY_BE_SENT and _is_open(means, pretence))


def heard(session: Session, x: Exchange, approval: Approval) -> None:
    """Who keyed their PIN knows: that phone rings no more for it."""
    if (pretence_id := approval.proposal.of_pretence_id) is not None:
        _stop_rings(session, x.means, pretence_id, x.person)


def claim(session: Session, means: Means, proposal: Proposal) -> bool:
    """Whether it may go: of several leads the first sends it."""
    if proposal.of_pretence_id is None:
        return True
    pretence = session.get(
        Pretence, proposal.of_pretence_id, populate_existing=True, with_for_update={"key_share": True}
    )
    if pretence is None or not _is_open(means, pretence):
        return False
    pretence.released_at = means.now()
    _stop_rings(session, means, pretence.id)
    return True


def settle(session: Session, proposal: Proposal) -> None:
    """The true alert is not shown on that phone beside the one it was shown."""
    pretence = session.get(Pretence, proposal.of_pretence_id or 0)
    if pretence is not None and pretences.is_root(pretence) and proposal.alert_id is not None:
        pretence.released_number = session.get_one(Alert, proposal.alert_id).number


def _is_open(means: Means, pretence: Pretence) -> bool:
    return pretence.released_at is None and pretence.opened_at > means.now() - OPEN_FOR


def _stop_rings(session: Session, means: Means, pretence_id: int, lead: Person | None = None) -> None:
    waiting = (Delivery.matter == f"{MATTER}{pretence_id}", Delivery.state == State.PENDING)
    theirs = waiting if lead is None else (*waiting, Delivery.person_id == lead.id)
    session.execute(update(Delivery).where(*theirs).values(state=State.CANCELLED, final_at=means.now()))
