"""One text to many: who hears it, rendered once per language, one row per phone, written in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, exists, func, literal, not_, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from phonetree.desk.call_consent import calls_for, names_calls, takes_texts
from phonetree.desk.means import Means
from phonetree.desk.outbox import QUEUED
from phonetree.desk.people import LEAD, NETWORK, PARENT, STAFF_ROLES
from phonetree.desk.schools import school_of
from phonetree.dialogue.effects import Action, Level
from phonetree.flows import called
from phonetree.models import (
    CALL,
    REACHED,
    TEXT,
    Alert,
    Broadcast,
    CallLane,
    Delivery,
    Lane,
    Membership,
    Person,
    Rendering,
    Sender,
    Site,
    State,
    TextForm,
)
from phonetree.school.schema import School
from phonetree.words.i18n import Word, reader, translated
from phonetree.words.languages import LANGUAGES
from phonetree.words.segments import measure

ROLES = {"staff": STAFF_ROLES, "parents": (PARENT,), "network": (NETWORK,), "leads": (LEAD,)}
"""Which roles each name of the protocol means."""
TURNS = ("network", "leads", "staff", "parents")
"""Who is told first: the few who can find out or act, then the many. Whoever is several of these has the first turn."""
_A_TURN = 10**12
"""More than there are memberships."""
LANES = {Action.CLEAR: Lane.CORRECTION, Action.CORRECT: Lane.CORRECTION, Action.DRILL: Lane.LATER}
CALL_LANES: Mapping[str, CallLane] = {
    Action.CLEAR: CallLane.CORRECTION,
    Action.CORRECT: CallLane.CORRECTION,
    Action.DRILL: CallLane.LATER,
}

Recipients = Select[str, str, str, int]
"""Rows of person, the language in which they read, the channel (one phone gets one copy), and whose turn it is."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What it would mean for the sender: phones, when the last of them has it, how many come too late."""

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


def in_turn(names: Sequence[str]) -> tuple[str, ...]:
    """The same names in the order in which they are told."""
    return tuple(name for name in TURNS if name in names)


def audience(site: Site, names: Sequence[str], default: str, consents: Sequence[str] = ()) -> Recipients:
    """Everyone in these roles, one row per phone, however many roles or children it has.

    By text who takes texts in any of these roles; by call who chose calls and agreed to such as *consents* name.
    """
    roles = [role for name in names for role in ROLES.get(name, ())]
    by_text = _any_of(Membership.channel == TEXT)
    by_call = _any_of(Membership.calls.in_(consents))
    return (
        select(
            Person.id,
            _reads(default).label("language"),
            case((by_text, TEXT), else_=CALL).label("channel"),
            func.min(_turn() + Membership.id).label("place"),
        )
        .join(Membership)
        .where(
            Membership.site_id == site.id,
            Membership.role.in_(roles),
            Membership.is_held.is_(False),
            Person.stopped_at.is_(None),
        )
        .group_by(Person.id)
        .having(or_(by_text, by_call))
    )


def those_who_got(alert: Alert, default: str) -> Recipients:
    """Exactly those who were, or may have been, told the alert, and have not left since; each in the same way.

    Who was texted and then called gets a text if that text was delivered, else a call.
    """
    consents = calls_for(alert.kind, is_drill=alert.is_drill)
    texted = _any_of(Delivery.channel == TEXT)
    arrived = _any_of(and_(Delivery.channel == TEXT, Delivery.state == State.DELIVERED))
    may_be_called = names_calls(Person.id, alert.site_id, consents)
    by_call = and_(_any_of(Delivery.channel == CALL), not_(arrived), may_be_called)
    by_text = or_(texted, takes_texts(Person.id, alert.site_id))
    # Nobody knows whether the first copy of a repeat came.
    may_have_come = Delivery.state.in_(REACHED) | (Delivery.repeats > 0)
    return (
        select(
            Person.id,
            _reads(default).label("language"),
            case((by_call, CALL), else_=TEXT).label("channel"),
            func.min(Delivery.id).label("place"),
        )
        .join(Delivery, Delivery.person_id == Person.id)
        .join(Broadcast, Broadcast.id == Delivery.broadcast_id)
        .where(Broadcast.alert_id == alert.id, may_have_come, Person.stopped_at.is_(None))
        .group_by(Person.id)
        .having(or_(by_call, by_text))
    )


def not_yet_told(recipients: Recipients, alert: Alert) -> Recipients:
    """Those of them for whom the alert has no row yet: staff heard of it first, on the network's word."""
    of_it = (Delivery.broadcast_id == Broadcast.id, Broadcast.alert_id == alert.id)
    return recipients.where(~exists().where(Delivery.person_id == Person.id, *of_it).correlate(Person))


