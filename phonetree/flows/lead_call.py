"""A lead's alert by call: ``#``, the tree calls back, and everything that leads do by text is a key."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.effects import CallBack, ChooseSchool
from phonetree.dialogue.nodes import Do, End, Flow, Menu, Node, Option, Perform, Step
from phonetree.dialogue.outcomes import CallComing
from phonetree.flows import announce, follow_up, guard_words, judge_prompts, key_pin, remove, verdict
from phonetree.flows.counts import count_said
from phonetree.flows.spoken_alerts import who
from phonetree.words.i18n import Sentences, Word, say

flow: Flow = Flow("lead_call", through_alerts=True)


@flow.step
def promise(_context: Context) -> Node:
    """``#`` in a call that came in. Its number may be forged, so the lead's own phone rings."""
    return Perform(CallBack("lead"), promised)


@flow.step
def promised(context: Context) -> Node:
    if isinstance(context.outcome, CallComing):
        return End(say("We call you now."), hangs_up=True)
    return End(say("We cannot call this phone now."))


@flow.step
def begin(context: Context) -> Node:
    """On a shared number, a lead of several schools says which."""
    greeting = who(context.school.site.program)
    if len(context.schools) <= 1:
        return _menu(context, (greeting,))
    options = {
        str(digit): Option(say("For {school}", school=name), choose, (ChooseSchool(code),))
        for digit, (code, name) in enumerate(context.schools.items(), start=1)
    }
    return Menu(Sentences((greeting, say("Which school?"))), options, save="school")


@flow.step
def choose(context: Context) -> Node:
    return _menu(context, ())


def _menu(context: Context, before: tuple[Word, ...]) -> Node:
    if not context.schools and not context.who.is_lead:
        return End(say("Only a lead can do this."))
    asked = say("What is it about?")
    return Menu(Sentences((*before, asked)), _options(context), save="action")


def _options(context: Context) -> dict[str, Option]:
    """The keys of what leads send are those of ``asked.BY_KEY``."""
    options: dict[str, tuple[Word, Step]] = {
        "1": (say("To tell of something new"), announce.kind),
        "2": (say("If it is still there"), follow_up.which),
        "3": (say("If it is no longer seen"), follow_up.which),
        "4": (say("If it was wrong"), follow_up.which),
        "5": (say("For a drill"), announce.kind),
        "6": (say("For how it goes"), how_it_goes),
    }
    if any(report.is_open for report in context.reports):
        options["7"] = (say("For what families reported"), verdict.by_call)
    if context.prompt is not None:
        options["8"] = (say("For new recordings"), judge_prompts.hear)
    options["0"] = (say("To stop the phone tree, or a lead"), remove.by_call)
    options["9"] = (say("To pause what is going out"), follow_up.pause)
    return {key: Option(label, step) for key, (label, step) in options.items()}


@flow.step
def how_it_goes(context: Context) -> Node:
    """The counts, and then what to do about them."""
    counts = [word for alert in context.alerts[:2] for word in count_said(alert)]
    if context.frozen is not None:
        counts.insert(0, guard_words.stands(context.frozen).said)
    return _menu(context, tuple(counts) or (say("No alert today."),))


@flow.step
def confirm(_context: Context) -> Node:
    """``0`` at a preview in a text: the same preview, read back, and its PIN."""
    return Do((), key_pin.ask)
