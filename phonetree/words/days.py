"""A day with its year, as a language says it in a call; in texts a day stands as 2026-09-15."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date

from phonetree.words.i18n import Named
from phonetree.words.languages import LANGUAGES

_ENGLISH = "en"


def as_said(day: date, languages: Iterable[str]) -> Named:
    """The day in those of *languages* that have a voice, and in English: September 15, 2026."""
    voiced = [code for code in (_ENGLISH, *languages) if LANGUAGES[code].say]
    return Named({code: words for code in voiced if (words := _in(code, day))}, _ENGLISH)


def _in(code: str, day: date) -> str | None:
    try:
        return format_date(day, format="long", locale=Locale.parse(code))
    except UnknownLocaleError:
        return None
