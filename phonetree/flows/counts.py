"""How an alert goes, in numbers, for its leads: written in a text, said in a call."""

from __future__ import annotations

from phonetree.dialogue.context import AlertState
from phonetree.flows import alerts, spoken_alerts, told_alerts
from phonetree.words.i18n import Sentences, Word, _, say


def count(alert: AlertState) -> Word:
    """The count by text: handed over, delivered, not reached; calls and families where there are any."""
    return Sentences((_texts(alert), *_calls(alert), *_families(alert)))


def _calls(alert: AlertState) -> tuple[Word, ...]:
    if not alert.calls_heard + alert.voicemails:
        return ()
    return (_("{n} calls heard, {v} voicemail.", n=alert.calls_heard, v=alert.voicemails),)


def _families(alert: AlertState) -> tuple[Word, ...]:
    if not alert.by_staff + alert.nobody:
        return ()
    return (_("Families reached by staff: {n}. Reached by nobody: {m}.", n=alert.by_staff, m=alert.nobody),)


def _texts(alert: AlertState) -> Word:
    return _(
        "{number}: {level}, {what}, {t}. {handed} of {all} handed over, {delivered} delivered, {failed} failed.",
        number=str(alert.number),
        level=_("DRILL") if alert.is_drill else alerts.level_name(alert.level),
        what=alerts.headline(alert.kind),
        t=alert.opened,
        handed=alert.handed_over,
        all=alert.phones,
        delivered=alert.delivered,
        failed=alert.failed,
    )


def count_said(alert: AlertState) -> tuple[Word, ...]:
    """How it goes: what it is, since when, and how many phones have it."""
    what = (spoken_alerts.drill_begins(),) if alert.is_drill else told_alerts.standing(
        alert.kind, alert.level, place=alert.place, since=alert.opened
    )  # fmt: skip
    return (
        *what,
        say("Handed over: {n} of {all}.", n=alert.handed_over, all=alert.phones),
        say("Delivered: {n}.", n=alert.delivered),
        say("Not reached: {n}.", n=alert.failed),
        *((say("Heard by call: {n}.", n=alert.calls_heard),) if alert.calls_heard else ()),
        *((say("Reached by staff: {n}.", n=alert.by_staff),) if alert.by_staff else ()),
        *((say("Reached by nobody: {n}.", n=alert.nobody),) if alert.nobody else ()),
    )
