"""A lead's alert by keypad: the PIN that is keyed into a call of ours, and the 1 that sends."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from phonetree.desk import approvals, duress_calls
from phonetree.desk.call_answers import HeardCall, KeysPressed
from phonetree.desk.exchange import Exchange
from phonetree.desk.means import Means
from phonetree.desk.people import LEAD, roles_at
from phonetree.desk.proposals import TRIES, open_approval
from phonetree.desk.weighing import Asked, Evidence, asked_of, locked, settle
from phonetree.desk.wrong_answers import was_wrong
from phonetree.dialogue.context import Context, Preview
from phonetree.dialogue.duress import UnderDuress
from phonetree.dialogue.guards import GuardAtHand
from phonetree.dialogue.outcomes import Lapsed, NoPin, NotAnAnswer, Outcome, PinRight, WrongAnswer
from phonetree.flows import key_pin
from phonetree.models import Approval, Call, Delivery, Heard, Person, Pin, PinAttempt, Site, writing

GOOD_FOR = timedelta(minutes=2)
"""How long a right PIN waits for the key that sends."""
_PIN = re.compile(r"[0-9]{6}")
_ASKED = frozenset(step.name for step in key_pin.ASKING)


def weigh_pin(engine: Engine, means: Means, heard: HeardCall) -> Evidence | None:
    """Count the attempt and commit it, then verify outside any transaction; None where no PIN is asked."""
    match heard.event:
        case KeysPressed(keys) if _PIN.fullmatch(keys):
            asked = _count(engine, means, heard)
            return None if asked is None else asked.compare(means, keys)
        case _:
            return None


def _count(engine: Engine, means: Means, heard: HeardCall) -> Asked | None:
    with writing(engine) as session:
        call = session.scalar(select(Call).where(Call.sid == heard.sid).with_for_update(key_share=True))
        if (
            call is None
            or call.step not in _ASKED
            or call.turn != heard.turn
            or session.get(Heard, heard.name) is not None
        ):
            return None
        person = session.get(Person, call.person_id, with_for_update={"key_share": True})
        pin = session.get(Pin, call.person_id)
        delivery = session.get(Delivery, call.delivery_id) if call.delivery_id else None
        if person is None or pin is None or delivery is None or call.ended_at is not None:
            return None
        # The same turn again, while another process weighs it or after that process died: weighed, not counted, again.
        begun = session.scalar(select(PinAttempt).where(PinAttempt.heard_sid == heard.name))
        approval = _at_hand(session, means, person, delivery, begun)
        if approval is None:
            return None
        if begun is None:
            if _tries_left(session, call) <= 0:
                return None
            begun = PinAttempt(
                person_id=person.id, approval_id=approval.id, heard_sid=heard.name, call_id=call.id, at=means.now()
            )
            session.add(begun)
            session.flush()
        return asked_of(session, means, pin, begun, approval)


def _at_hand(
    session: Session, means: Means, person: Person, delivery: Delivery, begun: PinAttempt | None = None
) -> Approval | None:
    """What this call's PIN is for, while it is open and nothing newer waits for this lead."""
    approval = open_approval(session, means, person, begun.approval_id if begun else None)
    is_ours = approval is not None and delivery.matter == approvals.matter_of(approval)
    return approval if is_ours else None


def preview_at_hand(session: Session, x: Exchange, context: Context) -> Preview | None:
    """In a call only what that call read back, or is about to: its PIN is for nothing else."""
    return context.preview if context.preview and _is_read_back(session, x) else None


def guard_at_hand(session: Session, x: Exchange, context: Context) -> GuardAtHand | None:
    """The same of what sends nothing."""
    return context.guard if context.guard and _is_read_back(session, x) else None


def duress_at_hand(session: Session, x: Exchange) -> UnderDuress | None:
    """And what another lead keyed under duress."""
    if x.delivery is None or not _is_read_back(session, x):
        return None
    approval = open_approval(session, x.means, x.person, x.weighed)
    return duress_calls.at_hand(session, x.means, approval) if approval else None


def _is_read_back(session: Session, x: Exchange) -> bool:
    if x.delivery is None:
        return False
    return x.evidence is not None or _at_hand(session, x.means, x.person, x.delivery) is not None


def check_pin(session: Session, x: Exchange) -> Outcome:
    """What the weighed PIN leads to. The attempt itself remembers that it was right."""
    if x.evidence is None or x.call is None:
        return _why_not_weighed(session, x)
    approval = settle(session, x.evidence)
    session.flush()
    if not (x.evidence.is_right or x.evidence.is_duress):
        return was_wrong(session, x, approval, _tries_left(session, x.call))
    duress_calls.heard(session, x, approval)
    return PinRight() if _may_release(session, x, approval) else Lapsed()


def release_now(session: Session, x: Exchange) -> Outcome:
    """Send what this call's right PIN stands for, once."""
    if x.call is None:
        return Lapsed()
    right = session.scalar(
        select(PinAttempt)
        .where(
            PinAttempt.call_id == x.call.id,
            PinAttempt.person_id == x.person.id,
            PinAttempt.is_right.is_(True),
            PinAttempt.at > x.means.now() - GOOD_FOR,
        )
        .order_by(PinAttempt.id.desc())
        .limit(1)
    )
    approval = locked(session, right.approval_id) if right else None
    if right is None or approval is None or not _may_release(session, x, approval):
        return Lapsed()
    return approvals.accepted(session, x, approval, is_duress=right.is_duress)


def _may_release(session: Session, x: Exchange, approval: Approval) -> bool:
    site = session.get_one(Site, approval.proposal.site_id)
    is_open = approval.proposal.state == "open" and approval.approved_at is None
    return is_open and LEAD in roles_at(x.person, site)


def _tries_left(session: Session, call: Call) -> int:
    """Three in one call. Neither the text path's count nor its lock is asked."""
    wrong = select(func.count()).where(PinAttempt.call_id == call.id, PinAttempt.is_right.is_not(True))
    return TRIES - (session.scalar(wrong) or 0)


def _why_not_weighed(session: Session, x: Exchange) -> Outcome:
    if not _PIN.fullmatch(x.heard.words):
        return NotAnAnswer()
    if session.get(Pin, x.person.id) is None:
        return NoPin()
    if x.call is not None and _tries_left(session, x.call) <= 0:
        return WrongAnswer(0)
    return Lapsed()
