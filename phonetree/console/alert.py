"""The alert up to its preview: a page for each question, then everything that would go, and two ways to confirm it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from phonetree.console.alert_shown import alert_page, shown
from phonetree.console.alert_words import DEEDS, outcome_words
from phonetree.console.doors import Doors
from phonetree.console.rendering import tell
from phonetree.desk import page_turns
from phonetree.desk.console_doors import SignedIn
from phonetree.desk.drafts import Draft
from phonetree.desk.page_turns import Begin
from phonetree.dialogue.guards import GuardAsked
from phonetree.dialogue.nodes import Menu, Step
from phonetree.dialogue.outcomes import CallComing, Outcome, Paused, PinNeeded, Proposed
from phonetree.flows import announce, follow_up, guarded

BEGINS: Mapping[str, Step] = {
    "alert": announce.kind,
    "drill": announce.kind,
    "update": follow_up.which,
    "clear": follow_up.which,
    "correct": follow_up.which,
    "send": announce.share,
    "pause": follow_up.pause,
    "freeze": guarded.freeze,
    "thaw": guarded.thaw,
}
"""With which step of the flows each button begins: those of the words ALERT, DRILL, UPDATE, SEND, ABORT and so on."""
LOOKED_AT = ("alert", "drill", "update", "clear", "correct")
"""What has questions and a preview."""
ANSWERS = ("kind", "place", "level", "alert")
ONE_ANSWER = 4
"""Digits at most."""
CONFLICT = 409


def add_alert(doors: Doors) -> None:
    database, means = doors.desk.database, doors.desk.means

    @doors.for_leads("/alert")
    def alert(lead: SignedIn) -> Response:
        """The next question, or everything that would go."""
        action = request.args.get("action", "alert")
        if action not in LOOKED_AT:
            abort(404)
        answers = _answers(request.args)
        found = page_turns.look_ahead(database, means, lead, _begin(action, answers))
        match found:
            case Menu():
                return _question(lead, found, {"action": action, **answers})
            case Draft():
                return _preview(lead, found, {"action": action, **answers})
            case _:
                return _refused(lead, found)

    @doors.for_leads("/alert/ask", ("POST",))
    def alert_ask(lead: SignedIn) -> Response:
        """Take it up: from here on a code and a PIN, or a call, let it go out."""
        action = request.form.get("action", "")
        if action not in BEGINS:
            abort(404)
        by_call = request.form.get("how") == "call"
        came_of = page_turns.ask(database, means, lead, _begin(action, _answers(request.form)), by_call=by_call)
        match came_of:
            case Proposed() | GuardAsked() | PinNeeded():
                return redirect(url_for("console.alert_confirm"), 303)
            case CallComing():
                return redirect(url_for("console.alert_confirm", called=1), 303)
            case Paused():
                tell(outcome_words(came_of))
                return redirect(url_for("console.progress"), 303)
            case _:
                return _refused(lead, came_of)


def _begin(action: str, answers: Mapping[str, str]) -> Begin:
    return Begin(BEGINS[action], {**answers, "action": action} if action in LOOKED_AT else {})


def _answers(given: Mapping[str, str]) -> dict[str, str]:
    """Digits by the names of the flow's questions, and nothing else."""
    found = {name: given[name] for name in ANSWERS if name in given}
    return {
        name: digits
        for name, digits in found.items()
        if digits.isascii() and digits.isdigit() and len(digits) <= ONE_ANSWER
    }


# --- the pages -------------------------------------------------------------------------------------------------------


def _question(lead: SignedIn, asked: Menu, so_far: Mapping[str, str]) -> Response:
    options = [
        (f"{url_for('console.alert')}?{urlencode({**so_far, asked.save: digit})}", option.label)
        for digit, option in asked.options.items()
        if option.label is not None
    ]
    return alert_page("alert_question.html", lead, asked=asked.prompt, options=options, deed=DEEDS[so_far["action"]])


def _preview(lead: SignedIn, draft: Draft, so_far: Mapping[str, str]) -> Response:
    back = url_for("console.alert", action=so_far["action"])
    return alert_page("alert_preview.html", lead, **shown(draft), so_far=so_far, back=back)


def _refused(lead: SignedIn, why: Outcome) -> Response:
    return alert_page("alert_refused.html", lead, status=CONFLICT, why=outcome_words(why))