def _any_of(holds: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of a group of rows: whether it holds for any of them."""
    return func.max(case((holds, 1), else_=0)) == 1


def _turn() -> ColumnElement[int]:
    """Whose turn a membership has, far apart: within one turn whoever joined first is told first."""
    turns = [(Membership.role.in_(ROLES[name]), literal(turn * _A_TURN, BigInteger)) for turn, name in enumerate(TURNS)]
    return case(*turns, else_=literal(len(TURNS) * _A_TURN, BigInteger))


def _reads(default: str) -> ColumnElement[str]:
    """The written rule for a text that is rendered once per language: own, second, the school's default, English.

    To a phone that shows boxes only those of them that are written in Latin letters.
    """
    here = translated()
    latin = [code for code in (*here, default) if LANGUAGES[code].script == "Latn"]
    shows_all = Person.text_form == TextForm.NATIVE
    own = (and_(Person.language.in_(here), or_(shows_all, Person.language.in_(latin))), Person.language)
    seconds = Person.second_language
    second = (and_(seconds.in_(here), or_(shows_all, seconds.in_(latin))), seconds)
    return case(own, second, (shows_all, literal(default)), else_=literal(default if default in latin else "en"))


def measure_reach(
    session: Session, means: Means, sender: Sender, recipients: Recipients, body: Word, school: School
) -> Reach:
    """Phones, segments and time for *body* to *recipients*, before anything is written."""
    rows = recipients.subquery()
    grouped = select(rows.c.channel, rows.c.language, func.count()).group_by(rows.c.channel, rows.c.language)
    counted = session.execute(grouped).all()
    calls = sum(count for channel, _language, count in counted if channel == CALL)
    texts = {language: count for channel, language, count in counted if channel == TEXT}
    segments = sum(count * _segments(body, language, school) for language, count in texts.items())
    last = max(segments / sender.segments_per_second, calls / sender.calls_per_second)
    seconds = school.protocol.expires.total_seconds()
    late = _too_late(sum(texts.values()), segments, seconds * sender.segments_per_second)
    late += _too_late(calls, calls, seconds * sender.calls_per_second)
    return Reach(sum(texts.values()) + calls, means.now() + timedelta(seconds=last), late)


def _too_late(phones: int, slots: int, room: float) -> int:
    """How many of the phones do not fit into what the sender can do in time."""
    return 0 if slots <= room else round(phones * (1 - room / slots))


def _segments(body: Word, language: str, school: School) -> int:
    return measure(reader(language, None, school.site.languages[0]).read(body)).segments


def queue_broadcast(session: Session, means: Means, broadcast: Broadcast, recipients: Recipients, body: Word) -> int:
    """Write *broadcast*, its renderings and one row per phone. Returns the number of phones."""
    school = school_of(means, session.get_one(Site, broadcast.site_id))
    session.add(broadcast)
    session.flush()
    session.info[QUEUED] = True
    rows = recipients.subquery()
    for language in session.scalars(select(rows.c.language).where(rows.c.channel == TEXT).distinct()):
        words = reader(language, None, school.site.languages[0]).read(body)
        session.add(
            Rendering(broadcast_id=broadcast.id, language=language, body=words, segments=measure(words).segments)
        )
    session.flush()
    mine = and_(Rendering.broadcast_id == broadcast.id, Rendering.language == rows.c.language)
    is_call = rows.c.channel == CALL
    chosen = (
        select(
            rows.c.place,
            rows.c.id,
            rows.c.channel,
            case((is_call, call_lane_of(broadcast)), else_=broadcast.lane),
            case((is_call, Person.language), else_=rows.c.language),
            case((is_call, 0), else_=Rendering.segments),
            case((is_call, called.tell.name), else_=""),
        )
        .join(Person, Person.id == rows.c.id)
        .outerjoin(Rendering, mine)
        .where(or_(is_call, Rendering.language.is_not(None)))
    )
    write_rows(session, means, broadcast, chosen)
    broadcast.phones = session.scalar(select(func.count()).where(Delivery.broadcast_id == broadcast.id)) or 0
    return broadcast.phones


def write_rows(session: Session, means: Means, broadcast: Broadcast, chosen: Select[*tuple[Any, ...]]) -> None:
    """One row for each of the *chosen*: whose turn it is, person, channel, lane, language, segments, step of a call.

    What a call says is put together when it is answered. Who has a row already, keeps that one.
    """
    place, *each = chosen.subquery().columns
    shared: dict[str, ColumnElement[Any]] = {
        "broadcast_id": literal(broadcast.id),
        "site_id": literal(broadcast.site_id),
        "sender_id": literal(broadcast.sender_id),
        "copy": literal(0),
        "state": literal(State.PENDING.value),
        "rank": literal(0),
        "outcome": literal(""),
        "is_to_end": literal(value=False),
        "expires_at": literal(broadcast.expires_at, Delivery.expires_at.type),
        "created_at": literal(means.now(), Delivery.created_at.type),
    }
    columns = [*shared, "person_id", "channel", "lane", "language", "segments", "begins"]
    # SQLite takes ON CONFLICT for a join's unless a WHERE stands before it.
    rows = select(*shared.values(), *each).where(place.is_not(None)).order_by(place)
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    written = dialect.insert(Delivery).from_select(columns, rows, include_defaults=False)
    session.execute(written.on_conflict_do_nothing())


def lane_of(action: Action) -> Lane:
    return LANES.get(action, Lane.ALERT)


def call_lane_of(broadcast: Broadcast) -> CallLane:
    return CALL_LANES.get(broadcast.action, CallLane.ALERT)
