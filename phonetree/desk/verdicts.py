"""What came of a report: a lead checks it, finds it not true, or makes it an alert; whoever waits hears it once."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from phonetree.desk import reports
from phonetree.desk.alert_texts import moment, place_word
from phonetree.desk.exchange import Exchange
from phonetree.desk.means import Means
from phonetree.desk.outbox import FOREVER, audit, queue_text, tell_leads
from phonetree.desk.report_standings import OPEN, open_report, untold
from phonetree.desk.report_words import tell
from phonetree.desk.schools import school_of
from phonetree.dialogue.effects import Kind, Level
from phonetree.dialogue.outcomes import Outcome
from phonetree.dialogue.report_outcomes import NoSuchReport, ReporterMuted, ReportMarked
from phonetree.flows import alerts, reports_said
from phonetree.models import (
    TEXT,
    Alert,
    Broadcast,
    Delivery,
    Lane,
    Person,
    Proposal,
    Report,
    ReportAsker,
    ReporterMute,
    ReportState,
    Site,
)
from phonetree.words.i18n import Moment, Word, _

MUTED_FOR = timedelta(days=30)


def check(session: Session, x: Exchange, number: int) -> Outcome:
    """From now on everyone who asks hears that it is being checked."""
    report = _locked(session, x.site, number)
    if report is None:
        return NoSuchReport()
    if report.state == ReportState.CHECKING and report.checked_by != x.person.id:
        return ReportMarked(number, was_so=True)
    if report.state == ReportState.NEW:
        report.state, report.state_at, report.checked_by = ReportState.CHECKING, x.means.now(), x.person.id
        _note(session, x, report, "checks a report")
        if report.told_at is None:
            tell(session, x.means, x.site, report)
        words = _("Another lead checks report {number}.", number=str(number))
        tell_leads(session, x.means, x.site, words, besides=x.person.id)
    return ReportMarked(number)


def find_false(session: Session, x: Exchange, number: int) -> Outcome:
    """It is not true: whoever told it is thanked, whoever asked meanwhile hears it once."""
    found = open_report(session, x.site, number)
    if found is not None:
        _withdraw(session, found)
    report = _locked(session, x.site, number)
    if report is None:
        return NoSuchReport()
    report.state, report.state_at, report.checked_by = ReportState.FALSE, x.means.now(), x.person.id
    _note(session, x, report, "a report is false")
    words = _("Another lead: report {number} is not true.", number=str(number))
    tell_leads(session, x.means, x.site, words, besides=x.person.id)
    short, at = _short_and_time(x.means, x.site, report)
    for person in _no_longer_waiting(session, report):
        said = reports_said.thanks if person.id == report.person_id else reports_said.was_false
        _tell(session, x.means, x.site, person, said(short, at))
    reports.drop_words(session, x.means, report)
    return ReportMarked(number)


def became_alert(session: Session, means: Means, site: Site, proposal: Proposal, broadcast: Broadcast) -> None:
    """Its alert is on its way: whoever waits and does not get that alert hears it here."""
    report = session.get(Report, proposal.report_id, with_for_update=True) if proposal.report_id else None
    alert = session.get(Alert, broadcast.alert_id)
    if report is None or alert is None:
        return
    report.state, report.state_at, report.alert_id = ReportState.CONFIRMED, means.now(), alert.id
    _withdraw(session, report, besides=proposal)
    got = set(session.scalars(select(Delivery.person_id).where(Delivery.broadcast_id == broadcast.id)))
    school, kind = school_of(means, site), Kind(alert.kind)
    place, now = place_word(school, kind, alert.place), moment(school, means.now(), means.now())
    words = alerts.standing(kind, Level(alert.level), s=school.site.short, p=place, t0=now)
    for person in _no_longer_waiting(session, report):
        if person.id not in got:
            _tell(session, means, site, person, words)
    reports.drop_words(session, means, report)


def note_asked(session: Session, x: Exchange) -> None:
    """Whoever asks while something is checked, and can be texted, hears the outcome. By call only who takes texts."""
    if x.is_withheld or (x.call is not None and not any(m.channel == TEXT for m in x.person.memberships)):
        return
    checked = select(Report.id).where(Report.site_id == x.site.id, Report.state == ReportState.CHECKING)
    for report_id in session.scalars(checked).all():
        session.merge(ReportAsker(report_id=report_id, person_id=x.person.id, asked_at=x.means.now()))


def mute_reporter(session: Session, x: Exchange, number: int) -> Outcome:
    """Whoever told this report is heard no more for a while, and is answered as always."""
    chosen = select(Report).where(Report.site_id == x.site.id, Report.number == number)
    report = session.scalars(chosen.order_by(Report.id.desc()).limit(1)).first()
    if report is None or report.person_id is None:
        return ReporterMuted(found=False)
    until = x.means.now() + MUTED_FOR
    session.merge(ReporterMute(site_id=x.site.id, person_id=report.person_id, until=until))
    waiting = untold(x.site) & (Report.person_id == report.person_id)
    session.execute(update(Report).where(waiting).values(is_kept_back=True))
    _note(session, x, report, "muted a reporter")
    return ReporterMuted()


def _locked(session: Session, site: Site, number: int) -> Report | None:
    """The open report of this number; of two leads at once the second waits, and sees what the first said."""
    found = open_report(session, site, number)
    if found is None:
        return None
    session.refresh(found, with_for_update=True)
    return found if found.state in OPEN else None


def _withdraw(session: Session, report: Report, besides: Proposal | None = None) -> None:
    """No other alert is made of it any more."""
    waiting = (Proposal.report_id == report.id) & (Proposal.state == "open")
    others = waiting if besides is None else waiting & (Proposal.id != besides.id)
    session.execute(update(Proposal).where(others).values(state="withdrawn"))


def _no_longer_waiting(session: Session, report: Report) -> list[Person]:
    """Those who wait for the outcome; they are asked for once."""
    waiting = select(Person).join(ReportAsker, ReportAsker.person_id == Person.id)
    chosen = waiting.where(ReportAsker.report_id == report.id, Person.stopped_at.is_(None)).order_by(Person.id)
    people = list(session.scalars(chosen))
    session.execute(delete(ReportAsker).where(ReportAsker.report_id == report.id))
    return people


def _tell(session: Session, means: Means, site: Site, person: Person, words: Word) -> None:
    queue_text(session, means, person, site, words, lane=Lane.ANSWER, life=FOREVER)


def _short_and_time(means: Means, site: Site, report: Report) -> tuple[str, Moment]:
    school = school_of(means, site)
    return school.site.short, moment(school, report.made_at, means.now())


def _note(session: Session, x: Exchange, report: Report, what: str) -> None:
    audit(session, x.means, what, site=x.site, actor=x.person, about=f"report {report.number}")
