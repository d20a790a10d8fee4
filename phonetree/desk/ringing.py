"""Who is rung for a caller who waits: in the caller's language first, nobody twice, nobody who is busy."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from phonetree.desk.call_ledger import NewCall, queue_call
from phonetree.desk.duty import is_barred, on_duty
from phonetree.desk.means import Means
from phonetree.desk.schools import school_of
from phonetree.flows import rung
from phonetree.models import CALL, Call, CallLane, Delivery, Hunt, Person, Site, State
from phonetree.school.schema import Ring

PLACED_WITHIN = timedelta(seconds=30)
"""A leg that has not gone out by then is not placed any more."""
STILL_RINGS = timedelta(seconds=90)
"""A leg that is older than queueing, ringing and the whisper together does not hold up the hunt."""
LONGEST_CALL = timedelta(hours=1)
"""Whoever was called or calls longer than this is taken to be free: the report of the end was lost."""
ON_ITS_WAY = (State.SENDING, State.SUBMITTED, State.IN_DOUBT)


def ring_next(session: Session, means: Means, hunt: Hunt) -> int:
    """Ring whoever is next, all of one language together or one alone as the school chose. How many."""
    if is_barred(session, means, hunt.site_id, hunt.person_id):
        return 0
    site = session.get_one(Site, hunt.site_id)
    wave = _wave(session, means, hunt)
    if school_of(means, site).hotline.ring is Ring.IN_TURN:
        wave = wave[:1]
    leg = NewCall(
        begins=rung.whisper,
        lane=CallLane.HOTLINE,
        matter=hunt.id,
        life=min(PLACED_WITHIN, hunt.until - means.now()),
    )
    for operator in wave:
        queue_call(session, means, operator, site, leg)
    hunt.rung += len(wave)
    return len(wave)


def is_live(means: Means, hunt: Hunt) -> ColumnElement[bool]:
    """A leg of this hunt that may still be answered."""
    return (
        (Delivery.matter == hunt.id)
        & Delivery.state.in_((State.PENDING, *ON_ITS_WAY))
        & Delivery.final_at.is_(None)
        & (Delivery.created_at > means.now() - STILL_RINGS)
    )


def still_rings(session: Session, means: Means, hunt: Hunt) -> bool:
    return session.scalar(select(Delivery.id).where(is_live(means, hunt)).limit(1)) is not None


def _wave(session: Session, means: Means, hunt: Hunt) -> list[Person]:
    """The first language in which somebody is free. Where nobody on duty speaks either: everyone."""
    caller = session.get(Person, hunt.person_id) if hunt.person_id else None
    second = caller.second_language if caller else None
    languages = [hunt.language] if second is None else [hunt.language, second]
    there = on_duty(session, means, hunt.site_id, lock=True)
    taken = _not_to_ring(session, means, hunt, [person.id for person in there])
    by_language = [[person for person in there if _speaks(person, language)] for language in languages]
    for group in by_language if any(by_language) else [there]:
        if free := [person for person in group if person.id not in taken]:
            return free
    return []


def _speaks(person: Person, language: str) -> bool:
    return language in (person.language, person.second_language)


def _not_to_ring(session: Session, means: Means, hunt: Hunt, people: Collection[str]) -> set[str]:
    """Who was rung for this caller already, is in a call, or is being rung; and the caller's own phone."""
    since = means.now() - LONGEST_CALL
    before = select(Delivery.person_id).where(Delivery.matter == hunt.id)
    in_call = select(Call.person_id).where(Call.person_id.in_(people), Call.ended_at.is_(None), Call.began_at > since)
    called = select(Delivery.person_id).where(
        Delivery.person_id.in_(people),
        Delivery.channel == CALL,
        Delivery.final_at.is_(None),
        Delivery.created_at > since,
        Delivery.state.in_(ON_ITS_WAY) | ((Delivery.state == State.PENDING) & (Delivery.begins == rung.whisper.name)),
    )
    found = (session.scalars(chosen).all() for chosen in (before, in_call, called))
    return {hunt.person_id or "", *(person for group in found for person in group if person)}
