"""What the network reported and a lead sends: ``SEND 112``, then the preview, code and PIN of any alert."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.effects import Action, Level, Propose
from phonetree.dialogue.network import ProposeReported, Reported
from phonetree.dialogue.nodes import Do, Menu, Node, Option, Perform
from phonetree.flows import announce, drop_reported
from phonetree.flows.drop_reported import PREVIEW, choose, listed, look
from phonetree.flows.unsaid import known, options_for
from phonetree.words.i18n import Text, _

flow = drop_reported.flow
"""What is sent and what is dropped is decided in one conversation."""


@flow.step
def which(context: Context) -> Node:
    """``SEND`` alone shares the open preview; where more than that is open, it lists what there is."""
    if context.answers.get("number"):
        return Do((), begin)
    options = listed(context, begin)
    if context.is_shared or not options:
        options = {PREVIEW: Option(_("the preview that is open"), announce.share), **options}
    return choose(context, options, "SEND")


@flow.step
def begin(context: Context) -> Node:
    report = _chosen(context)
    if report is None:
        return Do((), look)
    if report.action is Action.CLEAR and "end" not in context.answers:
        return Do((), how_it_ended)
    is_new = report.action in {Action.ALERT, Action.DRILL}
    return Do((), ask if is_new and known(context, report).lacks else propose)


@flow.step
def ask(context: Context) -> Node:
    """The first thing that the network did not say. Text only."""
    report = _chosen(context)
    so_far = known(context, report)
    return Menu(_question(so_far.lacks), options_for(context, so_far, begin), save=so_far.lacks or "kind")


@flow.step
def how_it_ended(context: Context) -> Node:
    """The network took back what is out; whether it is over or was wrong a lead has to say. Text only."""
    options = {PREVIEW: Option(_("no longer seen"), begin), "2": Option(_("was wrong"), begin)}
    return Menu(_("{s}: The network took it back. How is it?", s=context.short), options, save="end")


@flow.step
def propose(context: Context) -> Node:
    report = _chosen(context)
    if report is None:
        return Do((), look)
    so_far, action = known(context, report), report.action
    if action is Action.CLEAR:
        action = Action.CORRECT if context.answers.get("end") == "2" else Action.CLEAR
    level = Level(so_far.level) if so_far.level else Level.CONFIRMED
    asked = Propose(action, so_far.kind, so_far.place, level, report.alert)
    return Perform(ProposeReported(context.answers["number"], asked), announce.proposed)


def _question(lacks: str) -> Text:
    match lacks:
        case "place":
            return _("Where?")
        case "level":
            return _("Did you, your staff or the network see them?")
        case _:
            return _("What is it?")


def _chosen(context: Context) -> Reported | None:
    return next((each for each in context.reported if str(each.number) == context.answers.get("number")), None)
