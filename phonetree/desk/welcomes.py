"""The first text, or call, to those whom the school's list brought in: it says what the answer to a join says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from phonetree.desk.alert_texts import local
from phonetree.desk.broadcasts import audience, measure_reach, queue_broadcast
from phonetree.desk.call_consent import takes_texts
from phonetree.desk.call_ledger import NewCall, queue_call
from phonetree.desk.means import Means
from phonetree.desk.outbox import FOREVER
from phonetree.desk.people import PARENT
from phonetree.desk.schools import school_of
from phonetree.flows import join
from phonetree.models import (
    CALL,
    Broadcast,
    CallLane,
    Lane,
    Membership,
    Person,
    Sender,
    Site,
)

ACTION = "welcome"
FROM, UNTIL = time(9), time(20)
"""Local time in which a welcome may ring."""


@dataclass(frozen=True, slots=True)
class Welcome:
    """How many phones are welcomed, and by when the last one is if nothing else is sent."""

    phones: int
    last_at: datetime | None


def queue_welcome(session: Session, means: Means, site: Site, mark: str) -> Welcome:
    """Welcome the parents whom the import *mark* brought in, each by their channel."""
    called, texted = _call(session, means, site, mark), _text(session, means, site, mark)
    return Welcome(called + texted.phones, texted.last_at)


def _text(session: Session, means: Means, site: Site, mark: str) -> Welcome:
    school, now = school_of(means, site), means.now()
    recipients = audience(site, ["parents"], school.site.languages[0]).where(Membership.import_mark == mark)
    body = join.welcome(school)
    sender = session.get_one(Sender, site.sender_id)
    reach = measure_reach(session, means, sender, recipients, body, school)
    if not reach.phones:
        return Welcome(0, None)
    broadcast = Broadcast(
        site_id=site.id,
        sender_id=site.sender_id,
        action=ACTION,
        lane=Lane.LATER,
        created_at=now,
        # A long list takes longer than a text lives at the carrier: nobody on it may be left out for that.
        expires_at=reach.last_at + FOREVER,
    )
    return Welcome(queue_broadcast(session, means, broadcast, recipients, body), reach.last_at)


def _call(session: Session, means: Means, site: Site, mark: str) -> int:
    """Those who chose calls, by day: nobody is rung out of bed to be welcomed."""
    chosen = (
        select(Person)
        .join(Membership)
        .where(
            Membership.site_id == site.id,
            Membership.role == PARENT,
            Membership.import_mark == mark,
            Membership.channel == CALL,
            Membership.is_held.is_(False),
            Person.stopped_at.is_(None),
            ~takes_texts(Person.id, site.id),
        )
    )
    at = _by_day(local(school_of(means, site), means.now()))
    life = at - means.now() + FOREVER
    people = list(session.scalars(chosen.order_by(Membership.id)))
    for person in people:
        new = NewCall(join.welcome_by_call, CallLane.LATER, life=life, not_before=at)
        queue_call(session, means, person, site, new)
    return len(people)


def _by_day(now: datetime) -> datetime:
    """Now, or the next morning."""
    if FROM <= now.time() < UNTIL:
        return now.astimezone(UTC)
    day = now.date() if now.time() < FROM else now.date() + timedelta(days=1)
    return datetime.combine(day, FROM, now.tzinfo).astimezone(UTC)
