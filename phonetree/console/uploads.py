"""Files that a lead sends: bounded in size, read into memory and kept nowhere, refused in words."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import request, session
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from phonetree.console.doors import TOKEN, Doors
from phonetree.console.rendering import languages_of_stranger, page
from phonetree.desk.console_doors import recognise
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
