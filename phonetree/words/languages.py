"""Languages, for everyone who chooses words or a voice for somebody: which there are, and which come after which."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from phonetree.words.languages_table import TABLE, Language

__all__ = ["LANGUAGES", "Language", "UnknownLanguage", "fallbacks", "language", "language_of_script", "normalise_code"]

LANGUAGES: Mapping[str, Language] = MappingProxyType({row.code: row for row in TABLE})

_ENGLISH = "en"
_LANGUAGE_OF_SCRIPT = MappingProxyType({"HANGUL": "ko", "ARMENIAN": "hy", "ETHIOPIC": "am"})
_ALIASES = MappingProxyType(
    {
        "tl": "fil",
        "hmn": "mww",
        "yue": "zh_Hant",
        "cmn": "zh_Hans",
        "zh_cn": "zh_Hans",
        "zh_sg": "zh_Hans",
        "zh_tw": "zh_Hant",
        "zh_hk": "zh_Hant",
    }
)
_BY_LOWER_CASE = MappingProxyType({code.lower(): code for code in LANGUAGES} | _ALIASES)


class UnknownLanguage(LookupError):
    """A code that is none of ours. ``zap`` is one: it names a family whose speakers do not understand one another."""

    def __init__(self, code: str) -> None:
        super().__init__(f"{code[:20]!r} is not one of our languages: {', '.join(LANGUAGES)}")
        self.code = code


def language(code: str) -> Language:
    """The language of exactly this code. Raises ``UnknownLanguage``."""
    try:
        return LANGUAGES[code]
    except KeyError:
        raise UnknownLanguage(code) from None


def normalise_code(code: str) -> str:
    """Our code for a tag as people write it: zh-Hans, ES_419, tl. Raises ``UnknownLanguage``."""
    tag = code.strip().replace("-", "_").lower()
    primary = tag.split("_")[0]
    for candidate in (tag, "_".join(tag.split("_")[:2]), primary):
        if candidate in _BY_LOWER_CASE:
            return _BY_LOWER_CASE[candidate]
    raise UnknownLanguage(code)


def fallbacks(code: str, second: str | None, default: str) -> tuple[str, ...]:
    """The languages to look for words in, best first: one's own, one's second, the site's default, English.

    Each once, and only those with text: who speaks a language that is recorded only reads their second one.
    """
    wanted = (code, second, default, _ENGLISH)
    known = [LANGUAGES[each] for each in wanted if each and each in LANGUAGES]
    return tuple(dict.fromkeys(each.code for each in known if each.has_text))


def language_of_script(text: str) -> str | None:
    """The language that a text's letters give away, where one of ours alone is written so; else nothing."""
    letters = [character for character in unicodedata.normalize("NFKC", text) if character.isalpha()]
    scripts = {unicodedata.name(letter, "").split(" ")[0] for letter in letters}
    return _LANGUAGE_OF_SCRIPT.get(scripts.pop()) if len(scripts) == 1 else None
