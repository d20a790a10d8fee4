"""The weighing of a code and a PIN: counted first, verified outside any transaction, then settled (decisions 13)."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from phonetree.desk.means import Means
from phonetree.desk.proposals import code_of, is_by_call_alone, open_approval
from phonetree.dialogue.guards import Guard
from phonetree.dialogue.keywords import plain_digits
from phonetree.models import Approval, Heard, Person, Pin, PinAttempt, writing

LOCK_AFTER = 5
LOCK_WITHIN = timedelta(hours=1)
CODE_DIGITS = 4
PIN_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Evidence:
    """What became of an answer that was weighed: which attempt, on which approval, and whether it was right."""

    attempt_id: int
    approval_id: int
    is_right: bool


def looks_like_an_answer(words: str) -> bool:
    """Whether *words* try to be a code and a PIN: digits and the signs between them, four digits or more."""
    digits = plain_digits(words)
    signs = set(digits) - set("0123456789")
    is_quick_alert = digits.split()[:1] == ["00"]
    return signs <= set(" .,-/\n") and sum(sign.isdigit() for sign in digits) >= CODE_DIGITS and not is_quick_alert


def may_hold_a_pin(words: str) -> bool:
    """Whether as many digits as a PIN has stand in *words*, whatever else does."""
    return looks_like_an_answer(words) or sum(sign.isdigit() for sign in plain_digits(words)) >= PIN_DIGITS


def wrong_answers(session: Session, means: Means, person: Person) -> int:
    """Texts of the last hour that were no right answer. One whose weighing was cut short counts as wrong."""
    return (
        session.scalar(
            select(func.count()).where(
                PinAttempt.person_id == person.id,
                PinAttempt.call_id.is_(None),
                PinAttempt.at > means.now() - LOCK_WITHIN,
                PinAttempt.is_right.is_not(True),
            )
        )
        or 0
    )


def weigh(engine: Engine, means: Means, person_id: str, sid: str, words: str) -> Evidence | None:
    """Count the attempt and commit it, then verify outside any transaction (decisions 13). None: nothing to weigh."""
    if not looks_like_an_answer(words):
        return None
    counted = _count(engine, means, person_id, sid)
    if counted is None:
        return None
    attempt_id, approval_id, code, hashed = counted
    digits = "".join(sign for sign in plain_digits(words) if sign.isdigit())
    # Both are always compared, so that the time tells nothing of which was wrong.
    pin_fits = means.pins.verify(hashed, digits[len(code) :])
    code_fits = hmac.compare_digest(digits[: len(code)], code)
    return Evidence(attempt_id, approval_id, pin_fits and code_fits and len(digits) == len(code) + PIN_DIGITS)


def _count(engine: Engine, means: Means, person_id: str, sid: str) -> tuple[int, int, str, str] | None:
    """The attempt, what it is for, and what it must be: the code, none where the PIN alone is asked, and the PIN."""
    with writing(engine) as session:
        # The person's row is locked: one answer of one lead is counted at a time.
        person = session.get(Person, person_id, with_for_update={"key_share": True})
        # The same text again, while another process weighs it or after that process died: weighed, not counted, again.
        begun = session.scalar(select(PinAttempt).where(PinAttempt.heard_sid == sid))
        approval = open_approval(session, means, person, begun.approval_id if begun else None) if person else None
        pin = session.get(Pin, person_id)
        if person is None or approval is None or pin is None or session.get(Heard, sid) is not None:
            return None
        if is_by_call_alone(session, means, approval.proposal):
            return None
        if begun is None:
            if wrong_answers(session, means, person) >= LOCK_AFTER:
                return None
            begun = PinAttempt(person_id=person_id, approval_id=approval.id, heard_sid=sid, at=means.now())
            session.add(begun)
            approval.wrong += 1
            session.flush()
        is_urgent = approval.proposal.action == Guard.FREEZE
        return begun.id, approval.id, "" if is_urgent else code_of(means, person, approval), pin.hashed


def settle(session: Session, evidence: Evidence) -> Approval:
    """Write down what the weighing found, and lock the proposal so that one approval releases it."""
    attempt = session.get_one(PinAttempt, evidence.attempt_id)
    attempt.is_right = evidence.is_right
    approval = locked(session, evidence.approval_id)
    if evidence.is_right and attempt.call_id is None:
        approval.wrong -= 1
        if pin := session.get(Pin, attempt.person_id):
            pin.texted_at = attempt.at
    return approval


def locked(session: Session, approval_id: int) -> Approval:
    """The approval, with its proposal locked: one of several approvals at once releases it."""
    approval = session.get_one(Approval, approval_id, populate_existing=True)
    session.refresh(approval.proposal, with_for_update={"key_share": True})
    return approval
