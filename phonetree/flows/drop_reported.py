"""What the network reported and a lead does not pass on: ``FALSE 112``; and what became of what no longer waits."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.network import DropNetworkAlert, FindNetworkAlert, NetworkDropped, NetworkGone
from phonetree.dialogue.nodes import Do, End, Flow, Menu, Node, Option, Perform, Step
from phonetree.flows.open_reports import none_has_it
from phonetree.flows.reported import what
from phonetree.words.i18n import _

flow = Flow("forward", through_alerts=True)

PREVIEW = "1"
"""Beside the numbers of three digits: the preview that is open."""


@flow.step
def which_to_drop(context: Context) -> Node:
    """``FALSE`` alone lists what waits."""
    if context.answers.get("number"):
        return Do((), drop)
    options = listed(context, drop)
    if not options:
        return End(_("{s}: Nothing from the network is waiting.", s=context.short))
    return choose(context, options, "FALSE")


@flow.step
def drop(context: Context) -> Node:
    return Perform(DropNetworkAlert(context.answers.get("number", "")), dropped)


@flow.step
def look(context: Context) -> Node:
    return Perform(FindNetworkAlert(context.answers.get("number", "")), dropped)


@flow.step
def dropped(context: Context) -> Node:
    number = context.answers.get("number", "")
    match context.outcome:
        case NetworkDropped(is_out=True):
            return End(_("{number} is dropped. Only those who had it at once were told.", number=number))
        case NetworkDropped():
            return End(_("{number} is dropped. Nothing was sent.", number=number))
        case NetworkGone("sent"):
            return End(_("{number} is sent already. Nothing was sent now.", number=number))
        case NetworkGone("refused"):
            return End(_("{number} was dropped. Nothing was sent.", number=number))
        case NetworkGone("expired"):
            return End(_("{number} waited too long and was dropped. Nothing was sent.", number=number))
        case _:
            return End(none_has_it(context))


def listed(context: Context, then: Step) -> dict[str, Option]:
    return {str(report.number): Option(what(report), then) for report in context.reported}


def choose(context: Context, options: dict[str, Option], command: str) -> Node:
    """One thing alone is not asked about. It is named at once: meanwhile another may come, or be decided."""
    match list(options):
        case [only] if only == PREVIEW:
            return Do((), options[only].then)
        case [number]:
            return End(read_on=f"{command} {number}")
        case _:
            return Menu(_("{s}: Which one?", s=context.short), options, save="number")
