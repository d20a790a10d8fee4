"""How things stand at my school: one answer, for everyone who asks, in whatever words."""

from __future__ import annotations

from phonetree.dialogue.effects import Level
from phonetree.dialogue.nodes import AlertState, Context, End, Flow, Node
from phonetree.flows import alerts
from phonetree.words.i18n import Sentences, Word, _

flow = Flow("news")
SHOWN = 2
"""Open alerts that one answer has room for, the newest first."""


@flow.step
def now(context: Context) -> Node:
    return End(how_it_stands(context))


def how_it_stands(context: Context) -> Word:
    shown = context.open_alerts[:SHOWN] or tuple(alert for alert in context.alerts if not alert.is_drill)[:1]
    if not shown:
        first: Word = _("{s}: No report now, {t}.", s=context.short, t=context.moment(context.now))
        return Sentences((first, _ours(context)))
    standing = [part for alert in shown for part in (_standing(context, alert), *_since(context, alert))]
    return Sentences((*standing, _ours(context)))


def _standing(context: Context, alert: AlertState) -> Word:
    # What a lead paused is in doubt again until somebody says more.
    level = Level.UNCONFIRMED if alert.is_paused and alert.is_open else alert.level
    return alerts.standing(alert.kind, level, s=context.short, p=alert.place, t0=alert.opened)


def _since(context: Context, alert: AlertState) -> list[Word]:
    """An open alert is never shown as over because time passed. A text is promised only to who will get it."""
    if not alert.is_open:
        return []
    if alert.is_overdue or alert.next_text is None:
        return [_("No news since {t}.", t=alert.latest)]
    if not context.who.roles - (frozenset() if alert.reaches_families else {"parent"}):
        return []
    return [_("Next text by {u}.", u=alert.next_text)]


def _ours(context: Context) -> Word:
    if context.last_text is None:
        return ""
    return _("Our last message to you was at {t}; anything else is not from us.", t=context.last_text)
