"""Reports at the desk: kept under a number and no name, within a day's measure, told at once or counted."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from phonetree.desk.contexts import open_alert
from phonetree.desk.exchange import Exchange
from phonetree.desk.means import Means
from phonetree.desk.recordings import set_aside
from phonetree.desk.report_standings import untold
from phonetree.desk.report_words import seal, tell
from phonetree.desk.schools import next_number
from phonetree.dialogue.outcomes import Outcome
from phonetree.dialogue.report_effects import FileReport
from phonetree.dialogue.report_outcomes import OneTooMany, ReportFiled
from phonetree.models import (
    Person,
    Purpose,
    Recording,
    Report,
    ReportAsker,
    ReporterMute,
    Site,
)

MOST_A_DAY = 5
MOST_AN_HOUR = 30
A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)


def file(session: Session, x: Exchange, told: FileReport) -> Outcome:
    """Keep it whole, whatever it is. A muted phone gets the same answer as any other."""
    person = None if x.is_withheld else x.person
    is_one_too_many = person is not None and _told_today(session, x.means, person) >= MOST_A_DAY
    report = Report(
        site_id=x.site.id,
        number=next_number(session, x.site),
        person_id=person.id if person else None,
        seen_self={"1": True, "2": False}.get(told.seen),
        recording_id=told.recording or None,
        state_at=x.means.now(),
        is_kept_back=is_one_too_many or is_muted(session, x.means, x.site, person),
        made_at=x.means.now(),
    )
    session.add(report)
    session.flush()
    seal(x.means, x.site, report, _answers(told))
    _keep_recording(session, x, report)
    if person is not None and x.call is None and not report.is_kept_back:
        session.add(ReportAsker(report_id=report.id, person_id=person.id, asked_at=x.means.now()))
    tell_waiting(session, x.means, x.site)
    return OneTooMany() if is_one_too_many else ReportFiled(report.number)


def _answers(told: FileReport) -> dict[str, str]:
    asked = {"place": told.place, "where": told.where, "when": told.when, "how_many": told.how_many}
    return {key: answer for key, answer in {**asked, "words": told.words}.items() if answer}


def _keep_recording(session: Session, x: Exchange, report: Report) -> None:
    if recording := session.get(Recording, report.recording_id) if report.recording_id else None:
        recording.purpose, recording.site_id, recording.number = Purpose.REPORT, x.site.id, report.number


def _told_today(session: Session, means: Means, person: Person) -> int:
    theirs = (Report.person_id == person.id) & (Report.made_at > means.now() - A_DAY)
    return session.scalar(select(func.count()).where(theirs)) or 0


def is_muted(session: Session, means: Means, site: Site, person: Person | None) -> bool:
    muted = session.get(ReporterMute, (site.id, person.id)) if person else None
    return muted is not None and muted.until > means.now()


def tell_waiting(session: Session, means: Means, site: Site) -> None:
    """Tell the oldest first, so many in an hour; while an alert is open they are counted (``notes.tell_waiting``)."""
    if open_alert(session, site) is not None:
        return
    told = (Report.site_id == site.id) & (Report.told_at > means.now() - AN_HOUR)
    room = MOST_AN_HOUR - (session.scalar(select(func.count()).where(told)) or 0)
    if room > 0:
        for report in session.scalars(select(Report).where(untold(site)).order_by(Report.id).limit(room)).all():
            tell(session, means, site, report)


def drop_words(session: Session, means: Means, report: Report) -> None:
    """It is decided, or a week old: what was said is kept no longer, its state is."""
    report.words_sealed = None
    if recording := session.get(Recording, report.recording_id) if report.recording_id else None:
        set_aside(recording, means)
