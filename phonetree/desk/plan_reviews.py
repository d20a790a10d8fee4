"""The leads are reminded of their safety plan's review: sixty, thirty and seven days before, and once it is late."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from phonetree.desk.alert_texts import local
from phonetree.desk.means import Means
from phonetree.desk.outbox import FOREVER, queue_text
from phonetree.desk.people import leads_of
from phonetree.desk.plans import record
from phonetree.desk.schools import school_of
from phonetree.flows.plan_reviews import review_is_late, review_is_near
from phonetree.models import Lane, Site
from phonetree.school.schema import Plan, School

REMINDERS = (60, 30, 7)
"""Days before a review at which the leads are reminded."""
LATE = 0
"""The reminder that comes last: the day is over."""
DAYTIME = range(8, 20)
"""Nobody is woken for a review."""


def remind_of_reviews(session: Session, means: Means) -> None:
    """Each reminder once, by day. Who loads a plan shortly before its review gets the latest one alone."""
    for site in session.scalars(select(Site)).all():
        school = school_of(means, site)
        if school.plan is not None:
            _remind(session, means, site, school, school.plan)


def _remind(session: Session, means: Means, site: Site, school: School, plan: Plan) -> None:
    here = local(school, means.now())
    days = (plan.review_by - here.date()) // timedelta(days=1)
    due = _due(days)
    if due is None or here.hour not in DAYTIME:
        return
    kept, leads = record(session, means, site, plan), leads_of(session, site)
    if not leads or (kept.reminded is not None and kept.reminded <= due):
        return
    kept.reminded = due
    words = review_is_late(school, plan) if due == LATE else review_is_near(school, plan, days)
    for lead in leads:
        queue_text(session, means, lead, site, words, lane=Lane.LATER, life=FOREVER)


def _due(days: int) -> int | None:
    """Which reminder holds so many days before the review; none while it is far."""
    return LATE if days < 0 else min((each for each in REMINDERS if days <= each), default=None)
