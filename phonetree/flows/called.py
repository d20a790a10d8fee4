"""A call of ours that tells an alert: said once, a second time only to who stayed silent; any key means heard."""

from __future__ import annotations

from phonetree.dialogue.context import AlertState, Context
from phonetree.dialogue.effects import Action, Level, NoteHeard, TakeLess
from phonetree.dialogue.nodes import Do, End, Flow, Menu, Node, Option, Step
from phonetree.flows import hotline
from phonetree.flows.kinds import SIGHTINGS
from phonetree.flows.spoken_alerts import drill_ends, who
from phonetree.flows.told_alerts import spoken
from phonetree.words.i18n import Sentences, Word, say

flow = Flow("called")

LONG = (Action.ALERT, Action.UPDATE)
"""With these a pass takes its 25 seconds; how to end calls is told with the shorter ones, and understood with all."""


@flow.step
def tell(context: Context) -> Node:
    """A machine is told after its beep, and asked nothing."""
    told = _told(context)
    if told is None:
        return End(Sentences((who(context.school.site.program), *_gone())), hangs_up=True)
    if context.is_machine:
        return End(Sentences((told, say("To hear this again, call this number."))), hangs_up=True)
    return _asking(context, told, silent=once_more)


@flow.step
def once_more(context: Context) -> Node:
    """The second pass, for who pressed no key."""
    return _again(context)


@flow.step
def say_again(context: Context) -> Node:
    """For who asked to hear it again."""
    return _again(context)


@flow.step
def heard(context: Context) -> Node:
    thanks = say("Thank you. Goodbye.")
    is_drill = context.answers.get("action") == Action.DRILL
    return End(Sentences((drill_ends(), thanks)) if is_drill else thanks, (NoteHeard(),), hangs_up=True)


@flow.step
def sure(_context: Context) -> Node:
    """To end calls is asked again: a key is pressed by mistake in a pocket."""
    ends = {"9": Option(say("To get no more calls from us"), no_more, (TakeLess("none"),))}
    return Menu(say("Do you want no more calls, not even in danger?"), ends, otherwise=unchanged, silent=unchanged)


@flow.step
def no_more(_context: Context) -> Node:
    return End(say("We do not call you any more. Goodbye."), hangs_up=True)


@flow.step
def unchanged(_context: Context) -> Node:
    return End(say("Nothing was changed. Goodbye."), hangs_up=True)


@flow.step
def goodbye(_context: Context) -> Node:
    return End(say("Goodbye."), hangs_up=True)


@flow.step
def before_joining(context: Context) -> Node:
    """To a family that staff are being joined to: the alert first, then the person."""
    with_you = say("Now we connect you with a person from the school.")
    told = _told(context)
    first = (who(context.school.site.program),) if told is None else (told,)
    return End(Sentences((*first, with_you)))


def _again(context: Context) -> Node:
    told = _told(context)
    return Do((), goodbye) if told is None else _asking(context, told, silent=goodbye)


def _asking(context: Context, told: Word, *, silent: Step) -> Menu:
    is_long = context.answers.get("action") in LONG
    options = {
        "2": Option(say("To talk to a person"), hotline.talk, (NoteHeard(),)),
        "9": Option(None if is_long else say("For no more calls"), sure, (NoteHeard(),)),
        "*": Option(None, say_again, (NoteHeard(),)),
    }
    any_key = say("To show that you heard this, press any key.")
    return Menu(Sentences((told, any_key)), options, otherwise=heard, silent=silent)


def _told(context: Context) -> Word | None:
    """The alert that this call is about, as it stands now: what no longer holds is never told as if it did."""
    alert = next((a for a in context.alerts if str(a.number) == context.answers.get("alert")), None)
    if alert is None:
        return None
    return spoken(
        _standing(context, alert),
        alert.kind,
        # What a lead paused is in doubt again until somebody says more.
        Level.UNCONFIRMED if alert.is_paused and alert.kind in SIGHTINGS else alert.level,
        program=context.school.site.program,
        place=alert.place,
        at=alert.opened,
        next_text=None if alert.is_overdue else alert.next_text,
        opened=alert.began,
    )


def _standing(context: Context, alert: AlertState) -> Action:
    if alert.is_drill:
        return Action.DRILL
    if not alert.is_open:
        return Action.CORRECT if alert.level is Level.WRONG else Action.CLEAR
    return Action.UPDATE if context.answers.get("action") == Action.UPDATE else Action.ALERT


def _gone() -> tuple[Word, ...]:
    return (say("Our message to you no longer holds."), say("To hear what is known now, call this number."))
