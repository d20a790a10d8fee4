"""Reports and the rumor state: what is open, what a lead may answer, and what families hear that ask now."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from werkzeug.wrappers import Response

from phonetree.console.doors import Doors
from phonetree.console.room import ANSWERED, Acted, acted, is_still_lead, number_given, shown
from phonetree.desk.console_doors import SignedIn
from phonetree.desk.console_reports import Reported, reports_at
from phonetree.dialogue.nodes import Step
from phonetree.flows import verdict
from phonetree.words.pages import Printed, printed

WORDS: Mapping[str, Printed] = {
    **ANSWERED,
    "title": printed("Reports"),
    "now_heard": printed("What a family hears that asks now"),
    "open": printed("Open reports"),
    "none": printed("No report is open."),
    "in_the_text": printed("What was told is in the text to your phone. No page shows anybody's own words."),
    "network": printed("The Rapid Response Network confirms it."),
    "check": printed("I check it"),
    "check_means": printed("From then on whoever asks hears that it is being checked."),
    "false": printed("It is not true"),
    "false_means": printed("Who told it is thanked, and whoever asked meanwhile hears that it was not true."),
    "confirm": printed("Make it an alert"),
    "confirm_means": printed("Nothing goes out before you answered the preview on your phone with code and PIN."),
    "decided": printed("Decided today"),
    "number": printed("Report"),
    "state": printed("State"),
    "nothing_has_it": printed("Nothing open has this number."),
}
STATES: Mapping[str, Printed] = {
    "new": printed("new"),
    "checking": printed("being checked"),
    "false": printed("not true"),
    "confirmed": printed("became an alert"),
}
ACTS: Mapping[str, Step] = {"check": verdict.check, "false": verdict.false, "confirm": verdict.confirm}


def add_reports(doors: Doors) -> None:
    @doors.for_leads("/reports")
    @is_still_lead
    def reports(lead: SignedIn) -> Response:
        return _page(doors, lead)

    @doors.for_leads("/reports/check", ("POST",))
    @is_still_lead
    def check_report(lead: SignedIn) -> Response:
        return _answer(doors, lead, "check")

    @doors.for_leads("/reports/false", ("POST",))
    @is_still_lead
    def false_report(lead: SignedIn) -> Response:
        return _answer(doors, lead, "false")

    @doors.for_leads("/reports/confirm", ("POST",))
    @is_still_lead
    def confirm_report(lead: SignedIn) -> Response:
        return _answer(doors, lead, "confirm")


def _answer(doors: Doors, lead: SignedIn, what: str) -> Response:
    if not reports_at(doors.desk.database, doors.desk.means, lead).has(number_given()):
        return _page(doors, lead, status=404)
    return _page(doors, lead, acted(doors.desk, lead, ACTS[what], "place", "kind"))


def _page(doors: Doors, lead: SignedIn, acted: Acted | None = None, *, status: int = 200) -> Response:
    found = reports_at(doors.desk.database, doors.desk.means, lead)
    return shown(
        doors.desk,
        lead,
        "reports.html",
        WORDS,
        status=status,
        acted=acted,
        is_unknown=status != HTTPStatus.OK,
        news=found.news,
        reports=[(each, title_of(each), since_of(each)) for each in found.open_ones],
        decided=[(each, STATES[each.standing.state]) for each in found.decided],
    )


def title_of(report: Reported) -> Printed:
    return printed("Report {number}: {place}", number=str(report.standing.number), place=report.place)


def since_of(report: Reported) -> Printed:
    standing = report.standing
    if standing.state == "checking":
        return printed("Told at {made}. Being checked since {since}.", made=standing.made, since=standing.since)
    return printed("Told at {made}. Nobody checks it yet.", made=standing.made)
