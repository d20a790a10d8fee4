"""Settings are the school's file: download it, see what another one would change, load that with the PIN."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

from phonetree.console import refusals
from phonetree.console.doors import ConsoleDesk, Doors
from phonetree.console.room import is_still_lead, shown
from phonetree.console.settings_words import RULES, TABLES, WORDS, heard_by, loaded_on, named, plan_says_otherwise
from phonetree.console.uploads import Sent, confirmed, looked_at
from phonetree.desk.console_doors import SignedIn
from phonetree.desk.console_settings import Checked, NotText, OtherSchool, file_of, kept_at, load_file, look_at_file
from phonetree.desk.plans import PlanChanged
from phonetree.school.problems import SchoolRefused
from phonetree.words.i18n import Word
from phonetree.words.pages import Printed

UPLOADS = frozenset({"console.look_at_settings", "console.load_settings"})
REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY
Refusals = (SchoolRefused, NotText, OtherSchool, PlanChanged)


def add_settings(doors: Doors) -> None:
    desk = doors.desk

    @doors.for_leads("/settings")
    @is_still_lead
    def settings(lead: SignedIn) -> Response:
        return _page(desk, lead)

    @doors.for_leads("/settings/school.toml")
    @is_still_lead
    def settings_file(lead: SignedIn) -> Response:
        return download(file_of(desk.database, desk.means, lead), "school.toml", "application/toml")

    @doors.for_leads("/settings/preview", ("POST",))
    @is_still_lead
    def look_at_settings(lead: SignedIn) -> Response:
        return _shown_again(desk, lead, looked_at())

    @doors.for_leads("/settings/load", ("POST",))
    @is_still_lead
    def load_settings(lead: SignedIn) -> Response:
        sent = confirmed(desk, lead)
        if sent.raw is None or sent.problem:
            return _shown_again(desk, lead, sent)
        return _load(desk, lead, sent.raw)


def download(content: str, name: str, kind: str) -> FlaskResponse:
    """To keep, not to look at in the browser."""
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return FlaskResponse(content, content_type=f"{kind}; charset=utf-8", headers=disposition)


def _shown_again(desk: ConsoleDesk, lead: SignedIn, sent: Sent) -> Response:
    """What the file would change, if one came, with what is wrong."""
    if sent.raw is None:
        return _page(desk, lead, sent.status, problem=sent.problem)
    return _look(desk, lead, sent.raw, sent.status, sent.problem)


def _look(desk: ConsoleDesk, lead: SignedIn, raw: bytes, status: int, problem: str) -> Response:
    try:
        found = look_at_file(desk.database, desk.means, lead, raw)
    except Refusals as wrong:
        return _page(desk, lead, REFUSED, **_why(wrong))
    return shown(
        desk,
        lead,
        "settings_preview.html",
        WORDS,
        status=status,
        problem=problem,
        found=found,
        rows=list(_rows(found)),
        rules=[(RULES.get(name, Printed(name)), before, after) for name, before, after in found.changed.rules],
        tables=[TABLES.get(name, Printed(name)) for name in found.tables],
        notices=refusals.in_rows(found.notices),
    )


def _rows(found: Checked) -> Iterator[tuple[Printed | Word, list[Printed | str], list[Printed | str], bool]]:
    """What is sent, who hears it before and after, and whether families do after."""
    for before, after in found.changed.rows:
        yield named(after), heard_by(before), heard_by(after), after.tells_parents


def _load(desk: ConsoleDesk, lead: SignedIn, raw: bytes) -> Response:
    try:
        texted = load_file(desk.database, desk.means, lead, raw)
    except Refusals as wrong:
        return _page(desk, lead, REFUSED, **_why(wrong))
    return _page(desk, lead, is_loaded=True, texted=texted)


def _why(wrong: Exception) -> dict[str, Any]:
    match wrong:
        case SchoolRefused(problems=problems):
            return {"refused": refusals.in_rows(problems)}
        case PlanChanged(version=version):
            return {"plan": plan_says_otherwise(version)}
        case NotText():
            return {"problem": "not_utf8"}
        case _:
            return {"problem": "other_school"}


def _page(desk: ConsoleDesk, lead: SignedIn, status: int = HTTPStatus.OK, **values: Any) -> Response:
    kept = kept_at(desk.database, desk.means, lead)
    given: dict[str, Any] = {"problem": "", "refused": [], "plan": None, "is_loaded": False, "texted": 0, **values}
    return shown(
        desk,
        lead,
        "settings.html",
        WORDS,
        status=status,
        kept=kept,
        loaded=loaded_on(kept),
        notices=refusals.in_rows(kept.notices),
        **given,
    )
