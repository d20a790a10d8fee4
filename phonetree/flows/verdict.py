"""What a lead says of a report: checking it, not true, or so: then it is an alert with its fields filled."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.effects import Action, Kind, Level, Propose
from phonetree.dialogue.nodes import Do, End, Flow, Menu, Node, Option, Perform
from phonetree.dialogue.report_effects import CheckReport, FalseReport
from phonetree.dialogue.report_outcomes import ReportMarked
from phonetree.flows import alerts, announce, drop_reported, match, places
from phonetree.flows.open_reports import at_hand, none_has_it, number_of, told_in_short, which
from phonetree.words.i18n import ByChannel, Sentences, _, say

flow = Flow("verdict", through_alerts=True)

KINDS = {"near": Kind.NEAR, "at": Kind.AT, "route": Kind.ROUTE}
"""What a place of the school's file says of the reports from there."""


@flow.step
def by_call(context: Context) -> Node:
    """Voice only: the same three, by key."""
    report = at_hand(context)
    if report is None:
        return which(context, by_call, nothing_open)
    return Menu(
        told_in_short(context, report),
        {
            "1": Option(say("To say that you check it"), check),
            "2": Option(say("If it is not true"), false),
            "3": Option(say("To make it an alert"), confirm),
        },
    )


@flow.step
def check(context: Context) -> Node:
    report = at_hand(context)
    return which(context, check, nothing_open) if report is None else Perform(CheckReport(report.number), checked)


@flow.step
def checked(context: Context) -> Node:
    if not isinstance(context.outcome, ReportMarked):
        return Do((), nothing_open)
    number = number_of(context.outcome)
    if context.outcome.was_so:
        written = _("Another lead checks report {number} already.", number=number)
        return End(ByChannel(written, say("Another lead checks it already.")))
    written = _(
        "You check report {number}. Who asks hears that. Then: FALSE {number} or CONFIRM {number}.", number=number
    )
    return End(ByChannel(written, Sentences((say("You check it."), say("Whoever asks hears that.")))))


@flow.step
def false(context: Context) -> Node:
    report = at_hand(context)
    if report is None:
        is_else = context.answers.get("number") or context.reported
        return which(context, false, drop_reported.which_to_drop if is_else else nothing_open)
    return Perform(FalseReport(report.number), was_false)


@flow.step
def was_false(context: Context) -> Node:
    if not isinstance(context.outcome, ReportMarked):
        return Do((), nothing_open)
    written = _("Report {number}: not true. Who told it and who asked hear that.", number=number_of(context.outcome))
    return End(ByChannel(written, Sentences((say("It is marked as not true."), say("Whoever asked hears that.")))))


@flow.step
def confirm(context: Context) -> Node:
    """Asks only what the report does not say; then the same preview, code and PIN as any alert."""
    report = at_hand(context)
    if report is None:
        return which(context, confirm, match.yes)
    place = context.answers.get("place") or report.place
    if not places.is_listed(context, place) and context.answers.get("place") != alerts.ELSEWHERE:
        asked = ByChannel(_("Where?"), say("Where is it?"))
        return Menu(asked, places.listed(context, confirm, confirm), save="place")
    kind = _kind(context, place)
    if kind is None:
        options = {k.value: Option(alerts.headline(k), confirm) for k in alerts.SIGHTINGS}
        return Menu(ByChannel(_("{s}: What is it?", s=context.short), say("What is it?")), options, save="kind")
    return Perform(Propose(Action.ALERT, kind, place, Level.CONFIRMED, report=report.number), announce.proposed)


def _kind(context: Context, place: str) -> Kind | None:
    """As the lead says, else as the school's file says of that place. Never assumed."""
    asked = context.answers.get("kind", "")
    if asked in alerts.SIGHTINGS:
        return Kind(asked)
    found = next((each.kind for each in context.school.places if str(each.digit) == place), None)
    return KINDS[found] if found else None


@flow.step
def nothing_open(context: Context) -> Node:
    """No report has the number."""
    if not context.answers.get("number"):
        return End(ByChannel(_("{s}: No report is open.", s=context.short), say("No report is open.")))
    return End(none_has_it(context))
