"""Alerts by call: who is called, what came of it, and whom the machine still has to try."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select, update
from sqlalchemy.orm import Session, aliased

from phonetree.desk import call_ledger
from phonetree.desk.broadcasts import call_lane_of, write_rows
from phonetree.desk.call_consent import calls_for, names_calls
from phonetree.desk.exchange import Exchange
from phonetree.desk.holding import no_longer_holds
from phonetree.desk.means import Means
from phonetree.desk.outbox import QUEUED
from phonetree.desk.schools import school_of
from phonetree.desk.tallies import BY_CALL
from phonetree.dialogue.effects import Action
from phonetree.flows import called
from phonetree.models import (
    CALL,
    TEXT,
    Alert,
    Broadcast,
    CallOutcome,
    Delivery,
    Person,
    Sender,
    Site,
    State,
)

AGAIN_AFTER = timedelta(seconds=60)
AGAIN = 2
"""So often is a phone tried again that was busy or that nobody answered."""
TURNED = (Action.ALERT, Action.UPDATE, Action.CLEAR, Action.CORRECT)
"""What is called where the text did not arrive. A drill is not worth a call that nobody asked for."""


# --- while a call lasts ----------------------------------------------------------------------------------------------


def answers_of(session: Session, means: Means, delivery: Delivery) -> dict[str, str]:
    """What the first step of a call is told: of a broadcast, which alert it is about."""
    broadcast = session.get(Broadcast, delivery.broadcast_id) if delivery.broadcast_id else None
    if broadcast is None or broadcast.alert_id is None:
        return call_ledger.answers_of(means, delivery)
    return {"alert": str(session.get_one(Alert, broadcast.alert_id).number), "action": broadcast.action}


def answered(session: Session, means: Means, delivery: Delivery, *, is_machine: bool) -> None:
    """Somebody, or a machine, took a call to many. What was to be tried again need not be."""
    if delivery.broadcast_id is None:
        return
    if delivery.outcome != CallOutcome.HEARD:
        delivery.outcome = CallOutcome.VOICEMAIL if is_machine else CallOutcome.ANSWERED
    session.execute(
        update(Delivery)
        .where(
            Delivery.broadcast_id == delivery.broadcast_id,
            Delivery.person_id == delivery.person_id,
            Delivery.channel == CALL,
            Delivery.state == State.PENDING,
        )
        .values(state=State.CANCELLED, final_at=means.now())
    )


def note_heard(session: Session, x: Exchange) -> None:  # noqa: ARG001 - what every effect is given
    """A key was pressed. A machine presses none."""
    if x.delivery is not None:
        x.delivery.outcome = CallOutcome.HEARD


# --- when it is over -------------------------------------------------------------------------------------------------


def call_ended(session: Session, means: Means, delivery: Delivery, outcome: CallOutcome) -> None:
    """What the end of an alert's call means: what was noted while it lasted stands, whatever the carrier says last."""
    noted = delivery.outcome if delivery.outcome in BY_CALL else outcome
    delivery.outcome, delivery.final_at = noted, delivery.final_at or means.now()
    delivery.state = State.DELIVERED if noted in BY_CALL else State.UNDELIVERED
    if delivery.state == State.UNDELIVERED:
        _try_again(session, means, delivery)


def _try_again(session: Session, means: Means, delivery: Delivery) -> None:
    """A new row a minute later, twice at most, while the alert lives and the person still wants calls."""
    at = means.now() + AGAIN_AFTER
    if at >= delivery.expires_at or not _still_holds(session, delivery) or _is_drill(session, delivery):
        return
    calls = (Delivery.broadcast_id == delivery.broadcast_id, Delivery.person_id == delivery.person_id)
    chosen = select(Delivery).where(*calls, Delivery.channel == CALL).order_by(Delivery.copy)
    tried = session.scalars(chosen).all()
    by_machine = [row for row in tried if row.matter is None]
    if len(by_machine) > AGAIN or any(row.copy > delivery.copy for row in by_machine):
        return
    session.add(
        Delivery(
            broadcast_id=delivery.broadcast_id,
            site_id=delivery.site_id,
            sender_id=delivery.sender_id,
            person_id=delivery.person_id,
            channel=CALL,
            copy=tried[-1].copy + 1,
            lane=delivery.lane,
            language=delivery.language,
            segments=0,
            begins=delivery.begins,
            state=State.PENDING,
            not_before=at,
            expires_at=delivery.expires_at,
            created_at=means.now(),
        )
    )


def _still_holds(session: Session, delivery: Delivery) -> bool:
    return session.scalar(select(Delivery.id).where(Delivery.id == delivery.id, ~no_longer_holds())) is not None


