"""Which report is meant: the one of that number, else the only open one, else the open ones are listed."""

from __future__ import annotations

from collections.abc import Sequence

from phonetree.dialogue.context import Context
from phonetree.dialogue.nodes import Do, Menu, Node, Option, Step
from phonetree.dialogue.report_outcomes import ReportMarked, Vouched
from phonetree.dialogue.report_states import ReportStanding
from phonetree.flows import spoken_alerts
from phonetree.flows.kinds import elsewhere
from phonetree.words.i18n import ByChannel, Named, Sentences, Word, _, say

LISTED = 5


def at_hand(context: Context) -> ReportStanding | None:
    asked = context.answers.get("number", "")
    found = [each for each in _open(context) if asked in {"", str(each.number)}]
    return found[0] if len(found) == 1 else None


def which(context: Context, then: Step, otherwise: Step) -> Node:
    """Where more than one is open and none was named, they are listed; else it goes on with *otherwise*."""
    if context.answers.get("number") or not _open(context):
        return Do((), otherwise)
    return listed(context, _open(context), then)


def listed(context: Context, reports: Sequence[ReportStanding], then: Step) -> Node:
    """The newest of them, each by its number."""
    options = {str(each.number): Option(_label(context, each), then) for each in reports[:LISTED]}
    return Menu(ByChannel(_("Which report?"), say("Which report?")), options, save="number")


def _open(context: Context) -> list[ReportStanding]:
    return [each for each in context.reports if each.is_open]


def by_network(context: Context) -> list[ReportStanding]:
    return [each for each in _open(context) if each.by_network]


def _label(context: Context, report: ReportStanding) -> ByChannel:
    place = place_of(context, report)
    said = say("For {place}", place=place) if isinstance(place, Named) else say("For another place")
    return ByChannel(_("{t}, {place}", t=report.made, place=place), said)


def place_of(context: Context, report: ReportStanding) -> Word:
    found = next((each for each in context.school.places if str(each.digit) == report.place), None)
    return Named(found.name, context.school.site.languages[0]) if found else elsewhere()


def told_in_short(context: Context, report: ReportStanding) -> Word:
    """By call: its number, place and time."""
    number = say("This is report {number}.", number=" ".join(str(report.number)))
    return Sentences((number, spoken_alerts.where(place_of(context, report)), spoken_alerts.time(report.made)))


def none_has_it(context: Context) -> ByChannel:
    """What is told of a number under which nothing is open."""
    return ByChannel(_("{s}: Nothing open has this number.", s=context.short), say("Nothing open has this number."))


def number_of(marked: ReportMarked | Vouched) -> str:
    return str(marked.number)
