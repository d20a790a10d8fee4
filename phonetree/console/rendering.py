"""Pages as HTML: whatever somebody wrote is escaped, and what is not in the reader's language says which it is in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import Response, request
from flask_wtf.csrf import generate_csrf
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from phonetree.console.words import WORDS
from phonetree.words.i18n import Word, catalog
from phonetree.words.languages import LANGUAGES, fallbacks
from phonetree.words.pages import PAGES, PageReader, Printed

_ENGLISH = "en"


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
    say = _Page(PageReader(languages))
    head = {"bcp47": LANGUAGES[say.language].bcp47, "direction": direction(say.language), "csrf": generate_csrf()}
    words = {name: say(word) for name, word in WORDS.items()}
    html = _environment().get_template(template).render(say=say, w=words, **head, **values)
    return Response(html, status=status, content_type="text/html; charset=utf-8")


def languages_of_stranger() -> tuple[str, ...]:
    """Of those in which pages are translated, the first that the browser asks for: ``es-MX`` means Spanish."""
    wanted = (tag.replace("-", "_") for tag, _quality in request.accept_languages)
    found = (code for tag in wanted for code in (tag, tag.partition("_")[0]) if _is_translated(code))
    return fallbacks(next(found, _ENGLISH), None, _ENGLISH)


def _is_translated(code: str) -> bool:
    return code == _ENGLISH or (code in LANGUAGES and catalog(code, PAGES).is_there)


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
