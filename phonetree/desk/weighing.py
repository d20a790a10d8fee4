"""The weighing of a code and a PIN: counted first, verified outside any transaction, then settled (decisions 13)."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from phonetree.desk.means import Means
from phonetree.desk.proposals import code_of, is_by_call_alone, open_approval
from phonetree.desk.schools import school_of
from phonetree.dialogue.guards import Guard
from phonetree.dialogue.keywords import plain_digits
from phonetree.models import VOUCH, Approval, Heard, Person, Pin, PinAttempt, Site, writing

LOCK_AFTER = 5
LOCK_WITHIN = timedelta(hours=1)
CODE_DIGITS = 4
PIN_DIGITS = 6
ON_A_PAGE = "CO"
"""How the identity of an answer begins that was typed at the console: it stands in no phone."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What became of an answer that was weighed: which attempt, on which approval, and whether it was right."""

    attempt_id: int
    approval_id: int
    is_right: bool
    is_duress: bool = False
    """It was right but for the PIN, which was the one that this lead keyed under duress."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An attempt that was counted: what it is for, and what it must be. No *code*: the PIN alone is asked."""

    attempt_id: int
    approval_id: int
    hashed: str = field(repr=False)
    code: str = field(default="", repr=False)
    is_on: bool = False
    """Whether the school's file lets a duress PIN stand for the PIN."""
    duress_hashed: str | None = field(default=None, repr=False)

    def compare(self, means: Means, pin: str, *, holds: bool = True) -> Evidence:
        """Where duress is on, two hashes are always compared: the time does not tell whether a lead has such a PIN."""
        is_right = means.pins.verify(self.hashed, pin)
        is_second = self.is_on and means.pins.verify(self.duress_hashed or self.hashed, pin)
        is_duress = is_second and self.duress_hashed is not None and not is_right
        return Evidence(self.attempt_id, self.approval_id, is_right and holds, is_duress and holds)


def asked_of(
    session: Session, means: Means, pin: Pin, attempt: PinAttempt, approval: Approval, code: str = ""
) -> Asked:
    """What the attempt is weighed against."""
    school = school_of(means, session.get_one(Site, approval.proposal.site_id))
    is_on = school.protocol.duress and not approval.proposal.is_by_network and approval.proposal.action != VOUCH
    return Asked(attempt.id, approval.id, pin.hashed, code, is_on, pin.duress_hashed)


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
    asked = _count(engine, means, person_id, sid)
    if asked is None:
        return None
    digits, code = "".join(sign for sign in plain_digits(words) if sign.isdigit()), asked.code
    # Both are always compared, so that the time tells nothing of which was wrong.
    code_fits = hmac.compare_digest(digits[: len(code)], code)
    return asked.compare(means, digits[len(code) :], holds=code_fits and len(digits) == len(code) + PIN_DIGITS)


def _count(engine: Engine, means: Means, person_id: str, sid: str) -> Asked | None:
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
        code = "" if is_urgent else code_of(means, person, approval)
        return asked_of(session, means, pin, begun, approval, code)


def settle(session: Session, evidence: Evidence) -> Approval:
    """Write down what the weighing found, and lock the proposal so that one approval releases it."""
    attempt = session.get_one(PinAttempt, evidence.attempt_id)
    attempt.is_right = evidence.is_right or evidence.is_duress
    attempt.is_duress = evidence.is_duress
    approval = locked(session, evidence.approval_id)
    if attempt.is_right and attempt.call_id is None:
        approval.wrong -= 1
        is_texted = not attempt.heard_sid.startswith(ON_A_PAGE)
        if is_texted and (pin := session.get(Pin, attempt.person_id)):
            pin.texted_at = attempt.at
    return approval


def locked(session: Session, approval_id: int) -> Approval:
    """The approval, with its proposal locked: one of several approvals at once releases it."""
    approval = session.get_one(Approval, approval_id, populate_existing=True)
    session.refresh(approval.proposal, with_for_update={"key_share": True})
    return approval
