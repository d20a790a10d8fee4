"""The page where something starts: what waits, the code from the phone, the PIN; or a call that takes it."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from phonetree.console.alert_shown import alert_page, shown
from phonetree.console.alert_words import ALERT_WORDS, guard_words, outcome_words
from phonetree.console.doors import Doors
from phonetree.console.live import Happening
from phonetree.console.rendering import part, tell
from phonetree.desk import page_turns
from phonetree.desk.console_doors import SignedIn
from phonetree.desk.page_waits import Waits, waits_for
from phonetree.dialogue.guards import Frozen, LeadRemoved, Thawed, ThawWanted
from phonetree.dialogue.outcomes import CallComing, NeedsAnother, Outcome, Released
from phonetree.words.pages import Printed, printed

FORBIDDEN = 403
LIVE = "/console/alert/confirm/live"


def add_alert_confirm(doors: Doors) -> None:
    database, means = doors.desk.database, doors.desk.means

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
            case Frozen() | ThawWanted() | Thawed() | LeadRemoved():
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
    draft = shown(waits.draft) if waits is not None and waits.draft is not None else {"draft": None}
    is_called = "called" in request.args
    return alert_page(
        "alert_confirm.html",
        lead,
        status=status,
        waits=waits,
        wrong=wrong,
        is_called=is_called,
        came=_came(doors, lead, waits),
        live=LIVE,
        **draft,
        **_said(waits),
    )


def _said(waits: Waits | None) -> dict[str, Any]:
    if waits is None:
        return {"guard": None, "until": None}
    return {
        "guard": guard_words(waits.guard.what) if waits.guard else None,
        "until": printed("It is good until {t}.", t=waits.until),
    }
