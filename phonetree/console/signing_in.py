"""Signing in and out: the phone, then code and PIN. No answer tells whether a phone is known here."""

from __future__ import annotations

import secrets

from flask import redirect, request, session, url_for
from werkzeug.wrappers import Response

from phonetree.console.doors import TOKEN, Doors
from phonetree.console.page_language import forget_all_but_language
from phonetree.console.rendering import languages_of_stranger, page
from phonetree.desk import console_doors
from phonetree.desk.console_codes import knock
from phonetree.desk.console_doors import SignedIn

KNOCK = "knock"
"""Under which the cookie holds what a code is asked for with."""


def add_signing_in(doors: Doors) -> None:
    database, means = doors.desk.database, doors.desk.means

    @doors.for_anybody("/sign-in", ("GET", "POST"))
    def sign_in() -> Response:
        if request.method == "GET":
            return page("sign_in.html", languages_of_stranger())
        session[KNOCK] = secrets.token_urlsafe(32)
        knock(database, means, session[KNOCK], request.form.get("phone", ""), request.form.get("school", ""))
        return redirect(url_for("console.code"), 303)

    @doors.for_anybody("/code", ("GET", "POST"))
    def code() -> Response:
        if request.method == "GET":
            return page("code.html", languages_of_stranger(), is_wrong=False)
        token = console_doors.sign_in(
            database, means, str(session.get(KNOCK, "")), request.form.get("code", ""), request.form.get("pin", "")
        )
        if token is None:
            return page("code.html", languages_of_stranger(), status=403, is_wrong=True)
        _let_go(doors)
        session[TOKEN] = token
        return redirect(url_for("console.now"), 303)

    @doors.for_leads("/sign-out", ("POST",))
    def sign_out(_lead: SignedIn) -> Response:
        _let_go(doors)
        return redirect(url_for("console.sign_in"), 303)


def _let_go(doors: Doors) -> None:
    """What this browser was before is over; nothing of its cookie is kept."""
    if isinstance(before := session.get(TOKEN), str):
        console_doors.sign_out(doors.desk.database, doors.desk.means, before)
    forget_all_but_language()
