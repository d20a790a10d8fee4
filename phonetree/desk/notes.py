"""Words for the leads: kept sealed under a number, told at once, or counted while an alert is open."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from phonetree.desk import reports
from phonetree.desk.contexts import open_alert
from phonetree.desk.means import Means
from phonetree.desk.outbox import LONGEST, tell_leads
from phonetree.desk.people import LEAD
from phonetree.desk.report_standings import count_untold
from phonetree.desk.schools import next_number
from phonetree.models import (
    MESSAGE,
    Lane,
    Note,
    Person,
    Request,
    Site,
)
from phonetree.words.i18n import Lines, Word, _

LINE_EVERY = timedelta(minutes=10)
ANSWERED_WITHIN = timedelta(days=7)


def leave(
    session: Session,
    means: Means,
    person: Person | None,
    site: Site,
    topic: str,
    words: str,
    recording: str | None = None,
) -> Note:
    """Keep the words and tell the leads, unless an alert is open: then they get a count."""
    note = Note(
        site_id=site.id,
        number=next_number(session, site),
        person_id=person.id if person else None,
        topic=topic,
        words_sealed=b"",
        recording_id=recording,
        at=means.now(),
    )
    session.add(note)
    session.flush()
    note.words_sealed = means.vault(site.sender_id).seal(words, row=_row(note))
    if person is not None and topic == "message":
        session.add(_to_be_answered(note, person, means))
    if open_alert(session, site) is None:
        tell(session, means, site, note)
    return note


def _to_be_answered(note: Note, person: Person, means: Means) -> Request:
    """A lead answers by the message's number: the two never see each other's phones."""
    now = means.now()
    return Request(
        site_id=note.site_id,
        number=note.number,
        kind=MESSAGE,
        taker_role=LEAD,
        person_id=person.id,
        language=person.language,
        made_at=now,
        told_at=now,
        expires_at=now + ANSWERED_WITHIN,
    )


def tell(session: Session, means: Means, site: Site, note: Note) -> None:
    words = means.vault(site.sender_id).open(note.words_sealed, row=_row(note))
    tell_leads(session, means, site, Lines((_said(note, words[:LONGEST]), *_answer_by(note))), lane=Lane.ANSWER)
    note.told_at = means.now()


def _answer_by(note: Note) -> tuple[Word, ...]:
    if note.topic != "message" or note.person_id is None:
        return ()
    return (_("To answer, text {number} and your words.", number=str(note.number)),)


def _said(note: Note, words: str) -> Word:
    number = str(note.number)
    match note.topic:
        case _ if note.recording_id is not None:
            return _(
                "Message {number} was left by voice. Call us and press 8, then {number}, to hear it.", number=number
            )
        case "safe":
            return _("{number}: a family says that they are safe.", number=number)
        case _:
            return _("Message {number}: {words}", number=number, words=words)


def tell_waiting(session: Session, means: Means, site: Site) -> None:
    """While an alert is open, or more is reported than fits an hour: one line every ten minutes. Else the words."""
    if open_alert(session, site) is None:
        for note in session.scalars(select(Note).where(Note.site_id == site.id, Note.told_at.is_(None)).limit(20)):
            tell(session, means, site, note)
        reports.tell_waiting(session, means, site)
    waiting = session.scalar(select(func.count()).where(Note.site_id == site.id, Note.told_at.is_(None))) or 0
    waiting += count_untold(session, site)
    if not waiting:
        return
    if site.leads_told_at is None or site.leads_told_at <= means.now() - LINE_EVERY:
        site.leads_told_at = means.now()
        tell_leads(session, means, site, _("Messages waiting: {n}.", n=waiting), lane=Lane.LATER)


def _row(note: Note) -> str:
    return f"notes|{note.id}|words"
