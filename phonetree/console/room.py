"""What every page of this half shares: it is shown with its own words, and an act is shown with what came of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from phonetree.console.doors import ConsoleDesk
from phonetree.console.rendering import page
from phonetree.desk.console_doors import SignedIn
from phonetree.desk.console_schools import school_led
from phonetree.desk.console_turns import Answered, LeadNoMore, act
from phonetree.dialogue.nodes import Step
from phonetree.words.pages import Printed, printed

ANSWERED: Mapping[str, Printed] = {
    "by_phone": printed(
        "Nothing is sent yet. The preview is on its way to your own phone: answer it there, as always."
    ),
    "go_on": printed("Go on"),
    "do_nothing": printed("Leave everything as it is"),
}
"""The words around what came of an act."""
_NUMBER = re.compile("[1-9][0-9]{2}", re.ASCII)


def shown(
    desk: ConsoleDesk, lead: SignedIn, template: str, words: Mapping[str, Printed], *, status: int = 200, **values: Any
) -> Response:
    """The page, below the name of the lead's school. The template finds *words* as ``t``."""
    school = school_led(desk.database, desk.means, lead).site.name
    return page(template, lead.languages, status=status, school=school, t=words, **values)


@dataclass(frozen=True, slots=True)
class Acted:
    """What came of a form, and where its next answer goes, with what was answered so far."""

    answered: Answered
    path: str
    kept: Mapping[str, str]


def acted(desk: ConsoleDesk, lead: SignedIn, step: Step, *asked: str) -> Acted:
    """Take *step* with the number in the form and, where it asked for more before, what was chosen."""
    given = {name: request.form.get(name, "") for name in ("number", *asked)}
    answers = {name: words for name, words in given.items() if re.fullmatch("[0-9]{1,3}", words, re.ASCII)}
    return Acted(act(desk.database, desk.means, lead, step, answers), request.path, answers)


def number_given() -> str:
    """The public number in the form; nothing where it is none."""
    found = request.form.get("number", "")
    return found if _NUMBER.fullmatch(found) else ""


def is_still_lead(view: Callable[..., AnyResponse]) -> Callable[..., AnyResponse]:
    """Who is no lead any more in the very moment of acting is sent to sign in, as at the door."""

    def looked_after(*given: Any, **named: Any) -> AnyResponse:
        try:
            return view(*given, **named)
        except LeadNoMore:
            return redirect(url_for("console.sign_in"), 303)

    looked_after.__name__ = view.__name__
    return looked_after
