"""Single texts on their way out: to one person, to all leads of a school."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache

from sqlalchemy import (
    ColumnElement,
    Double,
    Insert,
    Select,
    Update,
    and_,
    bindparam,
    exists,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from phonetree.desk import pacing, spending
from phonetree.desk.means import Means
from phonetree.desk.people import leads_of
from phonetree.desk.schools import school_of
from phonetree.models import (
    TEXT,
    AuditEntry,
    Delivery,
    Lane,
    Person,
    Sender,
    Site,
    State,
    TextForm,
    as_rows,
    database_now,
    new_id,
)
from phonetree.words.i18n import Reader, Word, reader
from phonetree.words.segments import in_texts, measure

QUEUED = "queued"
"""Set on a session in which something was written that a worker should be woken for."""
STALE = timedelta(minutes=30)
"""An answer older than this helps nobody."""
LONGEST = 600
"""Characters of what somebody wrote that are passed on: four segments of plain text."""
FOREVER = timedelta(hours=9)
"""For what is still worth reading later: well under the ten hours that a carrier queues."""


def reader_of(means: Means, person: Person, site: Site) -> Reader:
    default = school_of(means, site).site.languages[0]
    return reader(person.language, person.second_language, default, in_latin=person.text_form != TextForm.NATIVE)


def queue_text(
    session: Session, means: Means, person: Person, site: Site, words: Word, *, lane: Lane, life: timedelta = STALE
) -> list[Delivery]:
    """Write a text into the ledger, or several where it is longer than a carrier takes; a worker sends it."""
    read_by, written = reader_of(means, person, site), []
    for body in in_texts(read_by.read(words)):
        delivery = Delivery(
            site_id=site.id,
            sender_id=person.sender_id,
            person_id=person.id,
            lane=lane,
            language=read_by.language,
            segments=measure(body).segments,
            state=State.PENDING,
            expires_at=means.now() + life,
            created_at=means.now(),
        )
        session.add(delivery)
        session.flush()
        session.info[QUEUED] = True
        delivery.body_sealed = means.vault(person.sender_id).seal(body, row=body_row(delivery.id))
        written.append(delivery)
    return written


class Held(StrEnum):
    """Why a text does not go out as the webhook's own answer."""

    ALERT = "alert"
    """An alert or a correction is on its way out on this number."""
    BUDGET = "budget"
    """What a day may cost is used up, but for what is kept for alerts."""
    DEBT = "debt"
    """More went out than the number may send, and a next alert would wait for that."""


@dataclass(frozen=True, slots=True)
class Room:
    """How far an answer may run ahead: *seconds* of what its number may send, *segments* at least, *of_all* numbers."""

    seconds: float
    segments: float
    of_all: float


def answered(
    session: Session, means: Means, person: Person, site: Site, body: str, *, lane: Lane, room: Room | None
) -> str | Held:
    """Note a text that goes out as the webhook's own answer, and charge its segments. Returns its attempt.

    Without *room* it is charged whatever the bucket and the budget hold (decisions 1).
    """
    attempt, segments, now = new_id(), measure(body).segments, means.now()
    wanted = {"sender": person.sender_id, "n": segments, **spending.day_and_price(now)}
    wanted |= {} if room is None else {"seconds": room.seconds, "segments": room.segments, "of_all": room.of_all}
    charge = _charge(goes_first=lane is Lane.NOW, has_room=room is None)
    if as_rows(session, charge, wanted).one_or_none() is None:
        return _why_held(session, wanted)
    row = {
        "site_id": site.id,
        "sender_id": person.sender_id,
        "person_id": person.id,
        "lane": lane,
        "language": person.language,
        "segments": segments,
        "state": State.SUBMITTED,
        "attempt": attempt,
        "expires_at": now + STALE,
        "created_at": now,
        "submitted_at": now,
    }
    as_rows(session, _turned(), row)
    return attempt


@cache
def _turned() -> Insert:
    return insert(Delivery)


@cache
def _charge(*, goes_first: bool, has_room: bool) -> Update:
    """The bucket fills and may go below nothing (decisions 1). No row comes back where others go first."""
    charged = update(Sender).where(Sender.id == bindparam("sender"))
    charged = charged if goes_first else charged.where(~_is_draining())
    charged = charged if has_room else charged.where(spending.is_within_budget(), _is_within_room())
    values = spending.spent() | {"tokens": pacing.filled() - bindparam("n"), "refilled_at": database_now()}
    return charged.values(values).returning(Sender.id)


def _is_within_room() -> ColumnElement[bool]:
    """What all numbers are ahead is added up only where this one is."""
    left = pacing.filled() - bindparam("n", type_=Double)
    lent = Sender.segments_per_second * bindparam("seconds", type_=Double)
    has_left = left >= 0
    is_near = (left >= -lent) | (left >= -bindparam("segments", type_=Double))
    return or_(has_left, and_(is_near, pacing.debt_of_all() <= bindparam("of_all", type_=Double)))


def _why_held(session: Session, wanted: Mapping[str, object]) -> Held:
    found = as_rows(session, _reasons(), wanted).one()
    if found.is_draining:
        return Held.ALERT
    return Held.DEBT if found.is_within else Held.BUDGET


@cache
def _reasons() -> Select[bool, bool]:
    reasons = select(_is_draining().label("is_draining"), spending.is_within_budget().label("is_within"))
    return reasons.where(Sender.id == bindparam("sender"))


def _is_draining() -> ColumnElement[bool]:
    return exists().where(
        Delivery.sender_id == Sender.id,
        Delivery.channel == TEXT,
        Delivery.state == State.PENDING,
        Delivery.lane.in_((Lane.CORRECTION, Lane.ALERT)),
    )


def tell_leads(
    session: Session, means: Means, site: Site, words: Word, *, lane: Lane = Lane.NOW, besides: str | None = None
) -> None:
    """One text to every lead of the school, but not to the person *besides*."""
    for lead in leads_of(session, site):
        if lead.id != besides:
            queue_text(session, means, lead, site, words, lane=lane)


def audit(
    session: Session, means: Means, what: str, *, site: Site | None, actor: Person | None, about: str = ""
) -> None:
    """Append to the record of what was done. *about* holds counts and public numbers only."""
    session.add(
        AuditEntry(
            site_id=None if site is None else site.id,
            actor_id=None if actor is None else actor.id,
            what=what,
            about=about,
            at=means.now(),
        )
    )


def body_row(delivery_id: int) -> str:
    return f"deliveries|{delivery_id}|body"
