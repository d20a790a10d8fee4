"""What the phone of a lead under duress is told as time passes, as if something had gone out."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from phonetree.desk import drills, pretences, progress, promises
from phonetree.desk.means import Means
from phonetree.desk.outbox import queue_text
from phonetree.desk.pretences import RECEIPTS_AFTER
from phonetree.desk.schools import school_of
from phonetree.desk.tallies import Tally
from phonetree.dialogue.effects import Action
from phonetree.models import Drill, Lane, Person, Pretence, Site
from phonetree.words.i18n import Word

PRETENDS_FOR = timedelta(hours=16)
"""As long as a lead sees an alert that is over."""


def tell_pretences(session: Session, means: Means) -> None:
    """End what is old; tell of the rest what is due."""
    for pretence in session.scalars(select(Pretence).where(Pretence.ended_at.is_(None))):
        if pretence.opened_at <= means.now() - PRETENDS_FOR:
            pretence.ended_at = means.now()
        elif pretence.handed_over_by is not None and pretence.paused_at is None:
            _tell(session, means, pretence)
    _ask_for_next_texts(session, means)


def _tell(session: Session, means: Means, pretence: Pretence) -> None:
    """As of a broadcast: handed over, then delivered; of a drill its record, which says both if both are so."""
    now, number, by = means.now(), str(pretence.number or ""), pretence.handed_over_by
    if by is None or now < by or pretence.told_delivered_at is not None:
        return
    is_over, is_drill = now >= by + RECEIPTS_AFTER, pretence.action == Action.DRILL
    if is_over and (is_drill or pretence.told_handed_over_at is not None):
        pretence.told_delivered_at = now
        counts = progress.delivered(number, _counts(means, pretence), pretence.phones)
        _text(session, means, pretence, _record(session, means, pretence) if is_drill else counts)
    elif pretence.told_handed_over_at is None:
        pretence.told_handed_over_at = now
        _text(session, means, pretence, progress.handed_over(number, pretence.phones, pretence.phones))


def _record(session: Session, means: Means, pretence: Pretence) -> Word:
    """Of a drill that nobody got: on no record."""
    school = school_of(means, session.get_one(Site, pretence.site_id))
    took = (pretence.handed_over_by or pretence.opened_at) - pretence.opened_at
    shown = Drill(
        started_at=pretence.opened_at,
        phones=pretence.phones,
        last_phone_after=took // timedelta(seconds=1),
        delivered=pretence.phones - pretence.calls,
        heard=pretence.calls,
        not_reached=0,
        without_receipt=0,
    )
    return drills.told(school, shown)


def _counts(means: Means, pretence: Pretence) -> Tally:
    n, now = pretence.phones, means.now()
    texts, calls = pretences.delivered(pretence, now), pretences.heard(pretence, now)
    return Tally(n, 0, n, 0, texts, 0, 0, called=pretence.calls, heard=calls, voicemails=0)


def _text(session: Session, means: Means, pretence: Pretence, words: Word) -> None:
    lead, site = session.get_one(Person, pretence.person_id), session.get_one(Site, pretence.site_id)
    if lead.stopped_at is None:
        queue_text(session, means, lead, site, words, lane=Lane.LATER)


def _ask_for_next_texts(session: Session, means: Means) -> None:
    """The same promise, kept to that one phone."""
    now = means.now()
    due = (Pretence.ended_at.is_(None), Pretence.next_due_at <= now, Pretence.follows_id.is_(None))
    for pretence in session.scalars(select(Pretence).where(*due)):
        site, lead = session.get_one(Site, pretence.site_id), session.get_one(Person, pretence.person_id)
        every = school_of(means, site).protocol.next_text
        if pretence.number is not None and lead.stopped_at is None and _is_due(pretence, now - every):
            pretence.prompted_at = now
            promises.ask(session, means, lead, site, pretence.number)


def _is_due(pretence: Pretence, before: datetime) -> bool:
    asked, promised = pretence.prompted_at, pretence.next_due_at
    return asked is None or (promised is not None and asked < promised) or asked <= before
