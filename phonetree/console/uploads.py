"""Files that a lead sends: bounded in size, read into memory and kept nowhere, refused in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from flask import request, session
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from phonetree.console.doors import TOKEN, ConsoleDesk, Doors
from phonetree.console.rendering import languages_of_stranger, page
from phonetree.desk.console_doors import SignedIn, recognise
from phonetree.desk.console_people import mark_of
from phonetree.desk.console_pins import gives_pin
from phonetree.words.pages import Printed, printed

LARGEST = 500_000
"""Bytes of one file: a list of five thousand people. A longer one is imported at the server.

So much werkzeug holds in memory: of a larger file it writes the numbers to this machine's disk.
"""
_FORM = 10_000
"""Room for the form around it."""
WORDS: Mapping[str, Printed] = {
    "too_large": printed(
        "This file is too large for the console, which takes half a megabyte. Nothing was changed. Whoever runs the "
        "phone tree can load it at the server."
    ),
    "back": printed("Back to the console"),
}


def add_uploads(doors: Doors, endpoints: frozenset[str]) -> None:
    """Only where a file belongs, and only of who once signed in, a request may be as large as a file."""

    def widen() -> None:
        if request.endpoint in endpoints and TOKEN in session:
            request.max_content_length = request.max_form_memory_size = LARGEST + _FORM

    def too_large(_error: RequestEntityTooLarge) -> Response:
        """The door has not opened yet: the form's own token was in what is too large."""
        token = session.get(TOKEN)
        lead = recognise(doors.desk.database, doors.desk.means, token) if isinstance(token, str) else None
        languages = lead.languages if lead else languages_of_stranger()
        return page("too_large.html", languages, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE, t=WORDS)

    doors.blueprint.before_app_request(widen)
    doors.blueprint.errorhandler(RequestEntityTooLarge)(too_large)


def file_given() -> bytes | None:
    """What was chosen; None where nothing was, or nothing is in it."""
    given = request.files.get("file")
    return (given.read() or None) if given else None


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that came; *problem*: why nothing is done with it, by the name of its words, and with which status."""

    raw: bytes | None
    problem: str = ""
    status: int = HTTPStatus.OK


def looked_at() -> Sent:
    """The file whose changes are to be shown."""
    raw = file_given()
    return Sent(raw) if raw is not None else Sent(None, "no_file", HTTPStatus.BAD_REQUEST)


def confirmed(desk: ConsoleDesk, lead: SignedIn) -> Sent:
    """The same file once more, for nothing of it was kept, and the lead's PIN."""
    sent = looked_at()
    if sent.raw is None:
        return sent
    if mark_of(sent.raw) != request.form.get("mark"):
        return Sent(sent.raw, "another_file", HTTPStatus.CONFLICT)
    if not gives_pin(desk.database, desk.means, lead, request.form.get("pin", "")):
        return Sent(sent.raw, "wrong_pin", HTTPStatus.FORBIDDEN)
    return sent
