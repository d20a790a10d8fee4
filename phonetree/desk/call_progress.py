"""How our calls go, as the carrier reports it: late, twice and out of order; a state only ever moves forward."""

from __future__ import annotations

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from phonetree.desk import alert_calls, hunting
from phonetree.desk.call_answers import CallOutcome as Reported
from phonetree.desk.call_answers import CallReceipt
from phonetree.desk.call_ledger import FOR_A_PIN
from phonetree.desk.forgetting import must_go
from phonetree.desk.means import Means
from phonetree.desk.outbox import QUEUED
from phonetree.models import CALL, Call, CallOutcome, Delivery, State, writing
from phonetree.models.database import once_more

OUTCOMES = {
    Reported.COMPLETED: CallOutcome.ANSWERED,
    Reported.BUSY: CallOutcome.BUSY,
    Reported.NO_ANSWER: CallOutcome.NO_ANSWER,
    Reported.FAILED: CallOutcome.FAILED,
    Reported.CANCELLED: CallOutcome.FAILED,
}
"""What the end of a call means for the ledger; the others are on the way."""


def absorb_call(engine: Engine, means: Means, receipt: CallReceipt) -> None:
    """Raise the call to what the carrier says, never lower it. Unknown attempts are let pass."""
    if once_more(lambda: _absorb(engine, means, receipt)):
        means.doorbell.ring()


def _absorb(engine: Engine, means: Means, receipt: CallReceipt) -> bool:
    """Whether anything was queued that a worker should be woken for."""
    with writing(engine) as session:
        raised = session.scalar(
            update(Delivery)
            .where(Delivery.attempt == receipt.attempt, Delivery.channel == CALL, Delivery.rank < receipt.rank)
            .values(rank=receipt.rank, sid=receipt.sid, error_code=receipt.code, lease_until=None)
            .returning(Delivery.id)
        )
        if raised is None:
            return False
        delivery = session.get_one(Delivery, raised, populate_existing=True)
        delivery.submitted_at = delivery.submitted_at or means.now()
        outcome = OUTCOMES.get(receipt.outcome)
        if outcome is None:
            if delivery.state in {State.SENDING, State.IN_DOUBT}:
                delivery.state = State.SUBMITTED
        else:
            _hang_up(session, means, receipt.sid)
            if (delivery.matter or "").startswith(FOR_A_PIN):
                must_go(session, means, receipt.sid)  # the carrier may have written down the keys
            call_over(session, means, delivery, outcome)
        return QUEUED in session.info


def call_over(session: Session, means: Means, delivery: Delivery, outcome: CallOutcome) -> None:
    """A call of ours is over. What that means is for those to say whose call it was."""
    delivery.final_at = delivery.final_at or means.now()
    delivery.state = State.DELIVERED if outcome is CallOutcome.ANSWERED else State.UNDELIVERED
    delivery.outcome = delivery.outcome or outcome
    delivery.is_to_end = False
    if delivery.broadcast_id is not None:
        alert_calls.call_ended(session, means, delivery, outcome)
    else:
        hunting.leg_ended(session, means, delivery)


def caller_gone(engine: Engine, means: Means, sid: str) -> None:
    """Somebody who called us hung up: whoever rings for them need not ring any more."""
    once_more(lambda: _caller_gone(engine, means, sid))


def _caller_gone(engine: Engine, means: Means, sid: str) -> None:
    with writing(engine) as session:
        _hang_up(session, means, sid)
        session.flush()
        hunting.end_hunts(session, means)


def _hang_up(session: Session, means: Means, sid: str) -> None:
    call = session.scalar(select(Call).where(Call.sid == sid).with_for_update(key_share=True))
    if call is not None and call.ended_at is None:
        call.ended_at = means.now()
