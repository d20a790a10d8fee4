"""What is read on paper: a catalog of its own, whose words keep every accent, and the language that they are in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from phonetree.words.i18n import DOMAIN, Named, Reader, Text, Word, catalog
from phonetree.words.languages import LANGUAGES

PAGES = "pages"
"""The catalogs of what is printed: nobody pays for it by the letter."""
ENGLISH = "en"
"""Pages are written in it."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A message id of the catalogs of pages, with its values."""

    msgid: str
    args: Mapping[str, Word] = field(default_factory=dict)


def printed(msgid: str, /, **args: Word) -> Printed:
    """Mark words on paper for translation; ``pybabel extract`` looks for this name."""
    return Printed(msgid, args)


@dataclass(frozen=True, slots=True)
class PageReader:
    """Somebody who reads a page in the first of *languages*, or what of it is not translated in the next."""

    languages: tuple[str, ...]

    def find(self, word: Printed | Word) -> tuple[str, str]:
        """The words, and before them the language that they are in: a page says so where it is not its own."""
        match word:
            case Printed(msgid, args):
                language, found = self._look_up(msgid, PAGES)
                return language, found.format(**{name: self.find(value)[1] for name, value in args.items()})
            case Text(msgid):
                return self._look_up(msgid, DOMAIN)[0], Reader(self.languages).read(word)
            case Named(words, default):
                language = next((code for code in self.languages if code in words), default)
                return language, words.get(language, "")
            case _:
                return self.languages[0], Reader(self.languages).read(word)

    def _look_up(self, msgid: str, domain: str) -> tuple[str, str]:
        for language in self.languages:
            if found := catalog(language, domain).get(msgid):
                return language, found
        return ENGLISH, msgid


def page_languages() -> tuple[str, ...]:
    """The languages in which pages can be read: those that somebody has translated them into, and English."""
    return tuple(code for code in LANGUAGES if code == ENGLISH or catalog(code, PAGES).is_there)
