"""The two sides of a request, and whether they may reach each other now. Neither ever learns who the other is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from phonetree.desk.exchange import Exchange
from phonetree.desk.means import Means
from phonetree.desk.people import LEAD, STAFF_ROLES, roles_at
from phonetree.models import (
    AID,
    MESSAGE,
    Person,
    Request,
    Site,
)

KINDS = (AID, MESSAGE)
"""The requests that two sides exchange words about; a voicemail is for the shift and is called back."""
SERVING = frozenset({*STAFF_ROLES, "volunteer"})
MOST_LISTED = 9


class Standing(StrEnum):
    """How a request stands for one of its sides, or for a lead."""

    OPEN = "open"
    UNTAKEN = "untaken"
    TO_TAKE = "to_take"
    """A message to the leads that none has answered yet, before a lead."""
    ANSWERED = "answered"
    """Such a message, answered by another lead."""
    UNSETTLED = "unsettled"
    """It needs a lead's yes to the match."""
    SILENT = "silent"
    """Muted by either side, or one of them is gone."""
    CLOSED = "closed"


REACHED_NOW = frozenset({Standing.OPEN, Standing.TO_TAKE})
"""Words and calls reach the other side."""


@dataclass(frozen=True, slots=True)
class Named:
    """A request that somebody named, or that is the only one they can mean; and how it stands for them."""

    request: Request
    standing: Standing


def named(session: Session, x: Exchange, number: str) -> Named | None:
    """The request that this number names for this person, an open one first. None for every other number."""
    return next(iter(all_named(session, x, number)), None)


def all_named(session: Session, x: Exchange, number: str) -> list[Named]:
    """Requests with this number that are theirs, or that the leads were told of and a lead may answer; open ones first.

    Two of the schools on a shared number may have given the same. Whether there are others is told to nobody.
    """
    chosen = select(Request).where(Request.number == int(number), Request.kind.in_(KINDS))
    chosen = chosen.where(or_(_is_party(x.person), _is_told(x.person))).order_by(Request.id.desc()).limit(MOST_LISTED)
    found = [Named(request, standing_of(session, x.means, request, x.person)) for request in session.scalars(chosen)]
    here = [each for each in found if each.request.site_id == x.site.id] if x.has_chosen_site else found
    return sorted(here or found, key=lambda each: each.standing not in REACHED_NOW)


def open_requests(session: Session, means: Means, person: Person) -> Sequence[Request]:
    """The requests about which this person and another side exchange words now, the oldest first."""
    chosen = select(Request).where(Request.kind.in_(KINDS), Request.done_at.is_(None), Request.taken_by.is_not(None))
    chosen = chosen.where(_is_party(person)).order_by(Request.id)
    found = session.scalars(chosen).all()
    return [each for each in found if standing_of(session, means, each, person) is Standing.OPEN]


def standing_of(session: Session, means: Means, request: Request, person: Person) -> Standing:
    if request.done_at is not None or (request.expires_at is not None and request.expires_at <= means.now()):
        return Standing.CLOSED
    if not is_party(request, person):
        return Standing.TO_TAKE if request.taken_by is None else Standing.ANSWERED
    if request.taken_by is None:
        return Standing.UNTAKEN
    if request.needs_yes and request.yes_by is None:
        return Standing.UNSETTLED
    if request.muted_by_asker or request.muted_by_taker or other_side(session, request, person) is None:
        return Standing.SILENT
    return Standing.OPEN


def is_party(request: Request, person: Person) -> bool:
    return person.id in (request.person_id, request.taken_by)


def other_side(session: Session, request: Request, person: Person) -> Person | None:
    """Who is on the other side. None where they left, stopped our texts, or serve the school no more."""
    is_asker = request.person_id == person.id
    theirs = request.taken_by if is_asker else request.person_id
    other = session.get(Person, theirs) if theirs and theirs != person.id else None
    if other is None or other.stopped_at is not None:
        return None
    site = session.get_one(Site, request.site_id)
    return other if not is_asker or not roles_at(other, site).isdisjoint(SERVING) else None


def _is_party(person: Person) -> ColumnElement[bool]:
    return or_(Request.person_id == person.id, Request.taken_by == person.id)


def _is_told(person: Person) -> ColumnElement[bool]:
    """A message to the leads of a school that this person leads."""
    led = [m.site_id for m in person.memberships if m.role == LEAD and not m.is_held]
    return (Request.kind == MESSAGE) & Request.site_id.in_(led)
