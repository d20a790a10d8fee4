"""How far a broadcast got, counted by phone: whoever was texted twice, or texted and then called, is one phone."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from phonetree.models import CALL, TEXT, Broadcast, CallOutcome, Delivery, State

BY_CALL = (CallOutcome.HEARD, CallOutcome.ANSWERED, CallOutcome.VOICEMAIL)
"""Calls that told somebody, or a machine, what they were for."""
HANDED_OVER = (State.SUBMITTED, State.DELIVERED, State.UNDELIVERED)
UNDER_WAY = (State.PENDING, State.SENDING, State.SUBMITTED, State.IN_DOUBT)
LOST = (State.UNDELIVERED, State.FAILED, State.EXPIRED)


@dataclass(frozen=True, slots=True)
class Tally:
    """Phones. *delivered*: by text. *failed*: nothing reached them and nothing more is under way."""

    phones: int
    waiting: int
    handed_over: int
    submitted: int
    delivered: int
    failed: int
    unknown: int
    called: int
    heard: int
    voicemails: int


def tally(session: Session, *which: ColumnElement[bool]) -> Tally:
    """Count the deliveries of *which* broadcasts."""
    # A new attempt is no reason to call a broadcast that was handed over unfinished.
    waits = and_(Delivery.state.in_((State.PENDING, State.SENDING)), Delivery.copy == 0)
    by_machine = Delivery.matter.is_(None)
    told = reached()
    flags = {
        "waiting": waits,
        "handed_over": Delivery.state.in_(HANDED_OVER),
        "submitted": Delivery.state == State.SUBMITTED,
        "unknown": Delivery.state.in_((State.SUBMITTED, State.IN_DOUBT)),
        "delivered": and_(Delivery.channel == TEXT, Delivery.state == State.DELIVERED),
        "told": told,
        "under_way": Delivery.state.in_(UNDER_WAY),
        "lost": Delivery.state.in_(LOST),
        "called": and_(Delivery.channel == CALL, by_machine),
        "heard": and_(Delivery.outcome == CallOutcome.HEARD, by_machine),
        "voicemails": and_(Delivery.outcome == CallOutcome.VOICEMAIL, by_machine),
    }
    phone = (
        select(*(func.max(case((flag, 1), else_=0)).label(name) for name, flag in flags.items()))
        .join(Broadcast, Broadcast.id == Delivery.broadcast_id)
        .where(*which)
        .group_by(Delivery.broadcast_id, Delivery.person_id)
        .subquery()
    )
    untold = phone.c.told == 0
    counted = [
        phone.c.waiting,
        phone.c.handed_over,
        _both(phone.c.submitted, untold),
        phone.c.delivered,
        _both(phone.c.lost, and_(untold, phone.c.under_way == 0)),
        _both(phone.c.unknown, untold),
        phone.c.called,
        phone.c.heard,
        phone.c.voicemails,
    ]
    row = session.execute(select(func.count(), *map(func.sum, counted)).select_from(phone)).one()
    return Tally(*(int(count or 0) for count in row))


def reached(row: type[Delivery] = Delivery) -> ColumnElement[bool]:
    """Of a delivery: a text that arrived, or a call that somebody or a machine took."""
    return or_(and_(row.channel == TEXT, row.state == State.DELIVERED), row.outcome.in_(BY_CALL))


def _both(flag: ColumnElement[int], holds: ColumnElement[bool]) -> ColumnElement[int]:
    return case((and_(flag == 1, holds), 1), else_=0)
