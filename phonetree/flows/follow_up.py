"""What follows an alert: still there, no longer seen, was wrong; the promised next text; pausing; how it goes."""

from __future__ import annotations

from phonetree.dialogue.context import AlertState, Context
from phonetree.dialogue.effects import Action, Pause, Propose
from phonetree.dialogue.nodes import Do, End, Flow, Menu, Node, Option, Perform
from phonetree.dialogue.outcomes import Paused, PinNeeded
from phonetree.flows import alerts, guard_words
from phonetree.flows.announce import confirm, proposed
from phonetree.flows.asked import action_of
from phonetree.flows.counts import count
from phonetree.words.i18n import ByChannel, Lines, Sentences, Word, _, say

flow = Flow("follow", through_alerts=True)
promise = Flow("promise", through_alerts=True)
abort = Flow("abort", through_alerts=True)
status = Flow("status", through_alerts=True)


@flow.step
def which(context: Context) -> Node:
    """``UPDATE``, ``CLEAR`` and ``CORRECT`` without a number list the open alerts when there is more than one."""
    may_follow = _may_follow(context)
    asked = context.answers.get("alert", "")
    if any(str(alert.number) == asked for alert in may_follow) or (not asked and len(may_follow) <= 1):
        return Do((), propose)
    options = {str(alert.number): Option(alerts.headline(alert.kind), propose) for alert in may_follow}
    if not options:
        return Do((), propose)
    return Menu(ByChannel(_("Which alert?"), say("Which alert?")), options, save="alert")


@flow.step
def propose(context: Context) -> Node:
    may_follow = _may_follow(context)
    asked = context.answers.get("alert") or (str(may_follow[0].number) if may_follow else "")
    number = int(asked) if asked.isdigit() else None
    return Perform(Propose(action_of(context), alert=number), proposed)


def _may_follow(context: Context) -> tuple[AlertState, ...]:
    """A correction may also follow an alert that is no longer open."""
    if action_of(context) is Action.CORRECT:
        return tuple(alert for alert in context.alerts if not alert.is_drill)
    return context.open_alerts


@promise.step
def ask(context: Context) -> Node:
    """Every alert promised a next text, and it is due."""
    alert = _promised(context)
    if alert is None:
        return End(_("{s}: That alert is no longer open.", s=context.short))
    due = _("{s}: The next text is due: {what}", s=context.short, what=alerts.headline_at(alert.kind, alert.place))
    waiting = _("People waiting: {n}.", n=alert.handed_over)
    return Menu(
        Sentences((due, waiting)),
        {
            "1": Option(_("still there"), chosen),
            "2": Option(_("no longer seen"), chosen),
            "3": Option(_("was wrong"), chosen),
        },
        save="answer",
    )


@promise.step
def chosen(context: Context) -> Node:
    action = {"1": Action.UPDATE, "2": Action.CLEAR, "3": Action.CORRECT}[context.answers["answer"]]
    return Perform(Propose(action, alert=int(context.answers["alert"])), proposed)


def _promised(context: Context) -> AlertState | None:
    """The alert that this question is about; its number came with the question."""
    return next((a for a in context.open_alerts if str(a.number) == context.answers.get("alert")), None)


@abort.step
def pause(_context: Context) -> Node:
    return Perform(Pause(), paused)


@abort.step
def paused(context: Context) -> Node:
    match context.outcome:
        case Paused() | PinNeeded() if context.preview:
            return Do((), confirm)
        case Paused(held):
            return End(ByChannel(_("PAUSED. {n} phones wait.", n=held), say("Paused. {n} phones wait.", n=held)))
        case _:
            return End(ByChannel(_("{s}: Nothing is being sent.", s=context.short), say("Nothing is being sent.")))


@status.step
def now(context: Context) -> Node:
    if context.alert is None:
        words: Word = _("{s}: No alert today.", s=context.short)
    else:
        words = Lines(tuple(count(alert) for alert in context.alerts[:2]))
    frozen = guard_words.stands(context.frozen).written if context.frozen else ""
    waiting = _("Messages waiting: {n}.", n=context.waiting) if context.waiting else ""
    return End(Lines((frozen, words, waiting)))
