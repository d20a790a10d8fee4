"""How a broadcast goes, told to the leads by text: when all is handed over, and when the receipts are in."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from phonetree.desk.means import Means
from phonetree.desk.outbox import tell_leads
from phonetree.desk.tallies import Tally, tally
from phonetree.dialogue.effects import Action
from phonetree.models import Alert, Broadcast, Lane, Site
from phonetree.words.i18n import Sentences, Word, _

RECEIPTS_BY = timedelta(minutes=3)
"""Receipts that have not come by then are told as missing."""


def tell_progress(session: Session, means: Means) -> None:
    """Every broadcast that leads asked for is told twice: handed over, and delivered; of a drill that is its record."""
    chosen = select(Broadcast).where(
        Broadcast.asked_by.is_not(None), Broadcast.told_delivered_at.is_(None), Broadcast.paused_at.is_(None)
    )
    for broadcast in session.scalars(chosen.limit(50)):
        counts = tally(session, Broadcast.id == broadcast.id)
        if broadcast.told_handed_over_at is None:
            _tell_handed_over(session, means, broadcast, counts)
        elif broadcast.action == Action.DRILL:
            continue
        elif not (counts.submitted or counts.waiting) or broadcast.told_handed_over_at <= means.now() - RECEIPTS_BY:
            _tell_delivered(session, means, broadcast, counts)


def _number_of(session: Session, broadcast: Broadcast) -> str:
    """The alert's public number: a lead may wait for the counts of several."""
    alert = session.get(Alert, broadcast.alert_id) if broadcast.alert_id else None
    return str(alert.number) if alert else ""


def _tell_handed_over(session: Session, means: Means, broadcast: Broadcast, counts: Tally) -> None:
    if counts.waiting:
        return
    broadcast.told_handed_over_at = means.now()
    number = _number_of(session, broadcast)
    words = handed_over(number, counts.handed_over, broadcast.phones)
    tell_leads(session, means, session.get_one(Site, broadcast.site_id), words, lane=Lane.LATER)


def _tell_delivered(session: Session, means: Means, broadcast: Broadcast, counts: Tally) -> None:
    broadcast.told_delivered_at = means.now()
    told = delivered(_number_of(session, broadcast), counts, broadcast.phones)
    tell_leads(session, means, session.get_one(Site, broadcast.site_id), told, lane=Lane.LATER)


def handed_over(number: str, n: int, phones: int) -> Word:
    """Every text is with the carrier, or has failed."""
    return _("{number}: {n} of {all} handed over. Receipts follow.", number=number, n=n, all=phones)


def delivered(number: str, counts: Tally, phones: int) -> Word:
    """The receipts are in."""
    words = _(
        "{number}: {n} of {all} delivered. {not_reached} not reached, {unknown} without receipt.",
        number=number,
        n=counts.delivered,
        all=phones,
        not_reached=counts.failed,
        unknown=counts.unknown,
    )
    calls = _("{n} calls heard, {v} voicemail.", n=counts.heard, v=counts.voicemails) if counts.called else ""
    return Sentences((words, calls))
