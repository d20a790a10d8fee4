"""What runs at a school right now, for its leads at the console: states and counts, and nobody's number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Engine, func, select
from sqlalchemy.orm import Session

from phonetree.desk.console_doors import SignedIn
from phonetree.desk.contexts import alert_states
from phonetree.desk.means import Means
from phonetree.desk.report_standings import count_untold
from phonetree.desk.schools import school_of
from phonetree.dialogue.context import AlertState
from phonetree.models import Duty, Hunt, Membership, Note, Person, Site, reading


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


def now_at(engine: Engine, means: Means, lead: SignedIn) -> Now:
    """What a lead sees first."""
    with reading(engine) as session:
        site = session.get_one(Site, lead.site_id)
        school = school_of(means, site)
        states = alert_states(session, means, site, school, for_leads=True)
        return Now(
            school=school.site.name,
            alerts=tuple(state for state in states if state.is_open),
            people=_people(session, site),
            messages=_messages(session, site),
            callers=_count(session, Hunt, Hunt.site_id == site.id, Hunt.state == "ringing"),
            on_duty=_count(session, Duty, Duty.site_id == site.id, Duty.ended_at.is_(None), Duty.until > means.now()),
        )


def _people(session: Session, site: Site) -> dict[str, int]:
    counted = (
        select(Membership.role, func.count())
        .join(Person)
        .where(Membership.site_id == site.id, Membership.is_held.is_(False), Person.stopped_at.is_(None))
        .group_by(Membership.role)
    )
    return {row[0]: row[1] for row in session.execute(counted)}


def _messages(session: Session, site: Site) -> int:
    return _count(session, Note, Note.site_id == site.id, Note.told_at.is_(None)) + count_untold(session, site)


def _count(session: Session, table: type[Hunt | Duty | Note], *which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*which)) or 0
