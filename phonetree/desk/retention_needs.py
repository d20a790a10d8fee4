"""What is needed still, whatever its age: by an open alert, by a request, by somebody who waits. For the rules."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_
from sqlalchemy.orm import aliased

from phonetree.models import (
    Alert,
    Base,
    Broadcast,
    Call,
    CapKey,
    Conversation,
    Delivery,
    FamilyTask,
    Heard,
    Instant,
    Membership,
    Move,
    Mute,
    NetworkAlert,
    Note,
    Person,
    PostState,
    Proposal,
    Recording,
    RelayPost,
    Report,
    ReportAsker,
    ReporterMute,
    Request,
    State,
)

BEFORE = bindparam("before", type_=Instant())
"""The moment before which something is old enough, in the conditions of a rule."""
Alerted = type[Broadcast | Proposal | Report | NetworkAlert | RelayPost | FamilyTask]
ALERTED: tuple[Alerted, ...] = (Broadcast, Proposal, Report, NetworkAlert, RelayPost, FamilyTask)
"""What refers to an alert."""

_later = aliased(NetworkAlert)
_going = (State.PENDING, State.SENDING)


def over(table: Alerted) -> ColumnElement[bool]:
    """Its alert is closed, or there is none: whoever had it has had its end as well."""
    return ~exists().where(Alert.id == table.alert_id, Alert.closed_at.is_(None))


def nothing_of(table: type[Base], *so: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of a person: there is no such row of theirs."""
    return ~exists().where(table.__table__.c.person_id == Person.id, *so)


DELIVERY_IS_OVER = and_(
    Delivery.state.not_in(_going),
    ~exists().where(Broadcast.id == Delivery.broadcast_id, Alert.id == Broadcast.alert_id, Alert.closed_at.is_(None)),
)
"""It went, or never will; and the end of its alert, which goes to exactly those who had it, is out."""
IS_SAID = and_(Delivery.state.not_in((*_going, State.IN_DOUBT)), Delivery.expires_at < BEFORE)
"""Its words are needed no more: not to send them, not to find them again at the provider."""
POST_IS_OVER = and_(RelayPost.state.not_in((PostState.PENDING, PostState.SENDING)), over(RelayPost))
PREVIEW_IS_OVER = and_(Proposal.state != "open", over(Proposal))
IS_ANSWERED = ~exists().where(Request.site_id == Note.site_id, Request.number == Note.number, Request.done_at.is_(None))
"""No lead may still answer the message by its number."""
CANNOT_BE_HEARD = ~exists().where(Recording.id == Note.recording_id, Recording.sound_sealed.is_not(None))
IS_SILENT = Recording.sound_sealed.is_(None)
IS_DECIDED = NetworkAlert.state != "waiting"
STANDS_ALONE = and_(IS_DECIDED, ~exists().where(_later.follows_id == NetworkAlert.id), over(NetworkAlert))
"""No later report of the network refers to it."""
OPENED_NOTHING = ~exists().where(NetworkAlert.key_id == CapKey.id)
NOTHING_REFERS_TO_IT = and_(*(~exists().where(table.alert_id == Alert.id) for table in ALERTED))
IS_NOBODY = and_(
    Person.stopped_at.is_(None),
    nothing_of(Membership),
    nothing_of(Heard, Heard.at >= BEFORE),
    nothing_of(Call, Call.began_at >= BEFORE),
    nothing_of(Conversation, Conversation.updated_at >= BEFORE),
    nothing_of(Request, Request.done_at.is_(None)),
    nothing_of(Note),
    nothing_of(Recording, Recording.sound_sealed.is_not(None)),
    nothing_of(ReportAsker),
    nothing_of(Mute),
    ~exists().where(Move.to_id == Person.id),
    nothing_of(ReporterMute),
    nothing_of(Delivery, or_(Delivery.created_at >= BEFORE, Delivery.state.in_((*_going, State.IN_DOUBT)))),
)
"""A stranger: on no list, not heard of or written to lately, waiting for nothing, not barred."""
CHOSE_NO_LANGUAGE = ~Person.language_is_chosen
