"""A paused alert is not let lie: the leads are reminded at five and at nine minutes, before it lapses at ten."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from phonetree.desk.means import Means
from phonetree.desk.outbox import tell_leads
from phonetree.models import Broadcast, Delivery, Site, State
from phonetree.words.i18n import _

REMIND_AT = (timedelta(minutes=5), timedelta(minutes=9))


def remind(session: Session, means: Means) -> None:
    """One text to all leads at each of the times."""
    waiting = exists().where(Delivery.broadcast_id == Broadcast.id, Delivery.state == State.PENDING)
    for broadcast in session.scalars(select(Broadcast).where(Broadcast.paused_at.is_not(None), waiting)):
        due = [at for at in REMIND_AT if broadcast.paused_at and broadcast.paused_at <= means.now() - at]
        if len(due) > broadcast.pause_told:
            broadcast.pause_told = len(due)
            words = _("The alert is still paused. Send SEND to go on. Ten minutes after the pause it lapses.")
            tell_leads(session, means, session.get_one(Site, broadcast.site_id), words)
