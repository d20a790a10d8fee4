"""Delivery receipts: they come late, twice and out of order; a state only ever moves forward."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from phonetree.desk import alert_calls, people
from phonetree.desk.means import Means
from phonetree.desk.troubles import pause_for
from phonetree.models import Broadcast, Delivery, Person, State, writing
from phonetree.words.ports import Verdict

NEW_ATTEMPTS = 1


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the carrier reports of one attempt. ``rank`` orders its reports; ``state`` is ours."""

    attempt: str
    sid: str
    rank: int
    state: State
    code: int | None = None
    verdict: Verdict | None = None


def absorb(engine: Engine, means: Means, receipt: Receipt) -> None:
    """Raise the delivery to what the receipt says, never lower it. Unknown attempts are let pass."""
    with writing(engine) as session:
        is_final = receipt.state is not State.SUBMITTED
        values = {
            "state": receipt.state,
            "rank": receipt.rank,
            "sid": receipt.sid,
            "error_code": receipt.code,
            "lease_until": None,
            "final_at": means.now() if is_final else None,
        }
        # The rank is compared inside the update: eight workers at once end in the same state (performance 3b).
        raised = session.scalar(
            update(Delivery)
            .where(Delivery.attempt == receipt.attempt, Delivery.rank < receipt.rank)
            .values(values)
            .returning(Delivery.id)
        )
        if raised is not None:
            _act(session, means, raised, receipt)


def _act(session: Session, means: Means, delivery_id: int, receipt: Receipt) -> None:
    """A receipt proves that the text was handed over; an error code may ask for more."""
    delivery = session.get_one(Delivery, delivery_id, populate_existing=True)
    delivery.submitted_at = delivery.submitted_at or means.now()
    match receipt.verdict:
        case Verdict.OPTED_OUT:
            people.opt_out(session, means, session.get_one(Person, delivery.person_id), "carrier")
        case Verdict.FILTERED | Verdict.MISCONFIGURED:
            pause_for(session, means, delivery_id, receipt.verdict)
        case Verdict.LANDLINE:
            alert_calls.turn_to_voice(session, means, delivery)
        case Verdict.UNREACHABLE | Verdict.UNKNOWN if receipt.state in {State.UNDELIVERED, State.FAILED}:
            _try_once_more(session, means, delivery)
        case _:
            pass


def _try_once_more(session: Session, means: Means, delivery: Delivery) -> None:
    """30003 and 30008: one new attempt as a row of its own, while the text still holds (decisions 10)."""
    broadcast = session.get(Broadcast, delivery.broadcast_id) if delivery.broadcast_id else None
    if broadcast is None or delivery.copy >= NEW_ATTEMPTS or delivery.expires_at <= means.now():
        return
    again = select(Delivery.id).where(
        Delivery.broadcast_id == broadcast.id,
        Delivery.person_id == delivery.person_id,
        Delivery.copy > delivery.copy,
    )
    if session.scalar(again) is None:
        session.add(
            Delivery(
                broadcast_id=broadcast.id,
                site_id=delivery.site_id,
                sender_id=delivery.sender_id,
                person_id=delivery.person_id,
                copy=delivery.copy + 1,
                lane=delivery.lane,
                language=delivery.language,
                segments=delivery.segments,
                state=State.PENDING,
                expires_at=delivery.expires_at,
                created_at=means.now(),
            )
        )
