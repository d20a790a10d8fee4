"""The people of a school in counts; who waits to join; and a list that is looked at before it is taken in."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from phonetree.console import refusals
from phonetree.console.doors import ConsoleDesk, Doors
from phonetree.console.people_words import CHANNELS, WORDS, changes_of, waiting_of
from phonetree.console.room import Acted, is_still_lead, number_given, shown
from phonetree.console.uploads import Sent, confirmed, looked_at
from phonetree.console.words import ROLES
from phonetree.desk.console_doors import SignedIn
from phonetree.desk.console_people import look_at_list, people_at, take_in_list
from phonetree.desk.console_turns import act
from phonetree.dialogue.nodes import Step
from phonetree.flows import held
from phonetree.school.problems import RosterRefused
from phonetree.words.languages import LANGUAGES
from phonetree.words.pages import Printed

UPLOADS = frozenset({"console.look_at_people", "console.import_people"})
REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY


def add_people(doors: Doors) -> None:
    desk = doors.desk

    @doors.for_leads("/people")
    @is_still_lead
    def people(lead: SignedIn) -> Response:
        return _page(desk, lead)

    @doors.for_leads("/people/preview", ("POST",))
    @is_still_lead
    def look_at_people(lead: SignedIn) -> Response:
        return _shown_again(desk, lead, looked_at())

    @doors.for_leads("/people/import", ("POST",))
    @is_still_lead
    def import_people(lead: SignedIn) -> Response:
        sent = confirmed(desk, lead)
        if sent.raw is None or sent.problem:
            return _shown_again(desk, lead, sent)
        return _take_in(desk, lead, sent.raw)

    @doors.for_leads("/people/admit", ("POST",))
    @is_still_lead
    def admit(lead: SignedIn) -> Response:
        return _settle(desk, lead, held.let_in)

    @doors.for_leads("/people/refuse", ("POST",))
    @is_still_lead
    def refuse(lead: SignedIn) -> Response:
        return _settle(desk, lead, held.turn_away)


def _shown_again(desk: ConsoleDesk, lead: SignedIn, sent: Sent) -> Response:
    """What the file would change, if one came, with what is wrong."""
    if sent.raw is None:
        return _page(desk, lead, sent.status, problem=sent.problem)
    return _look(desk, lead, sent.raw, sent.status, sent.problem)


def _look(desk: ConsoleDesk, lead: SignedIn, raw: bytes, status: int, problem: str) -> Response:
    try:
        found = look_at_list(desk.database, desk.means, lead, raw)
    except RosterRefused as wrong:
        return _page(desk, lead, REFUSED, refused=refusals.in_rows(wrong.problems))
    return shown(
        desk,
        lead,
        "people_preview.html",
        WORDS,
        status=status,
        problem=problem,
        changes=changes_of(found.would),
        leads=found.would.new_leads,
        notices=refusals.in_rows(found.notices),
        mark=found.mark,
    )


def _take_in(desk: ConsoleDesk, lead: SignedIn, raw: bytes) -> Response:
    try:
        imported = take_in_list(desk.database, desk.means, lead, raw)
    except RosterRefused as wrong:
        return _page(desk, lead, REFUSED, refused=refusals.in_rows(wrong.problems))
    return _page(desk, lead, changes=changes_of(imported))


def _settle(desk: ConsoleDesk, lead: SignedIn, step: Step) -> Response:
    """One by its number, or, said so, everybody who waits."""
    number = held.ALL if request.form.get("all") else number_given()
    if not number:
        return _page(desk, lead, HTTPStatus.BAD_REQUEST)
    answered = act(desk.database, desk.means, lead, step, {"number": number})
    return _page(desk, lead, acted=Acted(answered, request.path, {}))


def _page(desk: ConsoleDesk, lead: SignedIn, status: int = HTTPStatus.OK, **values: Any) -> Response:
    found = people_at(desk.database, desk.means, lead)
    rows = [(LANGUAGES[code], by_role(counts), found.speakers[code]) for code, counts in found.by_language.items()]
    given: dict[str, Any] = {"acted": None, "problem": "", "refused": [], "changes": [], **values}
    return shown(
        desk,
        lead,
        "people.html",
        WORDS,
        status=status,
        rows=sorted(rows, key=lambda row: -row[2]),
        totals=by_role(found.roles),
        channels=[(label, found.by_channel.get(name, 0)) for name, label in CHANNELS.items()],
        found=found,
        waiting=waiting_of(found),
        **given,
    )


def by_role(counts: Mapping[str, int]) -> list[tuple[Printed, int]]:
    """In the order of the page of now; roles that nobody has are left out."""
    return [(label, counts[role]) for role, label in ROLES.items() if counts.get(role)]
