"""What no longer holds: whose reader left, wants no calls, or whose alert has ended. It must not go any more."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session, aliased

from phonetree.desk.call_consent import no_more_calls
from phonetree.desk.means import Means
from phonetree.dialogue.effects import Action
from phonetree.flows import tree
from phonetree.models import CALL, Alert, Broadcast, Delivery, Person, State, there_is

_HAS_ENDED = (Broadcast.action.in_((Action.ALERT, Action.UPDATE)), Alert.closed_at.is_not(None))


def call_off(session: Session, means: Means, alert: Alert) -> None:
    """What has not gone of this alert must not go any more: it no longer holds."""
    of_alert = select(Broadcast.id).where(Broadcast.alert_id == alert.id)
    to_staff = and_(Delivery.begins == tree.hello.name, Delivery.matter == str(alert.id))
    session.execute(
        update(Delivery)
        .where(or_(Delivery.broadcast_id.in_(of_alert), to_staff), Delivery.state == State.PENDING)
        .values(state=State.CANCELLED, final_at=means.now())
    )
    rings = and_(Delivery.state.in_((State.SENDING, State.SUBMITTED, State.IN_DOUBT)), Delivery.outcome == "")
    session.execute(
        update(Delivery)
        .where(Delivery.broadcast_id.in_(of_alert), Delivery.channel == CALL, Delivery.matter.is_(None), rings)
        .values(is_to_end=True)
    )


def no_longer_holds() -> ColumnElement[bool]:
    """Of a delivery: its reader left, or wants no calls, or its alert has ended; also where it came back after that."""
    reader_of_it = aliased(Person)
    left = there_is(reader_of_it.id == Delivery.person_id, reader_of_it.stopped_at.is_not(None))
    of_alert = and_(Broadcast.id == Delivery.broadcast_id, Alert.id == Broadcast.alert_id)
    ended = there_is(of_alert, *_HAS_ENDED)
    return and_(Delivery.broadcast_id.is_not(None), or_(left, ended, no_more_calls()))


def each_that_no_longer_holds() -> Iterator[ColumnElement[bool]]:
    """The same for a sweep through all that waits: each reason from its own side, where there are few."""
    left = select(Person.id).where(Person.stopped_at.is_not(None))
    ended = select(Broadcast.id).join(Alert, Alert.id == Broadcast.alert_id).where(*_HAS_ENDED)
    yield and_(Delivery.broadcast_id.is_not(None), Delivery.person_id.in_(left))
    yield Delivery.broadcast_id.in_(ended)
    yield and_(Delivery.broadcast_id.is_not(None), no_more_calls())
