"""What is said in calls, written down for a page: from the catalogs of calls, in the reader's language."""

from __future__ import annotations

from markupsafe import Markup

from phonetree.desk.page_words import direction
from phonetree.words.i18n import CALLS, InLanguage, Spoken, Word, catalog
from phonetree.words.languages import LANGUAGES
from phonetree.words.pages import PageReader


def in_writing(word: Word, languages: tuple[str, ...]) -> Markup:
    """The sentence, marked with the language that it is in."""
    code, found = _read(word, languages)
    return Markup('<span lang="{}" dir="{}">{}</span>').format(LANGUAGES[code].bcp47, direction(code), found)


def _read(word: Word, languages: tuple[str, ...]) -> tuple[str, str]:
    match word:
        case Spoken(msgid, args):
            code, found = _look_up(msgid, languages)
            return code, found.format(**{name: _read(value, languages)[1] for name, value in args.items()})
        case InLanguage(language, inner):
            return _read(inner, (language, *languages))
        case _:
            return PageReader(languages).find(word)


def _look_up(msgid: str, languages: tuple[str, ...]) -> tuple[str, str]:
    for code in languages:
        if found := catalog(code, CALLS).get(msgid):
            return code, found
    return "en", msgid
