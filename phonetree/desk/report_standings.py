"""How the school's reports stand, as one person may know it: a new one is nobody's affair but who checks it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import timedelta
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from phonetree.desk.alert_texts import moment
from phonetree.desk.means import Means
from phonetree.desk.people import LEAD, NETWORK
from phonetree.desk.report_words import words_of
from phonetree.desk.schools import school_of
from phonetree.dialogue.report_states import ReportStanding
from phonetree.models import Instant, Person, Report, ReportAsker, ReportState, Site

SHOWN_FOR = timedelta(hours=16)
"""What was decided stays an answer to NEWS for the rest of the day."""
OPEN_FOR = timedelta(days=7)
"""As long as its words are kept."""
MOST = 100
OPEN = (ReportState.NEW, ReportState.CHECKING)
CHECKERS = frozenset({LEAD, NETWORK})


def standings(
    session: Session, means: Means, person: Person, site: Site, roles: AbstractSet[str]
) -> tuple[ReportStanding, ...]:
    """Those being checked first, then the newest."""
    checks = not CHECKERS.isdisjoint(roles)
    asked = {
        "site": site.id,
        "person": person.id,
        "open_since": means.now() - OPEN_FOR,
        "since": means.now() - SHOWN_FOR,
    }
    found = session.execute(_reports(for_checkers=checks), asked).all()
    return tuple(_standing(means, site, report, is_awaited=awaited, checks=checks) for report, awaited in found)


@cache
def _reports(*, for_checkers: bool) -> Select[Report, bool]:
    open_states = OPEN if for_checkers else (ReportState.CHECKING,)
    is_open = and_(Report.state.in_(open_states), Report.made_at > bindparam("open_since", type_=Instant()))
    decided = Report.state.in_((ReportState.FALSE, ReportState.CONFIRMED))
    is_shown = or_(is_open, and_(decided, Report.state_at > bindparam("since", type_=Instant())))
    waits = exists().where(ReportAsker.report_id == Report.id, ReportAsker.person_id == bindparam("person"))
    chosen = select(Report, waits).where(Report.site_id == bindparam("site"), is_shown, ~Report.is_kept_back)
    return chosen.order_by(Report.state != ReportState.CHECKING, Report.id.desc()).limit(MOST)


def _standing(means: Means, site: Site, report: Report, *, is_awaited: bool, checks: bool) -> ReportStanding:
    school, now = school_of(means, site), means.now()
    return ReportStanding(
        number=report.number,
        state=ReportState(report.state).value,
        made=moment(school, report.made_at, now),
        since=moment(school, report.state_at, now),
        is_old=report.state_at + school.protocol.next_text < now,
        is_awaited=is_awaited,
        place=words_of(means, site, report).get("place", "") if checks else "",
        by_network=report.network_at is not None,
    )


def untold(site: Site) -> ColumnElement[bool]:
    """Those of which the leads still have to hear."""
    waits = Report.told_at.is_(None) & Report.is_kept_back.is_(False) & Report.state.in_(OPEN)
    return (Report.site_id == site.id) & waits


def count_untold(session: Session, site: Site) -> int:
    return session.scalar(select(func.count()).select_from(Report).where(untold(site))) or 0


def open_report(session: Session, site: Site, number: int) -> Report | None:
    """The report of this number that nobody has decided yet."""
    chosen = select(Report).where(Report.site_id == site.id, Report.number == number, Report.state.in_(OPEN))
    return session.scalars(chosen.order_by(Report.id.desc()).limit(1)).first()
