"""How things stand at my school: one answer, for everyone who asks, in whatever words."""

from __future__ import annotations

from phonetree.dialogue.context import AlertState, Context
from phonetree.dialogue.effects import Level
from phonetree.dialogue.nodes import End, Flow, Node
from phonetree.flows import alerts, spoken_alerts, told_alerts
from phonetree.words.i18n import ByChannel, Moment, Sentences, Word, _, say

flow = Flow("news")
SHOWN = 2
"""Open alerts that one answer has room for, the newest first."""


@flow.step
def now(context: Context) -> Node:
    return End(how_it_stands(context))


def how_it_stands(context: Context) -> Word:
    shown = context.open_alerts[:SHOWN] or tuple(alert for alert in context.alerts if not alert.is_drill)[:1]
    if not shown:
        return Sentences((_nothing(context), _ours(context)))
    standing = [part for alert in shown for part in (_standing(context, alert), *_since(context, alert))]
    return Sentences((*standing, _ours(context)))


def _nothing(context: Context) -> Word:
    at = context.moment(context.now)
    said = Sentences((say("There is no report now."), spoken_alerts.time(at)))
    return ByChannel(_("{s}: No report now, {t}.", s=context.short, t=at), said)


def _standing(context: Context, alert: AlertState) -> Word:
    # What a lead paused is in doubt again until somebody says more.
    level = Level.UNCONFIRMED if alert.is_paused and alert.is_open else alert.level
    written = alerts.standing(alert.kind, level, s=context.short, p=alert.place, t0=alert.opened)
    said = told_alerts.standing(alert.kind, level, place=alert.place, since=alert.opened)
    return ByChannel(written, Sentences(said))


def _since(context: Context, alert: AlertState) -> list[Word]:
    """An open alert is never shown as over because time passed. A text is promised only to who will get it."""
    if not alert.is_open:
        return []
    if alert.is_overdue or alert.next_text is None:
        return [ByChannel(_("No news since {t}.", t=alert.latest), say("No news since: {time}.", time=alert.latest))]
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
