"""Write down what came of each request, each row only if it is still that attempt's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Any, TypeGuard, assert_never

from sqlalchemy import ColumnElement, CursorResult, Engine, Update, and_, bindparam, case, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from phonetree.desk import people
from phonetree.desk.call_progress import call_over
from phonetree.desk.delivery import Claimed, ClaimedCall
from phonetree.desk.means import Means
from phonetree.desk.troubles import pause_for
from phonetree.models import CALL, CallOutcome, Delivery, Instant, Person, State, writing
from phonetree.models.database import once_more
from phonetree.words.ports import Accepted, HandOver, InDoubt, Refused, Verdict

BACK_OFF = timedelta(seconds=2)
FOR_LATER = frozenset({Verdict.LATE, Verdict.BUSY, Verdict.THROTTLED})
"""Nothing was taken, and nothing is wrong with it; what was late with us goes again at once."""


def record(engine: Engine, means: Means, outcomes: Sequence[tuple[Claimed | ClaimedCall, HandOver]]) -> None:
    """Write down what came of it, each row only if it is still this attempt's."""
    once_more(lambda: _record(engine, means, outcomes))


def _record(engine: Engine, means: Means, outcomes: Sequence[tuple[Claimed | ClaimedCall, HandOver]]) -> None:
    in_order = sorted(outcomes, key=lambda told: told[0].delivery_id)  # as everybody locks them
    with writing(engine) as session:
        _record_accepted(session, means, [(one, told.sid) for one, told in in_order if isinstance(told, Accepted)])
        _put_back(session, means, [(one, told.verdict) for one, told in in_order if _is_for_later(told)])
        for claimed, outcome in in_order:
            _record_one(session, means, claimed, outcome)


def _record_accepted(session: Session, means: Means, accepted: Sequence[tuple[Claimed | ClaimedCall, str]]) -> None:
    """Nearly all, so in one statement. A receipt may have been here first: then only the name is missing."""
    if accepted:
        rows = [{"row": one.delivery_id, "mine": one.attempt, "name": sid, "at": means.now()} for one, sid in accepted]
        session.connection().execute(_taken(), rows)


@cache
def _taken() -> Update:
    # In doubt where this worker was slower than its lease.
    is_open = (Delivery.state == State.SENDING) | (Delivery.state == State.IN_DOUBT)

    def where_open(then: object, kept: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
        return case((is_open, then), else_=kept)

    return (
        update(Delivery)
        .where(Delivery.id == bindparam("row"), Delivery.attempt == bindparam("mine"))
        .values(
            sid=bindparam("name"),
            state=where_open(State.SUBMITTED, Delivery.state),
            submitted_at=where_open(bindparam("at", type_=Instant()), Delivery.submitted_at),
            lease_until=where_open(None, Delivery.lease_until),
            not_before=where_open(None, Delivery.not_before),
        )
    )


def _is_for_later(outcome: HandOver) -> TypeGuard[Refused]:
    return isinstance(outcome, Refused) and outcome.verdict in FOR_LATER


def _put_back(session: Session, means: Means, later: Sequence[tuple[Claimed | ClaimedCall, Verdict]]) -> None:
    """On a machine, or at a carrier, that is busy these are many: in one statement as well."""
    if later:
        again_at = means.now() + BACK_OFF
        rows = [
            {"row": one.delivery_id, "mine": one.attempt, "at": None if verdict is Verdict.LATE else again_at}
            for one, verdict in later
        ]
        session.connection().execute(_waiting_again(), rows)


@cache
def _waiting_again() -> Update:
    mine = and_(Delivery.id == bindparam("row"), Delivery.attempt == bindparam("mine"))
    again = {"state": State.PENDING, "not_before": bindparam("at", type_=Instant()), "lease_until": None}
    return update(Delivery).where(mine, Delivery.state == State.SENDING).values(**again, attempt=None)


def _record_one(session: Session, means: Means, claimed: Claimed | ClaimedCall, outcome: HandOver) -> None:
    now = means.now()
    match outcome:
        case Accepted():
            return  # with the others, above
        case Refused(verdict) if verdict in FOR_LATER:
            return
        case InDoubt():
            _settle(session, claimed, {"state": State.IN_DOUBT, "submitted_at": now, "lease_until": None})
        case Refused(Verdict.MISCONFIGURED | Verdict.FILTERED as verdict, code):
            _settle(
                session, claimed, {"state": State.PENDING, "error_code": code, "lease_until": None, "attempt": None}
            )
            pause_for(session, means, claimed.delivery_id, verdict)
        case Refused(verdict, code):
            values = {"state": State.FAILED, "error_code": code, "final_at": now, "lease_until": None}
            if _settle(session, claimed, values):
                _refused(session, means, claimed.delivery_id, verdict)
        case _:
            assert_never(outcome)


def _refused(session: Session, means: Means, delivery_id: int, verdict: Verdict) -> None:
    delivery = session.get_one(Delivery, delivery_id, populate_existing=True)
    if delivery.channel == CALL:
        call_over(session, means, delivery, CallOutcome.FAILED)
    elif verdict is Verdict.OPTED_OUT:
        people.opt_out(session, means, session.get_one(Person, delivery.person_id), "carrier")


def _settle(session: Session, claimed: Claimed | ClaimedCall, values: Mapping[str, object]) -> bool:
    mine = (Delivery.id == claimed.delivery_id) & (Delivery.attempt == claimed.attempt)
    done = session.execute(update(Delivery).where(mine, Delivery.state == State.SENDING).values(values))
    return isinstance(done, CursorResult) and done.rowcount == 1
