"""Who takes requests of aid: the counselors and volunteers of a school, in their hours, and its leads behind them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from phonetree.desk.alert_texts import local, moment
from phonetree.desk.means import Means
from phonetree.desk.outbox import FOREVER, queue_text
from phonetree.desk.people import LEAD, leads_of, roles_at
from phonetree.desk.schools import school_of
from phonetree.flows import match_words, take_words
from phonetree.models import (
    AID,
    TEXT,
    Lane,
    Membership,
    Person,
    Request,
    Site,
)
from phonetree.school.hours import Hours, parse_hours
from phonetree.school.schema import School, TakenBy
from phonetree.words.i18n import Named, Sentences, Word

VOLUNTEER_HOURS = parse_hours("every day 08:00-20:00")


def open_at(site: Site) -> ColumnElement[bool]:
    """The requests of aid of this school that are open."""
    return (Request.site_id == site.id) & (Request.kind == AID) & Request.done_at.is_(None)


def hours_of(school: School, role: str) -> Hours:
    """When those of this role may be texted about requests."""
    return school.aid_rules.counselor_hours if role == TakenBy.COUNSELOR else VOLUNTEER_HOURS


def takers_of(session: Session, site: Site, role: str, besides: Iterable[str | None] = ()) -> list[Person]:
    """Those of this role who can be texted, but not the people *besides*."""
    theirs = select(Membership.person_id).where(
        Membership.site_id == site.id, Membership.role == role, Membership.channel == TEXT, ~Membership.is_held
    )
    chosen = select(Person).where(Person.id.in_(theirs), Person.stopped_at.is_(None)).order_by(Person.id)
    left_out = set(besides)
    return [person for person in session.scalars(chosen) if person.id not in left_out]


def may_take(person: Person, site: Site, request: Request) -> bool:
    """Those of its role, and leads; nobody their own."""
    return request.person_id != person.id and not roles_at(person, site).isdisjoint({request.taker_role, LEAD})


def item_of(school: School, request: Request) -> Word:
    """What it is about, in the school's own words; its key where the file no longer has it."""
    item = school.aid_by_key(request.item)
    return Named(item.name, school.site.languages[0]) if item else request.item


def is_joined(request: Request) -> bool:
    """Whether family and taker may hear of each other: taken and, where a lead has to say yes, said yes to."""
    return request.taken_by is not None and (not request.needs_yes or request.yes_by is not None)


def label_of(session: Session, site: Site, request: Request) -> Word:
    """Who has it, as leads know them: their place among those of the role, in the order in which they were added."""
    whose = select(Membership.id).where(
        Membership.site_id == site.id, Membership.role == request.taker_role, Membership.person_id == request.taken_by
    )
    if (own := session.scalar(whose)) is None:
        return match_words.label(LEAD, 0)
    until = select(func.count()).where(
        Membership.site_id == site.id, Membership.role == request.taker_role, Membership.id <= own
    )
    return match_words.label(request.taker_role, session.scalar(until) or 0)


# --- what they are told -----------------------------------------------------------------------------------------------


def tell(session: Session, means: Means, site: Site, whom: Iterable[Person], words: Word) -> None:
    """One text to each of them."""
    for person in whom:
        queue_text(session, means, person, site, words, lane=Lane.ANSWER, life=FOREVER)


def tell_one(session: Session, means: Means, site: Site, person_id: str | None, words: Word) -> None:
    """The same to one, unless they are gone or want no texts."""
    person = session.get(Person, person_id) if person_id else None
    if person is not None and person.stopped_at is None:
        tell(session, means, site, [person], words)


def offer(session: Session, means: Means, site: Site, request: Request) -> None:
    """Tell those who may take it, in their hours; outside of these the rounds do. Where there is nobody: the leads."""
    school, now = school_of(means, site), means.now()
    words = take_words.waits(school.site.short, request.number, item_of(school, request), request.language)
    takers = takers_of(session, site, request.taker_role, (request.person_id, request.passed_by))
    if not takers:
        request.told_at = request.escalated_at = now
        leads = [lead for lead in leads_of(session, site) if lead.id != request.person_id]
        tell(session, means, site, leads, Sentences((words, take_words.nobody_else())))
    elif hours_of(school, request.taker_role).covers(local(school, now)):
        request.told_at = now
        tell(session, means, site, takers, words)


def tell_others(session: Session, means: Means, site: Site, request: Request) -> None:
    """To those who were told of it and did not take it."""
    if request.told_at is None:
        return
    aside = (request.person_id, request.passed_by, request.taken_by)
    told = takers_of(session, site, request.taker_role, aside)
    if request.escalated_at is not None:
        told += [lead for lead in leads_of(session, site) if lead.id not in aside]
    words = take_words.is_taken(school_of(means, site).site.short, request.number)
    tell(session, means, site, {person.id: person for person in told}.values(), words)


def escalate(session: Session, means: Means, site: Site, request: Request) -> None:
    """Nobody has taken it: the leads are told."""
    school, now = school_of(means, site), means.now()
    since = moment(school, request.told_at or request.made_at, now)
    words = take_words.not_taken(school.site.short, request.number, item_of(school, request), since)
    request.escalated_at = now
    tell(session, means, site, [lead for lead in leads_of(session, site) if lead.id != request.person_id], words)
