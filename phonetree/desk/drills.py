"""A drill is put on record in figures once it is over, and its leads are told them in one text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from phonetree.desk.alert_texts import local
from phonetree.desk.means import Means
from phonetree.desk.outbox import FOREVER, queue_text
from phonetree.desk.people import leads_of
from phonetree.desk.schools import school_of
from phonetree.desk.tallies import HANDED_OVER, UNDER_WAY, tally
from phonetree.dialogue.effects import Action
from phonetree.models import Broadcast, Delivery, Drill, Lane, Site
from phonetree.school.schema import School
from phonetree.words.i18n import Text, _


def drills(session: Session, site: Site) -> Sequence[Drill]:
    """Every drill on record, the newest first."""
    of_site = select(Drill).where(Drill.site_id == site.id)
    return session.scalars(of_site.order_by(Drill.started_at.desc(), Drill.id.desc())).all()


def share_reached(drill: Drill) -> int:
    """Of a hundred phones, those with a receipt and those on which a key was pressed; never rounded up."""
    return 100 * (drill.delivered + drill.heard) // drill.phones if drill.phones else 0


def minutes(seconds: int) -> str:
    """6:52."""
    return f"{seconds // 60}:{seconds % 60:02}"


def record_drills(session: Session, means: Means) -> None:
    """Put on record what has nothing under way any more, or whose time is over. Each drill once."""
    under_way = exists().where(Delivery.broadcast_id == Broadcast.id, Delivery.state.in_(UNDER_WAY))
    is_over = or_(~under_way, Broadcast.expires_at <= means.now())
    held = select(Broadcast).where(Broadcast.action == Action.DRILL, Broadcast.told_delivered_at.is_(None), is_over)
    for broadcast in session.scalars(held.limit(20).with_for_update(skip_locked=True)).all():
        broadcast.told_delivered_at = means.now()
        site = session.get_one(Site, broadcast.site_id)
        school = school_of(means, site)
        drill = _recorded(session, means, school, broadcast)
        session.add(drill)
        for lead in leads_of(session, site):
            queue_text(session, means, lead, site, told(school, drill), lane=Lane.LATER, life=FOREVER)


def _recorded(session: Session, means: Means, school: School, broadcast: Broadcast) -> Drill:
    counts = tally(session, Broadcast.id == broadcast.id)
    return Drill(
        site_id=broadcast.site_id,
        broadcast_id=broadcast.id,
        plan_version=school.plan.version if school.plan else "",
        started_at=broadcast.created_at,
        phones=counts.phones,
        texts=counts.phones - counts.called,
        calls=counts.called,
        last_phone_after=_last_phone_after(session, broadcast),
        delivered=counts.delivered,
        heard=counts.heard,
        voicemails=counts.voicemails,
        not_reached=counts.failed,
        without_receipt=counts.unknown,
        recorded_at=means.now(),
    )


def _last_phone_after(session: Session, broadcast: Broadcast) -> int | None:
    """Seconds until the carrier had the last phone's first copy; a later attempt does not make the drill longer."""
    first = (Delivery.broadcast_id == broadcast.id, Delivery.copy == 0, Delivery.state.in_(HANDED_OVER))
    last = session.scalar(select(func.max(Delivery.submitted_at)).where(*first))
    return None if last is None else (last - broadcast.created_at) // timedelta(seconds=1)


def told(school: School, drill: Drill) -> Text:
    """What the leads are told of it."""
    began = local(school, drill.started_at)
    s, day = school.site.short, f"{began.month}/{began.day}"
    if drill.last_phone_after is None:
        return _("{s}: Drill of {day}: of {n} phones none could be reached.", s=s, day=day, n=drill.phones)
    return _(
        "{s}: Drill of {day}: {n} phones in {minutes}, {share} got it. {not_reached} not reached, {unknown} without "
        "receipt. It is on record for your council.",
        s=s,
        day=day,
        n=drill.phones,
        minutes=minutes(drill.last_phone_after),
        share=f"{share_reached(drill)}%",
        not_reached=drill.not_reached,
        unknown=drill.without_receipt,
    )
