"""Delivery receipts: they come late, twice and out of order; a state only ever moves forward.

The web appends them, many in one transaction, and acknowledges; the workers fold them into the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import structlog
from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Delete,
    Engine,
    Insert,
    Integer,
    Row,
    Select,
    Update,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from phonetree.desk import alert_calls, people
from phonetree.desk.means import Means
from phonetree.desk.troubles import pause_for
from phonetree.models import Broadcast, Delivery, Instant, KeptReceipt, Person, State, writing
from phonetree.models.database import once_more
from phonetree.words.logs import place_of
from phonetree.words.ports import Verdict

NEW_ATTEMPTS = 1
AT_ONCE = 5000
_COLUMNS = KeptReceipt.__table__.columns
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the carrier reports of one attempt. ``rank`` orders its reports; ``state`` is ours."""

    attempt: str
    sid: str
    rank: int
    state: State
    code: int | None = None
    verdict: Verdict | None = None


def keep(engine: Engine, receipts: Sequence[Receipt]) -> None:
    """Append them all in one transaction. Once this returns they are durable, and may be acknowledged."""
    rows = [
        {"attempt": r.attempt, "sid": r.sid, "rank": r.rank, "state": r.state, "code": r.code, "verdict": r.verdict}
        for r in receipts
    ]

    def append() -> None:
        with engine.begin() as connection:
            connection.execute(_kept(), rows)

    once_more(append)


@cache
def _kept() -> Insert:
    return insert(KeptReceipt)


# --- folding ---------------------------------------------------------------------------------------------------------


def fold(engine: Engine, means: Means, most: int = AT_ONCE) -> bool:
    """Fold what was kept into the ledger, the oldest first. Whether more of it waits."""
    try:
        return once_more(lambda: _fold(engine, means, most))
    except DBAPIError:
        raise
    except Exception as error:  # noqa: BLE001 - one that cannot be folded must not hold up the others
        log.error("receipts are folded one by one", error=type(error).__qualname__, where=place_of(error))  # noqa: TRY400
        return _fold_singly(engine, means, most)


def _fold(engine: Engine, means: Means, most: int) -> bool:
    with writing(engine) as session:
        connection, values = session.connection(), {"most": most, "now": means.now()}
        raise_all = _raise_all if engine.dialect.name == "sqlite" else _raise_all_at_once
        for row, receipt in raise_all(connection, values):
            _act(session, means, row, receipt)
        return connection.execute(_left()).one_or_none() is not None


def _raise_all(connection: Connection, values: Mapping[str, object]) -> list[tuple[int, Receipt]]:
    """The rows that were raised by a receipt with a verdict. Nobody else writes meanwhile (SQLite)."""
    telling = {(row.attempt, row.state, row.code): row for row in connection.execute(_telling(), values)}
    raised = connection.execute(_raising(), values).all()
    connection.execute(_dropping(), values)
    keys = ((row.id, telling.get((row.attempt, row.state, row.error_code))) for row in raised)
    return [(row, _receipt(told)) for row, told in keys if told is not None]


def _raise_all_at_once(connection: Connection, values: Mapping[str, object]) -> list[tuple[int, Receipt]]:
    """The same in one statement, where others write meanwhile (PostgreSQL)."""
    raised = connection.execute(_dropping_and_raising(), values)
    return [(row.id, _receipt(row)) for row in raised if row.verdict is not None]


def _fold_singly(engine: Engine, means: Means, most: int) -> bool:
    """One at a time; one that cannot be folded is set aside, and told in the log."""
    for _turn in range(most):
        try:
            if not _fold(engine, means, 1):
                return False
        except DBAPIError:
            raise
        except Exception as error:  # noqa: BLE001
            log.error("a receipt was set aside", error=type(error).__qualname__, where=place_of(error))  # noqa: TRY400
            with writing(engine) as session:
                session.connection().execute(_dropping(), {"most": 1})
    return True


def _receipt(row: Row[Any]) -> Receipt:
    """What another version of ours wrote and this one does not know says nothing."""
    verdict = Verdict(row.verdict) if row.verdict in set(Verdict) else Verdict.UNKNOWN
    return Receipt(row.attempt, row.sid, row.rank, State(row.state), row.code, verdict)


def _oldest() -> Select[int]:
    k = KeptReceipt
    return (
        select(k.id)
        .order_by(k.id)
        .limit(bindparam("most", type_=Integer, literal_execute=True))
        .with_for_update(skip_locked=True)
    )


@cache
def _telling() -> Select[Any]:
    """Of the oldest those with a verdict: the few that may ask for more than to be noted."""
    k = KeptReceipt
    asked = select(*k.__table__.columns).where(k.id.in_(_oldest()), k.verdict.is_not(None))
    return asked.order_by(k.rank.desc(), k.id)


@cache
def _dropping() -> Delete:
    return delete(KeptReceipt).where(KeptReceipt.id.in_(_oldest()))


@cache
def _left() -> Select[int]:
    return select(KeptReceipt.id).limit(1)


@cache
def _raising() -> Update:
    oldest = select(*_COLUMNS).where(KeptReceipt.id.in_(_oldest())).cte("taken")
    return _raised_to(_highest(oldest)).returning(Delivery.id, Delivery.attempt, Delivery.state, Delivery.error_code)


@cache
def _dropping_and_raising() -> Update:
    """Deliveries are locked in the order in which everybody locks them."""
    taken = _dropping().returning(*_COLUMNS).cte("taken")
    theirs = select(Delivery.id).where(Delivery.attempt.in_(select(taken.c.attempt))).order_by(Delivery.id)
    highest = _highest(taken)
    raising = _raised_to(highest).where(Delivery.id.in_(select(theirs.with_for_update().cte("locked").c.id)))
    return raising.returning(Delivery.id, *highest)


def _highest(taken: CTE) -> ReadOnlyColumnCollection[str, ColumnElement[Any]]:
    """Of each attempt the receipt of the highest rank, of two the older one."""
    place = func.row_number().over(partition_by=taken.c.attempt, order_by=(taken.c.rank.desc(), taken.c.id))
    ranked = select(taken, place.label("place")).cte("ranked")
    columns = [column for column in ranked.c if column.key not in {"id", "place"}]
    return select(*columns).where(ranked.c.place == 1).cte("highest").c


def _raised_to(highest: ReadOnlyColumnCollection[str, ColumnElement[Any]]) -> Update:
    """The rank is compared inside the update: eight workers at once end in the same state (performance 3b)."""
    now = bindparam("now", type_=Instant())
    raising = update(Delivery).where(Delivery.attempt == highest.attempt, Delivery.rank < highest.rank)
    return raising.values(
        state=highest.state,
        rank=highest.rank,
        sid=highest.sid,
        error_code=highest.code,
        lease_until=None,
        submitted_at=func.coalesce(Delivery.submitted_at, now),  # a receipt proves that it was handed over
        final_at=case((highest.state == State.SUBMITTED, None), else_=now),
    )


def absorb(engine: Engine, means: Means, receipt: Receipt) -> None:
    """Keep one receipt and fold what was kept, where no web keeps them and no worker folds them."""
    keep(engine, [receipt])
    fold(engine, means)


def _act(session: Session, means: Means, delivery_id: int, receipt: Receipt) -> None:
    """An error code may ask for more than to be noted."""
    delivery = session.get_one(Delivery, delivery_id, populate_existing=True)
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
