"""Words put into a page for anybody: escaped, marked where they are in another language, and numbers kept whole."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from phonetree.words.i18n import Word
from phonetree.words.languages import LANGUAGES
from phonetree.words.pages import PageReader, Printed

_NUMBER = re.compile(r"\d{3}-\d{3}-\d{4}")


@cache
def templates_of(package: str) -> Environment:
    """Whatever somebody wrote is escaped, and a name that a template misspells is a mistake."""
    return Environment(
        loader=PackageLoader(package), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


@dataclass(frozen=True, slots=True)
class PageWords:
    """Puts words into the first of *languages*, or what of it is not translated into the next."""

    languages: tuple[str, ...]

    def __call__(self, word: Printed | Word) -> Markup:
        code, found = PageReader(self.languages).find(word)
        return marked(whole_numbers(found), code, on_a_page_in=self.languages[0])


def marked(words: str, code: str, *, on_a_page_in: str) -> Markup:
    """The words, escaped, in an element that says their language and direction where they are not the page's own."""
    if code == on_a_page_in:
        return escape(words)
    return Markup('<span lang="{}" dir="{}">{}</span>').format(LANGUAGES[code].bcp47, direction(code), words)


def whole_numbers(found: str) -> Markup:
    """The words, escaped. A phone number is never broken at the end of a line, nor turned around among Arabic words."""
    return Markup(_NUMBER.sub(r'<bdi dir="ltr">\g<0></bdi>', str(escape(found))))  # noqa: S704 - escaped just now


def direction(code: str) -> str:
    return "rtl" if LANGUAGES[code].rtl else "ltr"
