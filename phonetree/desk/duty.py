"""The hotline's rota: who is on duty until when, and whom they barred."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from phonetree.desk.alert_texts import local, moment
from phonetree.desk.exchange import Exchange
from phonetree.desk.means import Means
from phonetree.desk.outbox import audit
from phonetree.desk.people import STAFF_ROLES, roles_at
from phonetree.desk.schools import school_of
from phonetree.desk.shifts import suits, window_of
from phonetree.dialogue.outcomes import Muted, OnDuty, Outcome
from phonetree.models import Duty, Membership, Mute, Person, Site

ON_FOR = timedelta(hours=4)
"""Outside a shift ON ends by itself after this."""
BARRED_FOR = timedelta(days=1)


def go_on(session: Session, x: Exchange) -> Outcome:
    """Ring this operator from now on: to the end of the shift that is open now, else for four hours."""
    if not may_serve(x.person, x.site):
        return OnDuty(None)
    now, until = x.means.now(), _until(x)
    duty = duty_of(session, x.site.id, x.person.id)
    if duty is None:
        duty = Duty(site_id=x.site.id, person_id=x.person.id, began_at=now, until=until)
        session.add(duty)
    duty.began_at, duty.until, duty.ended_at, duty.unanswered = now, until, None, 0
    return OnDuty(moment(school_of(x.means, x.site), until, now))


def go_off(session: Session, x: Exchange) -> Outcome:
    duty = duty_of(session, x.site.id, x.person.id)
    if duty is not None and duty.ended_at is None:
        end_duty(duty, x.means)
    return OnDuty(None)


def mute(session: Session, x: Exchange) -> Outcome:
    """Bar the last caller for a day. Who withheld their number is nobody and cannot be barred."""
    duty = duty_of(session, x.site.id, x.person.id)
    barred = session.get(Person, duty.last_caller_id) if duty and duty.last_caller_id else None
    if barred is None:
        return Muted(found=False)
    session.merge(Mute(site_id=x.site.id, person_id=barred.id, until=x.means.now() + BARRED_FOR))
    audit(session, x.means, "barred a caller", site=x.site, actor=x.person)
    return Muted(found=True)


def is_barred(session: Session, means: Means, site_id: int, person_id: str | None) -> bool:
    barred = session.get(Mute, (site_id, person_id)) if person_id else None
    return barred is not None and barred.until > means.now()


def may_serve(person: Person, site: Site) -> bool:
    return not roles_at(person, site).isdisjoint(STAFF_ROLES)


def on_duty(session: Session, means: Means, site_id: int, *, lock: bool = False) -> list[Person]:
    """Who is on now and still holds a role that serves, in the order in which they began.

    *lock*: their rows are held, so that two callers at once do not ring the same operator.
    """
    serves = exists().where(
        Membership.person_id == Duty.person_id,
        Membership.site_id == site_id,
        Membership.role.in_(STAFF_ROLES),
        ~Membership.is_held,
    )
    chosen = (
        select(Person)
        .join(Duty, Duty.person_id == Person.id)
        .where(Duty.site_id == site_id, Duty.ended_at.is_(None), Duty.until > means.now())
        .where(Person.stopped_at.is_(None), serves)
        .order_by(Duty.id)
    )
    return list(session.scalars(chosen.with_for_update(of=Duty, key_share=True) if lock else chosen))


def duty_of(session: Session, site_id: int, person_id: str) -> Duty | None:
    chosen = select(Duty).where(Duty.site_id == site_id, Duty.person_id == person_id)
    return session.scalar(chosen.with_for_update(key_share=True))


def is_on(duty: Duty, means: Means) -> bool:
    return duty.ended_at is None and duty.until > means.now()


def end_duty(duty: Duty, means: Means) -> None:
    duty.until = duty.ended_at = means.now()


def _until(x: Exchange) -> datetime:
    school = school_of(x.means, x.site)
    here = local(school, x.means.now())
    own = [shift for shift in school.shifts if suits(shift, x.person.language, x.person.second_language)]
    ends = [window.ends for shift in own if (window := window_of(shift, here))]
    return max(ends).astimezone(UTC) if ends else x.means.now() + ON_FOR
