"""Pages as HTML: whatever somebody wrote is escaped, and what is not in the reader's language says which it is in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, current_app, g, request, session, url_for
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from phonetree.console.page_language import as_chosen
from phonetree.console.words import LINKS, WORDS
from phonetree.desk.page_words import direction, marked, templates_of
from phonetree.words.i18n import Word
from phonetree.words.languages import LANGUAGES, fallbacks
from phonetree.words.pages import ENGLISH, PageReader, Printed, page_languages


@dataclass(frozen=True, slots=True)
class Say:
    """What every template can ask for."""

    reader: PageReader

    def __call__(self, word: Printed | Word) -> Markup:
        code, found = self.reader.find(word)
        return marked(found, code, on_a_page_in=self.language)

    def plain(self, word: Printed | Word) -> str:
        """For where no element can say in which language it is: inside a picture, or to who listens."""
        return self.reader.find(word)[1]

    @property
    def language(self) -> str:
        return self.reader.languages[0]


TOLD = "told"
"""Under which the cookie holds what the next page is to say first."""


def page(template: str, languages: tuple[str, ...], *, status: int = 200, live: str = "", **values: Any) -> Response:
    """The whole page, for who reads *languages*; a name that the template misspells is a mistake.

    *live*: where the page's script asks what its parts are now. Without it the page may run none.
    """
    g.has_script = bool(live)
    html = part(template, languages, **_head(say_in(languages)), live=live, **values)
    return Response(html, status=status, content_type="text/html; charset=utf-8")


def part(template: str, languages: tuple[str, ...], **values: Any) -> str:
    """The same of a piece that a page is made of."""
    say = say_in(languages)
    words = {name: say(word) for name, word in WORDS.items()}
    return templates_of("phonetree.console").get_template(template).render(say=say, w=words, **values)


def say_in(languages: tuple[str, ...]) -> Say:
    return Say(PageReader(as_chosen(languages)))


def tell(what: Printed) -> None:
    """Let the next page begin with what came of this one."""
    session[TOLD] = [what.msgid, dict(what.args)]


def _told() -> Printed | None:
    """Once. A form that was sent shows its own outcome."""
    if request.method != "GET" or not isinstance(told := session.pop(TOLD, None), list):
        return None
    msgid, args = told
    return Printed(msgid, args)


def _head(say: Say) -> dict[str, Any]:
    """What every page has around its own."""
    switch = [
        (code, LANGUAGES[code].bcp47, direction(code), LANGUAGES[code].endonym, code == say.language)
        for code in page_languages()
    ]
    return {
        "bcp47": LANGUAGES[say.language].bcp47,
        "direction": direction(say.language),
        "csrf": generate_csrf(),
        "here": _here(),
        "told": _told(),
        "page_languages": switch,
        "pages": [(url_for(to), say(name), _is_part_of(to)) for to, name in LINKS.items() if _is_there(to)],
    }


def _here() -> str:
    """Where the same page is found again; where a form alone leads, the first page instead."""
    can_be_got = request.url_rule is not None and "GET" in (request.url_rule.methods or ())
    return request.full_path.removesuffix("?") if can_be_got else url_for("console.now")


def _is_there(endpoint: str) -> bool:
    return endpoint in current_app.view_functions


def _is_part_of(endpoint: str) -> bool:
    """Whether the page that is shown is this one, or one of its steps."""
    here = request.endpoint or ""
    return here == endpoint or here.startswith(f"{endpoint}_")


def languages_of_stranger() -> tuple[str, ...]:
    """Of those in which pages are translated, the first that the browser asks for: ``es-MX`` means Spanish."""
    wanted = (tag.replace("-", "_") for tag, _quality in request.accept_languages)
    found = (code for tag in wanted for code in (tag, tag.partition("_")[0]) if code in page_languages())
    return fallbacks(next(found, ENGLISH), None, ENGLISH)
