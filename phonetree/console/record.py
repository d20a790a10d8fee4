"""The record: what was done, when and by which role, never a number; and all of it as a file that can be verified."""

from __future__ import annotations

from flask import Response as FlaskResponse
from flask import request
from werkzeug.wrappers import Response

from phonetree.console.doors import ConsoleDesk, Doors
from phonetree.console.record_words import BY, DONE, WORDS
from phonetree.console.room import is_still_lead, shown
from phonetree.desk.console_doors import SignedIn
from phonetree.desk.console_record import export, record_at
from phonetree.words.pages import Printed


def add_record(doors: Doors) -> None:
    desk = doors.desk

    @doors.for_leads("/record")
    @is_still_lead
    def record(lead: SignedIn) -> Response:
        return _page(desk, lead, _before())

    @doors.for_leads("/record/export", ("POST",))
    @is_still_lead
    def export_record(lead: SignedIn) -> Response:
        """It links what waits first, so it is asked for by a form."""
        lines = export(desk.database, desk.means, lead)
        if lines is None:
            return _page(desk, lead, None, is_not_now=True)
        disposition = {"Content-Disposition": 'attachment; filename="record.jsonl"'}
        return FlaskResponse(lines, content_type="application/jsonl; charset=utf-8", headers=disposition)


def _before() -> int | None:
    found = request.args.get("before", "")
    return int(found) if found.isascii() and found.isdecimal() and len(found) <= len(str(2**53)) else None


def _page(desk: ConsoleDesk, lead: SignedIn, before: int | None, *, is_not_now: bool = False) -> Response:
    found = record_at(desk.database, desk.means, lead, before)
    entries = [(f"{each.at:%Y-%m-%d %H:%M}", _done(each.what), each.about, BY[each.by]) for each in found.entries]
    return shown(desk, lead, "record.html", WORDS, entries=entries, older=found.older, is_not_now=is_not_now)


def _done(what: str) -> Printed:
    """In the reader's language where it is one of ours; else as it was written."""
    return DONE.get(what) or Printed(what.replace("{", "{{").replace("}", "}}"))
