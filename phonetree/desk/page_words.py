"""Words put into a page for anybody: escaped, marked where they are in another language, and numbers kept whole."""

from __future__ import annotations

import re
from dataclasses import dataclass

from markupsafe import Markup, escape

from phonetree.words.i18n import Word
from phonetree.words.languages import LANGUAGES
from phonetree.words.pages import PageReader, Printed

_NUMBER = re.compile(r"\d{3}-\d{3}-\d{4}")


@dataclass(frozen=True, slots=True)
class PageWords:
    """Puts words into the first of *languages*, or what of it is not translated into the next."""

    languages: tuple[str, ...]

    def __call__(self, word: Printed | Word) -> Markup:
        code, found = PageReader(self.languages).find(word)
        if code == self.languages[0]:
            return whole_numbers(found)
        marked = Markup('<span lang="{}" dir="{}">{}</span>')
        return marked.format(LANGUAGES[code].bcp47, direction(code), whole_numbers(found))


def whole_numbers(found: str) -> Markup:
    """The words, escaped. A phone number is never broken at the end of a line, nor turned around among Arabic words."""
    return Markup(_NUMBER.sub(r'<bdi dir="ltr">\g<0></bdi>', str(escape(found))))  # noqa: S704 - escaped just now


def direction(code: str) -> str:
    return "rtl" if LANGUAGES[code].rtl else "ltr"
