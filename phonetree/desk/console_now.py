"""What runs at a school right now, for its leads at the console: states and counts, and nobody's number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine, func, select
from sqlalchemy.orm import Session

from phonetree.desk import pauses, pretences
from phonetree.desk.console_doors import SignedIn
from phonetree.desk.contexts import context_of
from phonetree.desk.means import Means
from phonetree.desk.proposals import has_open, open_approval
from phonetree.dialogue.context import AlertState
from phonetree.dialogue.guards import FrozenNow
from phonetree.models import Duty, Hunt, Membership, Person, Site, reading


@dataclass(frozen=True, slots=True)
class Now:
    """The open alerts, newest first, and how many people are there, wait and serve."""

    school: str
    alerts: tuple[AlertState, ...]
    people: Mapping[str, int]
    """By role; who left is not counted."""
    messages: int
    callers: int
    on_duty: int
    frozen: FrozenNow | None
    waits: bool
    """Something waits for this lead's own code and PIN."""
    is_shared: bool
    """Another lead has a preview open, for which this one can have a code too."""
    is_going_out: bool
    """There is something that a pause would hold."""


def now_at(engine: Engine, means: Means, lead: SignedIn) -> Now:
    """What a lead sees first: what their phone would be told, under duress as well."""
    with reading(engine) as session:
        site, person = session.get_one(Site, lead.site_id), session.get_one(Person, lead.person_id)
        context = context_of(session, means, person, site, {})
        approval = open_approval(session, means, person)
        waits = approval is not None and approval.proposal.site_id == site.id
        return Now(
            school=context.school.site.name,
            alerts=context.open_alerts,
            people=_people(session, site),
            messages=context.waiting,
            callers=_count(session, Hunt, Hunt.site_id == site.id, Hunt.state == "ringing"),
            on_duty=_count(session, Duty, Duty.site_id == site.id, Duty.ended_at.is_(None), Duty.until > means.now()),
            frozen=context.frozen,
            waits=waits,
            is_shared=not waits and has_open(session, means, site),
            is_going_out=may_pause(session, means, person, site),
        )


def may_pause(session: Session, means: Means, person: Person, site: Site) -> bool:
    """Whether a pause would hold something; of a lead under duress, whether it would seem so."""
    shown = [p for p in pretences.standing(session, person, site) if p.handed_over_by is not None]
    if shown:
        going = pretences.under_way(shown, means.now())
        return going is not None and going.paused_at is None
    return pauses.pausable(session, site) is not None and not pauses.is_paused(session, site)


def _people(session: Session, site: Site) -> dict[str, int]:
    counted = (
        select(Membership.role, func.count())
        .join(Person)
        .where(Membership.site_id == site.id, Membership.is_held.is_(False), Person.stopped_at.is_(None))
        .group_by(Membership.role)
    )
    return {row[0]: row[1] for row in session.execute(counted)}


def _count(session: Session, table: type[Hunt | Duty], *which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*which)) or 0
