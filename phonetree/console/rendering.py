"""Pages as HTML: whatever somebody wrote is escaped, and what is not in the reader's language says which it is in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import Response, current_app, request, url_for
from flask_wtf.csrf import generate_csrf
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from phonetree.console.page_language import ENGLISH, as_chosen, is_translated, page_languages
from phonetree.console.words import LINKS, WORDS
from phonetree.words.i18n import Word
from phonetree.words.languages import LANGUAGES, fallbacks
from phonetree.words.pages import PageReader, Printed


@dataclass(frozen=True, slots=True)
class _Page:
    """What every template can ask for."""

    reader: PageReader

    def __call__(self, word: Printed | Word) -> Markup:
        code, found = self.reader.find(word)
        if code == self.language:
            return escape(found)
        marked = Markup('<span lang="{}" dir="{}">{}</span>')
        return marked.format(LANGUAGES[code].bcp47, direction(code), found)

    @property
    def language(self) -> str:
        return self.reader.languages[0]


def page(template: str, languages: tuple[str, ...], *, status: int = 200, **values: Any) -> Response:
    """The whole page, for who reads *languages*; a name that the template misspells is a mistake."""
    say = _Page(PageReader(as_chosen(languages)))
    words = {name: say(word) for name, word in WORDS.items()}
    html = _environment().get_template(template).render(say=say, w=words, **_head(say), **values)
    return Response(html, status=status, content_type="text/html; charset=utf-8")


def _head(say: _Page) -> dict[str, Any]:
    """What every page has around its own."""
    switch = [
        (code, LANGUAGES[code].bcp47, direction(code), LANGUAGES[code].endonym, code == say.language)
        for code in page_languages()
    ]
    return {
        "bcp47": LANGUAGES[say.language].bcp47,
        "direction": direction(say.language),
        "csrf": generate_csrf(),
        "here": request.full_path.removesuffix("?"),
        "page_languages": switch,
        "pages": [(url_for(to), say(name), _is_part_of(to)) for to, name in LINKS.items() if _is_there(to)],
    }


def _is_there(endpoint: str) -> bool:
    return endpoint in current_app.view_functions


def _is_part_of(endpoint: str) -> bool:
    """Whether the page that is shown is this one, or one of its steps."""
    here = request.endpoint or ""
    return here == endpoint or here.startswith(f"{endpoint}_")


def languages_of_stranger() -> tuple[str, ...]:
    """Of those in which pages are translated, the first that the browser asks for: ``es-MX`` means Spanish."""
    wanted = (tag.replace("-", "_") for tag, _quality in request.accept_languages)
    found = (code for tag in wanted for code in (tag, tag.partition("_")[0]) if is_translated(code))
    return fallbacks(next(found, ENGLISH), None, ENGLISH)


def direction(code: str) -> str:
    return "rtl" if LANGUAGES[code].rtl else "ltr"


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("phonetree.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
