"""In which language the pages are read: as the lead chose here, else as the tree knows them, else as browsers ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, request, session
from werkzeug.wrappers import Response

from phonetree.words.pages import page_languages

if TYPE_CHECKING:
    from phonetree.console.doors import Doors

CHOSEN = "language"
"""Under which the cookie holds it, also after signing out."""
_HOME = "/console/"


def as_chosen(languages: tuple[str, ...]) -> tuple[str, ...]:
    """What was chosen on a page comes before what a person reads best."""
    chosen = session.get(CHOSEN)
    if chosen not in page_languages():
        return languages
    return (chosen, *(code for code in languages if code != chosen))


def forget_all_but_language() -> None:
    """Nothing of who somebody was stays in this browser; how they read, does."""
    chosen = session.get(CHOSEN)
    session.clear()
    if chosen in page_languages():
        session[CHOSEN] = chosen


def add_page_language(doors: Doors) -> None:
    @doors.for_anybody("/language", ("POST",))
    def language() -> Response:
        """Keep the choice and show the same page in it."""
        if (chosen := request.form.get("language", "")) in page_languages():
            session[CHOSEN] = chosen
        return redirect(_ours(request.form.get("here", "")), 303)


def _ours(path: str) -> str:
    """A page of the console and nothing else: who sends a form here must not send a lead elsewhere."""
    is_plain = path.isascii() and path.isprintable() and "\\" not in path and "//" not in path and ".." not in path
    return path if path.startswith(_HOME) and is_plain else _HOME