def _is_drill(session: Session, delivery: Delivery) -> bool:
    return session.get_one(Broadcast, delivery.broadcast_id).action == Action.DRILL


# --- texts that become calls -----------------------------------------------------------------------------------------


def turn_to_voice(session: Session, means: Means, delivery: Delivery) -> None:
    """This phone takes no texts: it is called at once, if its owner agreed to calls. The text stays failed."""
    for broadcast, alert in _live(session, means, Broadcast.id == delivery.broadcast_id):
        _call(session, means, broadcast, alert, Delivery.id == delivery.id)


def call_the_unreached(session: Session, means: Means) -> None:
    """Texts that failed, or of which nothing was heard for the protocol's time, become calls."""
    for broadcast, alert in _live(session, means):
        school = school_of(means, session.get_one(Site, broadcast.site_id))
        since = means.now() - school.protocol.call_after
        _call(session, means, broadcast, alert, or_(_failed(), _silent_since(since)))


def call_those_too_late(session: Session, means: Means, broadcast: Broadcast) -> None:
    """Phones that cannot be texted in time are called from the start, if their owners agreed to it (decisions 11)."""
    sender = session.get_one(Sender, broadcast.sender_id)
    room = (broadcast.expires_at - broadcast.created_at) / timedelta(seconds=1) * sender.segments_per_second
    of_it = and_(Delivery.broadcast_id == broadcast.id, Delivery.channel == TEXT)
    so_far = func.sum(Delivery.segments).over(order_by=Delivery.id)
    queued = select(Delivery.id, so_far.label("so_far")).where(of_it).subquery()
    late = select(queued.c.id).where(queued.c.so_far > room)
    for _broadcast, alert in _live(session, means, Broadcast.id == broadcast.id):
        call = {"channel": CALL, "lane": call_lane_of(broadcast), "segments": 0, "begins": called.tell.name}
        agreed = names_calls(Delivery.person_id, alert.site_id, calls_for(alert.kind, is_drill=alert.is_drill))
        session.execute(update(Delivery).where(Delivery.id.in_(late), agreed).values(call))


def _live(session: Session, means: Means, *which: ColumnElement[bool]) -> list[tuple[Broadcast, Alert]]:
    """The broadcasts that still hold and go, with their alerts."""
    ends = Broadcast.action.in_((Action.CLEAR, Action.CORRECT))
    chosen = (
        select(Broadcast, Alert)
        .join(Alert, Alert.id == Broadcast.alert_id)
        .where(
            Broadcast.action.in_(TURNED),
            Broadcast.paused_at.is_(None),
            Broadcast.expires_at > means.now(),
            or_(ends, Alert.closed_at.is_(None)),
            *which,
        )
    )
    return [(broadcast, alert) for broadcast, alert in session.execute(chosen)]


def _failed() -> ColumnElement[bool]:
    """What expired here, unsent, was held back by somebody or is too late for a call as well."""
    expired = and_(Delivery.state == State.EXPIRED, Delivery.submitted_at.is_not(None))
    return or_(Delivery.state.in_((State.UNDELIVERED, State.FAILED)), expired)


def _silent_since(since: datetime) -> ColumnElement[bool]:
    return and_(Delivery.state.in_((State.SUBMITTED, State.IN_DOUBT)), Delivery.submitted_at <= since)


def _call(session: Session, means: Means, broadcast: Broadcast, alert: Alert, which: ColumnElement[bool]) -> None:
    """Call the people of *which* texts: no newer text is under way, none arrived, and no call was made yet."""
    other = aliased(Delivery)
    newer = and_(other.channel == TEXT, or_(other.copy > Delivery.copy, other.state == State.DELIVERED))
    same = and_(other.broadcast_id == Delivery.broadcast_id, other.person_id == Delivery.person_id)
    consents = calls_for(alert.kind, is_drill=alert.is_drill)
    chosen = (
        select(
            Delivery.id,
            Delivery.person_id,
            literal(CALL),
            literal(int(call_lane_of(broadcast))),
            Person.language,
            literal(0),
            literal(called.tell.name),
        )
        .join(Person, Person.id == Delivery.person_id)
        .where(
            Delivery.broadcast_id == broadcast.id,
            Delivery.channel == TEXT,
            which,
            Person.stopped_at.is_(None),
            names_calls(Delivery.person_id, alert.site_id, consents),
            ~exists().where(same, or_(newer, other.channel == CALL)),
        )
    )
    write_rows(session, means, broadcast, chosen)
    session.info[QUEUED] = True
