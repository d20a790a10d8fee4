"""What the rounds do for requests of aid: tell those whose hours began, then the leads; end what has waited long."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from phonetree.desk.aid_people import escalate, is_joined, item_of, offer, tell_one
from phonetree.desk.aid_taking import give_back
from phonetree.desk.means import Means
from phonetree.desk.people import LEAD
from phonetree.desk.schools import school_of
from phonetree.flows import take_words
from phonetree.models import (
    AID,
    Membership,
    Person,
    Request,
    Site,
)
from phonetree.school.schema import School, TakenBy
from phonetree.words.i18n import Word


def aid_round(session: Session, means: Means) -> None:
    """Whoever holds one of these rows goes first; it is looked at in the next round."""
    now = means.now()
    needs_us = or_(
        Request.expires_at <= now,
        Request.taken_by.is_(None) & Request.escalated_at.is_(None),
        _asker_left(),
        Request.taken_by.is_not(None) & ~_taker_is_there(),
    )
    waiting = select(Request).where(Request.kind == AID, Request.done_at.is_(None), needs_us).order_by(Request.id)
    for request in session.scalars(waiting.with_for_update(skip_locked=True)).all():
        _look_after(session, means, session.get_one(Site, request.site_id), request)


def _asker_left() -> ColumnElement[bool]:
    return exists().where(Person.id == Request.person_id, Person.stopped_at.is_not(None))


def _taker_is_there() -> ColumnElement[bool]:
    return exists().where(
        Person.id == Request.taken_by,
        Person.stopped_at.is_(None),
        Membership.person_id == Person.id,
        Membership.site_id == Request.site_id,
        Membership.role.in_((Request.taker_role, LEAD)),
        ~Membership.is_held,
    )


def _look_after(session: Session, means: Means, site: Site, request: Request) -> None:
    now, asker = means.now(), session.get(Person, request.person_id)
    if asker is None or asker.stopped_at is not None:
        _end(means, request, "done")
        words = take_words.is_closed(school_of(means, site).site.short, request.number)
        tell_one(session, means, site, request.taken_by, words)
    elif request.expires_at is not None and request.expires_at <= now:
        _expire(session, means, site, request)
    elif request.taken_by is not None:
        give_back(session, means, site, request)
    elif request.told_at is None:
        offer(session, means, site, request)
    elif request.told_at + school_of(means, site).aid_rules.waits_for_lead(TakenBy(request.taker_role)) <= now:
        escalate(session, means, site, request)


def _expire(session: Session, means: Means, site: Site, request: Request) -> None:
    """Both sides are told; a family whom nobody could help reads whom to call."""
    school = school_of(means, site)
    words = _over(school, request)
    _end(means, request, "expired")
    tell_one(session, means, site, request.person_id, words)
    tell_one(session, means, site, request.taken_by, take_words.is_closed(school.site.short, request.number))


def _over(school: School, request: Request) -> Word:
    s, item = school.site.short, item_of(school, request)
    if is_joined(request):
        return take_words.ask_again(s, request.number, item)
    return take_words.nobody_could(s, request.number, item, school.site.contact)


def _end(means: Means, request: Request, outcome: str) -> None:
    request.done_at, request.outcome = means.now(), outcome
