"""One text to many: who hears it, rendered once per language, one row per phone, written in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, insert, literal, select, update
from sqlalchemy.orm import Session, aliased

from phonetree.desk.means import Means
from phonetree.desk.outbox import QUEUED
from phonetree.desk.people import LEAD, PARENT, STAFF_ROLES
from phonetree.desk.schools import school_of
from phonetree.dialogue.effects import Action, Level
from phonetree.models import (
    REACHED,
    Alert,
    Broadcast,
    Delivery,
    Lane,
    Membership,
    Person,
    Rendering,
    Sender,
    Site,
    State,
)
from phonetree.school.schema import School
from phonetree.words.i18n import Word, reader, translated
from phonetree.words.segments import measure

ROLES = {"staff": STAFF_ROLES, "parents": (PARENT,), "network": ("network",), "leads": (LEAD,)}
"""Which roles each name of the protocol means."""
LANES = {Action.CLEAR: Lane.CORRECTION, Action.CORRECT: Lane.CORRECTION, Action.DRILL: Lane.LATER}

Recipients = Select[str, str]
"""Rows of person and the language in which that person reads."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What a text would mean for the sender: phones, segments, when the last phone has it, how many come too late."""

    phones: int
    last_at: datetime
    too_late: int


def protocol_names(school: School, action: Action, level: Level | None) -> Sequence[str]:
    """Who hears, by the school's protocol."""
    if action is Action.DRILL:
        return school.protocol.drill
    return school.protocol.unconfirmed if level is Level.UNCONFIRMED else school.protocol.confirmed


def reaches_families(names: Sequence[str]) -> bool:
    return "parents" in names


def audience(site: Site, names: Sequence[str], default: str) -> Recipients:
    """Everyone in these roles who takes texts: one row per phone, however many roles or children it has."""
    roles = [role for name in names for role in ROLES.get(name, ())]
    return (
        select(Person.id, _reads(default).label("language"))
        .join(Membership)
        .where(
            Membership.site_id == site.id,
            Membership.role.in_(roles),
            Membership.channel == "sms",
            Membership.is_held.is_(False),
            Person.stopped_at.is_(None),
        )
        .distinct()
    )


def those_who_got(alert: Alert, default: str) -> Recipients:
    """Exactly those who were, or may have been, sent the alert, and have not left since."""
    return (
        select(Person.id, _reads(default).label("language"))
        .join(Delivery, Delivery.person_id == Person.id)
        .join(Broadcast, Broadcast.id == Delivery.broadcast_id)
        .where(
            Broadcast.alert_id == alert.id,
            Delivery.channel == "sms",
            Delivery.state.in_(REACHED),
            Person.stopped_at.is_(None),
        )
        .distinct()
    )


def _reads(default: str) -> ColumnElement[str]:
    """The written rule for a text that is rendered once per language: own, second, the school's default."""
    here = translated()
    own = (Person.language.in_(here), Person.language)
    second = (Person.second_language.in_(here), Person.second_language)
    return case(own, second, else_=literal(default))


def measure_reach(
    session: Session, means: Means, sender: Sender, recipients: Recipients, body: Word, school: School
) -> Reach:
    """Phones, segments and time for *body* to *recipients*, before anything is written."""
    rows = recipients.subquery()
    counted = session.execute(select(rows.c.language, func.count()).group_by(rows.c.language)).all()
    phones = sum(count for _language, count in counted)
    segments = sum(count * _segments(body, language, school) for language, count in counted)
    last = timedelta(seconds=segments / sender.segments_per_second)
    in_time = school.protocol.expires.total_seconds() * sender.segments_per_second
    late = 0 if segments <= in_time else round(phones * (1 - in_time / segments))
    return Reach(phones, means.now() + last, late)


def _segments(body: Word, language: str, school: School) -> int:
    return measure(reader(language, None, school.site.languages[0]).read(body)).segments


def queue_broadcast(session: Session, means: Means, broadcast: Broadcast, recipients: Recipients, body: Word) -> int:
    """Write *broadcast*, its renderings and one row per phone. Returns the number of phones."""
    site = session.get_one(Site, broadcast.site_id)
    school = school_of(means, site)
    session.add(broadcast)
    session.flush()
    session.info[QUEUED] = True
    rows = recipients.subquery()
    for language in session.scalars(select(rows.c.language).distinct()):
        words = reader(language, None, school.site.languages[0]).read(body)
        session.add(
            Rendering(broadcast_id=broadcast.id, language=language, body=words, segments=measure(words).segments)
        )
    session.flush()
    chosen = select(
        literal(broadcast.id), literal(site.id), literal(broadcast.sender_id), rows.c.id, literal("sms"), literal(0),
        literal(broadcast.lane), Rendering.language, Rendering.segments, literal(State.PENDING.value), literal(0),
        literal(broadcast.expires_at, Delivery.expires_at.type), literal(means.now(), Delivery.created_at.type),
    ).join(Rendering, (Rendering.broadcast_id == broadcast.id) & (Rendering.language == rows.c.language))  # fmt: skip
    columns = [
        "broadcast_id", "site_id", "sender_id", "person_id", "channel", "copy", "lane", "language", "segments",
        "state", "rank", "expires_at", "created_at",
    ]  # fmt: skip
    session.execute(insert(Delivery).from_select(columns, chosen, include_defaults=False))
    broadcast.phones = session.scalar(select(func.count()).where(Delivery.broadcast_id == broadcast.id)) or 0
    return broadcast.phones


def call_off(session: Session, means: Means, alert: Alert) -> None:
    """What has not gone of this alert must not go any more: it no longer holds."""
    of_alert = select(Broadcast.id).where(Broadcast.alert_id == alert.id)
    session.execute(
        update(Delivery)
        .where(Delivery.broadcast_id.in_(of_alert), Delivery.state == State.PENDING)
        .values(state=State.CANCELLED, final_at=means.now())
    )


def no_longer_holds() -> ColumnElement[bool]:
    """Of a delivery: its reader left, or its alert has ended; also where it came back to the queue only after that."""
    reader_of_it = aliased(Person)
    left = exists().where(reader_of_it.id == Delivery.person_id, reader_of_it.stopped_at.is_not(None))
    of_alert = and_(Broadcast.id == Delivery.broadcast_id, Alert.id == Broadcast.alert_id)
    ended = exists().where(of_alert, Broadcast.action.in_((Action.ALERT, Action.UPDATE)), Alert.closed_at.is_not(None))
    return and_(Delivery.broadcast_id.is_not(None), left | ended)


def lane_of(action: Action) -> Lane:
    return LANES.get(action, Lane.ALERT)
