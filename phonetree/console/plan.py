"""The safety plan with its review, the checklist to print, and the drills: one against the last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import abort, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from phonetree.console.doors import Doors
from phonetree.console.plots import Bar, bar_plot
from phonetree.console.rendering import say_in
from phonetree.console.room import is_still_lead, shown
from phonetree.console.settings import download
from phonetree.desk.checklist_words import plan_line
from phonetree.desk.console_doors import SignedIn
from phonetree.desk.console_plan import Figure, Held, Plans, checklist_of, plans_at
from phonetree.desk.drills import minutes, share_reached
from phonetree.words.languages import LANGUAGES
from phonetree.words.pages import Printed, printed

WORDS: Mapping[str, Printed] = {
    "title": printed("Plan and drills"),
    "plan": printed("The safety plan"),
    "plan_by_text": printed("Anyone who texts PLAN reads it. A new version is loaded with the school file."),
    "versions": printed("Every version that was loaded"),
    "version": printed("Version"),
    "approved": printed("Approved on"),
    "review": printed("Review by"),
    "loaded": printed("Loaded on"),
    "checklist": printed("The checklist"),
    "checklist_note": printed("One page to print for each language: how an alert is started, and who hears what."),
    "drills": printed("Drills"),
    "against": printed("The last drill against the one before"),
    "figure": printed("Figure"),
    "now": printed("This one"),
    "before": printed("The one before"),
    "all_drills": printed("Every drill"),
    "held": printed("Held"),
    "phones": printed("Phones"),
    "minutes": printed("Minutes"),
    "share": printed("Got it"),
    "none": printed("No drill was held yet. A lead begins one by text: DRILL."),
}
FIGURES: Mapping[str, Printed] = {
    "last_phone_after": printed("Minutes until the last phone"),
    "share": printed("Of a hundred phones, those that got it"),
    "phones": printed("Phones in all"),
    "texts": printed("Told by text"),
    "calls": printed("Told by call"),
    "delivered": printed("Delivered by text"),
    "heard": printed("Calls heard"),
    "voicemails": printed("Voicemails"),
    "not_reached": printed("Not reached"),
    "without_receipt": printed("Without receipt"),
}


def add_plan(doors: Doors) -> None:
    desk = doors.desk

    @doors.for_leads("/plan")
    @is_still_lead
    def plan(lead: SignedIn) -> Response:
        found = plans_at(desk.database, desk.means, lead)
        return shown(
            desk,
            lead,
            "plan.html",
            WORDS,
            found=found,
            line=plan_line(found.plan),
            review=_review(found),
            checklists=[(LANGUAGES[code], _checklist(code)) for code in found.languages],
            figures=[(FIGURES[each.name], _shown(each, each.now), _shown(each, each.before)) for each in found.figures],
            held=[_row(each) for each in found.held],
            plot=_plot(lead, found.figures),
        )

    @doors.for_leads("/plan/checklist.html")
    @is_still_lead
    def checklist(lead: SignedIn) -> Response:
        found = checklist_of(desk.database, desk.means, lead, request.args.get("language", ""))
        if found is None:
            abort(404)
        return download(found, "checklist.html", "text/html")


def _review(found: Plans) -> tuple[Printed, bool] | None:
    """What is to be said of the review, and whether it is late."""
    if found.days_left is None:
        return None
    if found.days_left < 0:
        return printed("Its review is late. Days since it was due: {n}.", n=-found.days_left), True
    return printed("Days until its review: {n}.", n=found.days_left), False


def _checklist(code: str) -> Printed:
    return printed("Download the checklist: {language}", language=LANGUAGES[code].endonym)


def _plot(lead: SignedIn, figures: Sequence[Figure]) -> Markup | None:
    """Of a hundred phones, how many got this drill, and how many the one before."""
    say = say_in(lead.languages)
    share = next((each for each in figures if each.name == "share"), None)
    if share is None:
        return None
    both = ((WORDS["now"], share.now), (WORDS["before"], share.before))
    bars = [Bar(say.plain(name), "", f"{part}%", part / 100) for name, part in both if part is not None]
    return bar_plot(say.plain(FIGURES["share"]), bars)


def _shown(figure: Figure, number: int | None) -> str:
    match figure.unit, number:
        case _, None:
            return "-"
        case "seconds", int():
            return minutes(number)
        case "percent", _:
            return f"{number}%"
        case _:
            return f"{number:,}"


def _row(held: Held) -> tuple[str, str, int, str, str]:
    drill = held.drill
    last = "-" if drill.last_phone_after is None else minutes(drill.last_phone_after)
    return f"{held.began:%Y-%m-%d %H:%M}", drill.plan_version or "-", drill.phones, last, f"{share_reached(drill)}%"
