"""A family asks to be contacted about an item of aid: a number and no name, and never two for the same."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from phonetree.desk.aid_people import hours_of, is_joined, offer, open_at
from phonetree.desk.alert_texts import local, moment
from phonetree.desk.exchange import Exchange
from phonetree.desk.outbox import queue_text
from phonetree.desk.schools import next_number, school_of
from phonetree.dialogue.aid_effects import OpenRequest
from phonetree.dialogue.aid_outcomes import NoSuchRequest, RequestOpened, RequestRefused
from phonetree.flows import aid_words
from phonetree.models import (
    AID,
    TEXT,
    Lane,
    Person,
    Request,
    Site,
)
from phonetree.school.schema import Aid

MOST_OPEN, MOST_IN_A_DAY = 3, 10
A_DAY = timedelta(days=1)
NUMBERS = 900
"""So many public numbers there are, from 100 on."""


def open_request(session: Session, x: Exchange, asked: OpenRequest) -> RequestOpened | RequestRefused | NoSuchRequest:
    """A number and no name. Of the same item there is never a second one open."""
    school = school_of(x.means, x.site)
    item = school.aid_by_key(asked.item)
    if item is None or x.is_withheld:
        return NoSuchRequest()
    if x.person.stopped_at is not None:
        return RequestRefused("stopped")
    # Two texts of one person in the same second are counted one after the other.
    session.execute(select(Person.id).where(Person.id == x.person.id).with_for_update(key_share=True))
    theirs = Request.person_id == x.person.id
    same = open_at(x.site) & theirs & (Request.item == item.key)
    if (before := session.scalar(select(Request).where(same))) is not None:
        return _opened(x, before, is_again=True)
    if _count(session, theirs & Request.done_at.is_(None)) >= MOST_OPEN:
        return RequestRefused("open", MOST_OPEN)
    if _count(session, theirs & (Request.made_at > x.means.now() - A_DAY)) >= MOST_IN_A_DAY:
        return RequestRefused("day", MOST_IN_A_DAY)
    request = _new_request(session, x, item)
    offer(session, x.means, x.site, request)
    opened = _opened(x, request)
    _write_to_who_calls(session, x, opened)
    return opened


def _count(session: Session, those: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).where(Request.kind == AID, those)) or 0


def _new_request(session: Session, x: Exchange, item: Aid) -> Request:
    now = x.means.now()
    request = Request(
        site_id=x.site.id,
        number=_free_number(session, x.site),
        kind=AID,
        item=item.key,
        taker_role=item.taken_by.value,
        person_id=x.person.id,
        language=x.call.language if x.call else x.person.language,
        needs_yes=item.waits_for_yes,
        made_at=now,
        expires_at=now + school_of(x.means, x.site).aid_rules.expires,
    )
    session.add(request)
    session.flush()
    return request


def _free_number(session: Session, site: Site) -> int:
    """Numbers come round again: one under which something is open still is left out."""
    number = next_number(session, site)
    for _number in range(NUMBERS):
        taken = select(Request.id).where(
            Request.site_id == site.id, Request.number == number, Request.done_at.is_(None)
        )
        if session.scalar(taken) is None:
            break
        number = next_number(session, site)
    return number


def _opened(x: Exchange, request: Request, *, is_again: bool = False) -> RequestOpened:
    school, now = school_of(x.means, x.site), x.means.now()
    opens = hours_of(school, request.taker_role).opens_next(local(school, now))
    return RequestOpened(
        request.number,
        "lead" if request.escalated_at else "counselor" if request.taker_role == "counselor" else "volunteer",
        told=None if request.told_at else moment(school, opens, now),
        needs_yes=request.needs_yes,
        is_again=is_again,
        is_taken=is_joined(request),
    )


def _write_to_who_calls(session: Session, x: Exchange, opened: RequestOpened) -> None:
    """A member who asks in a call has the number in writing too; and who did not call reads that somebody did."""
    if x.call is not None and any(m.channel == TEXT for m in x.person.memberships):
        words = aid_words.asked(school_of(x.means, x.site).site.short, opened)
        queue_text(session, x.means, x.person, x.site, words, lane=Lane.ANSWER)
