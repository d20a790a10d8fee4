"""Posters for the walls and palm cards for the gate of a school: a sheet for each language, HTML that needs no more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import segno
from markupsafe import Markup

from phonetree.desk.page_words import PageWords, direction, templates_of
from phonetree.desk.public_schools import PublicSchool
from phonetree.desk.public_words import more_at
from phonetree.words.i18n import Word
from phonetree.words.languages import LANGUAGES
from phonetree.words.pages import PageReader, Printed

CARDS = 8
"""Palm cards on one sheet."""
MOST_LETTERS = 780
"""Of the small print with letters of the usual size."""
SMALL_PRINT = ("alerts", "texts", "often", "rates", "stop", "help", "choice", "no_name", "not_sold", "run_by", "held")
MOST_ON_CARD = 360
ON_CARD = ("alerts", "often", "rates", "stop", "help", "run_by")


class Sheet(StrEnum):
    """What is printed."""

    POSTER = "poster"
    CARD = "card"


def render_posters(found: PublicSchool, sheet: Sheet, languages: Sequence[str], public_url: str) -> str:
    """A whole document with one sheet for each of *languages*, which must have texts."""
    pages = [_Sheet(found, code, public_url) for code in languages]
    return (
        templates_of("phonetree.desk")
        .get_template("poster.html")
        .render(title=found.school.site.program, pages=pages, sheet=sheet.value, copies=CARDS)
    )


def sms_address(found: PublicSchool, language: str) -> str:
    """What the square holds. Of the ways to say it, this one opens a new text on the oldest telephones too."""
    return f"SMSTO:{found.school.site.number.e164}:{found.word(language)}"


def in_own_language(found: PublicSchool, code: str) -> bool:
    """Whether somebody has translated the pages into this language."""
    return _Sheet(found, code, "").words_are_in == code


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One sheet as the template reads it."""

    found: PublicSchool
    code: str
    public_url: str

    def __call__(self, word: Printed | Word) -> Markup:
        return PageWords(self.found.languages_of(self.code))(word)

    @property
    def words_are_in(self) -> str:
        """The language that stands in where nobody has translated the sheet: its words give the direction too."""
        return PageReader(self.found.languages_of(self.code)).find(self.words["how"])[0]

    @property
    def bcp47(self) -> str:
        return LANGUAGES[self.code].bcp47

    @property
    def direction(self) -> str:
        return direction(self.words_are_in)

    @property
    def words(self) -> Mapping[str, Printed]:
        return self.found.sentences(self.code)

    @property
    def is_full(self) -> bool:
        """Whether it takes smaller letters to stay on one sheet."""
        return self._letters(SMALL_PRINT) > MOST_LETTERS

    @property
    def is_full_card(self) -> bool:
        """The same of a card, where the name of the program weighs twice."""
        return 2 * len(self.found.school.site.program) + self._letters(ON_CARD) > MOST_ON_CARD

    def _letters(self, names: Sequence[str]) -> int:
        reader = PageReader(self.found.languages_of(self.code))
        return sum(len(reader.find(self.words[name])[1]) for name in names)

    @property
    def keys(self) -> Iterator[tuple[str, Markup]]:
        return ((digits, self(what)) for digits, what in self.found.keys(self.code))

    @property
    def word(self) -> str:
        return self.found.word(self.code)

    @property
    def number(self) -> str:
        return self.found.school.site.number.national()

    @property
    def addresses(self) -> tuple[Markup, ...]:
        """What a reviewer looks for on whatever asks families to join; not one of them is ever in a text."""
        joining = more_at(f"{self.public_url}/join/{self.found.school.site.code}")
        rest = ((name, f"{self.public_url}/{name}") for name in ("terms", "privacy"))
        return (self(joining), *(Markup("{}: {}").format(self(self.words[name]), address) for name, address in rest))

    @property
    def square(self) -> Markup:
        held = sms_address(self.found, self.code)
        code = segno.make(held, error="m", micro=False, encoding=None if held.isascii() else "utf-8")
        title = f"{self.word}, {self.number}"
        return Markup(code.svg_inline(omitsize=True, title=title, svgclass="square", lineclass=None))  # noqa: S704 - of a code and a number
