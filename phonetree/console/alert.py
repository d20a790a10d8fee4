"""The alert, from the first question to the PIN: a page for each question, the preview in full, the confirmation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from phonetree.console.alert_words import ALERT_WORDS, DEEDS, guard_words, outcome_words
from phonetree.console.doors import Doors
from phonetree.console.live import Happening
from phonetree.console.rendering import direction, page, part, tell
from phonetree.desk import page_turns
from phonetree.desk.console_doors import SignedIn
from phonetree.desk.drafts import Draft, InLanguage
from phonetree.desk.page_turns import Begin
from phonetree.desk.page_waits import Waits, waits_for
from phonetree.dialogue.guards import Frozen, GuardAsked, Thawed, ThawWanted
from phonetree.dialogue.nodes import Menu, Step
from phonetree.dialogue.outcomes import CallComing, NeedsAnother, Outcome, Paused, PinNeeded, Proposed, Released
from phonetree.flows import announce, follow_up, guarded
from phonetree.flows.preview import what_goes
from phonetree.words.languages import LANGUAGES
from phonetree.words.pages import Printed, printed

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
CONFLICT, FORBIDDEN = 409, 403
LIVE = "/console/alert/confirm/live"


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

    @doors.for_leads("/alert/confirm", ("GET", "POST"))
    def alert_confirm(lead: SignedIn) -> Response:
        """The one page where something starts: the code from the phone, and the PIN."""
        if request.method == "GET":
            return _confirm(doors, lead)
        code, pin = request.form.get("code", ""), request.form.get("pin", "")
        came_of = page_turns.answer(database, means, lead, code, pin)
        match came_of:
            case Released():
                tell(outcome_words(came_of))
                return redirect(url_for("console.progress"), 303)
            case NeedsAnother():
                return redirect(url_for("console.alert_confirm"), 303)
            case Frozen() | ThawWanted() | Thawed():
                tell(outcome_words(came_of))
                return redirect(url_for("console.now"), 303)
            case _:
                return _confirm(doors, lead, came_of)

    @doors.for_leads("/alert/confirm/live", by_itself=True)
    def alert_confirm_live(lead: SignedIn) -> Response:
        """Whether it has gone out meanwhile: the PIN was keyed into the call, or another lead was first."""
        came = _came(doors, lead, waits_for(database, means, lead))
        return Happening({"came": part("alert_came.html", lead.languages, came=came)}).response()

    @doors.for_leads("/alert/call", ("POST",))
    def alert_call(lead: SignedIn) -> Response:
        came_of = page_turns.be_called(database, means, lead)
        if isinstance(came_of, CallComing):
            return redirect(url_for("console.alert_confirm", called=1), 303)
        return _confirm(doors, lead, came_of)

    @doors.for_leads("/alert/let-go", ("POST",))
    def alert_let_go(lead: SignedIn) -> Response:
        page_turns.let_go(database, lead)
        tell(printed("Let go. Nothing was sent."))
        return redirect(url_for("console.now"), 303)


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


def _page(template: str, lead: SignedIn, *, status: int = 200, live: str = "", **values: Any) -> Response:
    words = {"aw": ALERT_WORDS, "deeds": DEEDS}
    return page(template, lead.languages, status=status, live=live, school=lead.school, **{**words, **values})


def _question(lead: SignedIn, asked: Menu, so_far: Mapping[str, str]) -> Response:
    options = [
        (f"{url_for('console.alert')}?{urlencode({**so_far, asked.save: digit})}", option.label)
        for digit, option in asked.options.items()
        if option.label is not None
    ]
    return _page("alert_question.html", lead, asked=asked.prompt, options=options, deed=DEEDS[so_far["action"]])


def _preview(lead: SignedIn, draft: Draft, so_far: Mapping[str, str]) -> Response:
    back = url_for("console.alert", action=so_far["action"])
    return _page("alert_preview.html", lead, **_shown(draft), so_far=so_far, back=back)


def _shown(draft: Draft) -> dict[str, Any]:
    """What the pages show of it."""
    preview = draft.preview
    texts = [
        (LANGUAGES[each.language].endonym, LANGUAGES[each.language].bcp47, direction(each.language), each, _size(each))
        for each in draft.texts
    ]
    late = printed("{n} of {all} phones will not be texted in time.", n=preview.too_late, all=preview.phones)
    return {
        "draft": draft,
        "what": what_goes(preview),
        "texts": texts,
        "untranslated": ", ".join(LANGUAGES[code].endonym for code in draft.untranslated),
        "dollars": f"{draft.dollars:.2f}",
        "late": late if preview.too_late else None,
    }


def _size(each: InLanguage) -> Printed:
    return printed("Segments for each phone: {segments}. Phones: {phones}.", segments=each.segments, phones=each.phones)


def _came(doors: Doors, lead: SignedIn, waits: Waits | None) -> Printed | None:
    """What became of what this lead's code stood for. None: it still waits."""
    if waits is not None:
        return None
    sent = page_turns.done_just_now(doors.desk.database, doors.desk.means, lead)
    return outcome_words(sent) if sent else ALERT_WORDS["nothing_waits"]


def _confirm(doors: Doors, lead: SignedIn, came_of: Outcome | None = None) -> Response:
    waits = waits_for(doors.desk.database, doors.desk.means, lead)
    wrong = outcome_words(came_of) if came_of is not None else None
    status = 200 if came_of is None else FORBIDDEN
    shown = _shown(waits.draft) if waits is not None and waits.draft is not None else {"draft": None}
    is_called = "called" in request.args
    return _page(
        "alert_confirm.html",
        lead,
        status=status,
        waits=waits,
        wrong=wrong,
        is_called=is_called,
        came=_came(doors, lead, waits),
        live=LIVE,
        **shown,
        **_said(waits),
    )


def _said(waits: Waits | None) -> dict[str, Any]:
    if waits is None:
        return {"guard": None, "until": None}
    return {
        "guard": guard_words(waits.guard.what) if waits.guard else None,
        "until": printed("It is good until {t}.", t=waits.until),
    }


def _refused(lead: SignedIn, why: Outcome) -> Response:
    return _page("alert_refused.html", lead, status=CONFLICT, why=outcome_words(why))
