"""What came of a report: a lead checks it, finds it not true, or makes it an alert; whoever waits hears it once."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, exists, select, update
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
from phonetree.words.i18n import Word, _

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
    tell_outcome(session, x.means, x.site, report)
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
    session.flush()
    tell_outcome(session, means, site, report)
    reports.drop_words(session, means, report)


def tell_outcome(session: Session, means: Means, site: Site, report: Report) -> None:
    """Everyone who waits hears it once; whom the alert itself tells, does not hear it twice."""
    alert = session.get(Alert, report.alert_id) if report.alert_id else None
    told_by_alert = _told_by(session, alert) if alert else set()
    for person in _no_longer_waiting(session, report):
        if person.id not in told_by_alert:
            words = _false(means, site, report, person) if alert is None else _confirmed(means, site, alert)
            queue_text(session, means, person, site, words, lane=Lane.ANSWER, life=FOREVER)


def tell_latecomers(session: Session, means: Means) -> None:
    """Who asked in the very moment in which a lead decided, was told that it is being checked."""
    decided = Report.state.in_((ReportState.FALSE, ReportState.CONFIRMED))
    waiting = select(Report).where(decided, exists().where(ReportAsker.report_id == Report.id))
    for report in session.scalars(waiting.limit(20)).all():
        tell_outcome(session, means, session.get_one(Site, report.site_id), report)


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


def _told_by(session: Session, alert: Alert) -> set[str]:
    of_alert = select(Broadcast.id).where(Broadcast.alert_id == alert.id)
    return set(session.scalars(select(Delivery.person_id).where(Delivery.broadcast_id.in_(of_alert))))


def _false(means: Means, site: Site, report: Report, person: Person) -> Word:
    school = school_of(means, site)
    said = reports_said.thanks if person.id == report.person_id else reports_said.was_false
    return said(school.site.short, moment(school, report.made_at, means.now()))


def _confirmed(means: Means, site: Site, alert: Alert) -> Word:
    school, kind = school_of(means, site), Kind(alert.kind)
    place, since = place_word(school, kind, alert.place), moment(school, alert.level_at, means.now())
    return alerts.standing(kind, Level(alert.level), s=school.site.short, p=place, t0=since)


def _note(session: Session, x: Exchange, report: Report, what: str) -> None:
    audit(session, x.means, what, site=x.site, actor=x.person, about=f"report {report.number}")
