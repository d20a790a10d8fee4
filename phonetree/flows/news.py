"""How things stand at my school: one answer, for everyone who asks, in whatever words."""

from __future__ import annotations

from phonetree.dialogue.context import AlertState, Context
from phonetree.dialogue.effects import Level
from phonetree.dialogue.nodes import End, Flow, Node
from phonetree.dialogue.report_effects import NoteAsked
from phonetree.dialogue.report_states import ReportStanding
from phonetree.flows import alerts, reports_said, spoken_alerts, told_alerts
from phonetree.words.i18n import ByChannel, Moment, Sentences, Word, _, say

flow = Flow("news")
SHOWN = 2
"""Open alerts that one answer has room for, the newest first."""


@flow.step
def now(context: Context) -> Node:
    """Who asks while a report is being checked hears what comes of it."""
    waits = any(report.state == "checking" and not report.is_awaited for report in context.reports)
    return End(how_it_stands(context), (NoteAsked(),) if waits and not context.who.is_lead else ())


def how_it_stands(context: Context) -> Word:
    """Open alerts, else what is being checked, else what was said last today."""
    shown = context.open_alerts[:SHOWN]
    parts = [part for alert in shown for part in (_standing(context, alert), *_since(context, alert))]
    report = _report(context)
    if report is not None and len(shown) < SHOWN:
        parts += reports_said.standing(context, report)
    return Sentences((*(parts or _earlier(context) or (_nothing(context),)), _ours(context)))


def _report(context: Context) -> ReportStanding | None:
    return next((report for report in context.reports if report.state == "checking"), None)


def _earlier(context: Context) -> list[Word]:
    """What is over, whichever was said last."""
    alert = next((each for each in context.alerts if not each.is_drill), None)
    report = next((each for each in context.reports if each.state == "false"), None)
    if report is not None and (alert is None or alert.latest.at < report.since.at):
        return reports_said.standing(context, report)
    return [] if alert is None else [_standing(context, alert)]


def _nothing(context: Context) -> Word:
    at = context.moment(context.now)
    said = Sentences((say("There is no report now."), spoken_alerts.time(at)))
    return ByChannel(_("{s}: No report now, {t}.", s=context.short, t=at), said)


def _standing(context: Context, alert: AlertState) -> Word:
    # What a lead paused is in doubt again until somebody says more.
    level = Level.UNCONFIRMED if alert.is_paused and alert.is_open else alert.level
    written = alerts.standing(alert.kind, level, s=context.short, p=alert.place, t0=alert.opened)
    said = told_alerts.standing(alert.kind, level, place=alert.place, since=alert.opened)
    if level is not Level.CONFIRMED or not alert.source:
        return ByChannel(written, Sentences(said))
    source = reports_said.network_confirms()
    return ByChannel(Sentences((written, source.written)), Sentences((*said, source.said)))


def _since(context: Context, alert: AlertState) -> list[Word]:
    """An open alert is never shown as over because time passed. A text is promised only to who will get it."""
    if not alert.is_open:
        return []
    if alert.is_overdue or alert.next_text is None:
        return [reports_said.no_news_since(alert.latest)]
    if not context.who.roles - (frozenset() if alert.reaches_families else {"parent"}):
        return []
    return [_next(alert.next_text)]


def _next(at: Moment) -> Word:
    return ByChannel(_("Next text by {u}.", u=at), spoken_alerts.next_message(at))


def _ours(context: Context) -> Word:
    if context.last_text is None:
        return ""
    last = say("Our last message to you: {time}.", time=context.last_text)
    return ByChannel(
        _("Our last message to you was at {t}; anything else is not from us.", t=context.last_text),
        Sentences((last, say("Anything else is not from us."))),
    )
