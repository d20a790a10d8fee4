"""One form for the many ways a word is typed: accents, cases, digits of every script; for the matching of keywords."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
# One Han character is a word of its own, so that phrases are found in a script that writes no spaces.
_WORD = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+")
_APOSTROPHES = frozenset("'`\u00b4\u02bb\u02bc\u2018\u2019")
# Arabic vowel marks and tatweel; what makes a digit a key cap or an emoji.
_ORNAMENTS = re.compile("[\u0640\u064b-\u065f\u0670\u06d6-\u06ed\ufe00-\ufe0f\u20e3]")
# Letters typed one for the other which no decomposition brings together.
_SAME_LETTER = {
    "\u0111": "d",
    "\u00f0": "d",
    "\u0142": "l",
    "\u00f8": "o",
    "\u0131": "i",
    "\u0451": "\u0435",  # Cyrillic yo, written ye; short i, yi and ghe with upturn
    "\u0439": "\u0438",
    "\u0457": "\u0456",
    "\u0491": "\u0433",
    "\u0622": "\u0627",  # Arabic and Persian: four alefs,
    "\u0623": "\u0627",
    "\u0625": "\u0627",
    "\u0671": "\u0627",
    "\u064a": "\u06cc",  # three yehs,
    "\u0649": "\u06cc",
    "\u0643": "\u06a9",  # two kafs,
    "\u0629": "\u0647",  # five hehs
    "\u06be": "\u0647",
    "\u06c0": "\u0647",
    "\u06c1": "\u0647",
    "\u06c3": "\u0647",
}
_CHARACTERS_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Words:
    """A text cut into words, each as typed but for its case, and folded; with where each ends in the clean text."""

    text: str
    exact: tuple[str, ...]
    folded: tuple[str, ...]
    ends: tuple[int, ...]


def plain_digits(words: str) -> str:
    """The same text with the digits of every script in ASCII."""
    return words if words.isascii() else "".join(map(_plain_digit, words))


def fold(words: str) -> str:
    """The form in which two ways to type a word are the same: no case, no Latin accents, no invisible marks."""
    folded = clean(words).casefold()
    return folded if folded.isascii() else "".join(map(_plain_letter, folded))


def clean(words: str) -> str:
    """The text without what no eye sees, compatibility forms and foreign digits; case and accents are kept."""
    if words.isascii():
        return words.replace("'", "").replace("`", "")
    return "".join(map(_visible, unicodedata.normalize("NFKC", words)))


def cut(words: str) -> Words:
    text = clean(words)
    found = [(match[0], match.end()) for match in _WORD.finditer(text)]
    exact = tuple(word.casefold() for word, _ in found)
    folded = exact if text.isascii() else tuple(fold(word) for word in exact)
    return Words(text, exact, folded, tuple(end for _, end in found))


@lru_cache(_CHARACTERS_REMEMBERED)
def _plain_digit(char: str) -> str:
    return str(unicodedata.digit(char)) if char.isdigit() else char


@lru_cache(_CHARACTERS_REMEMBERED)
def _visible(char: str) -> str:
    if char in _APOSTROPHES or _ORNAMENTS.match(char) or unicodedata.category(char) == "Cf":
        return ""
    return _plain_digit(char)


@lru_cache(_CHARACTERS_REMEMBERED)
def _plain_letter(char: str) -> str:
    if char in _SAME_LETTER:
        return _SAME_LETTER[char]
    if unicodedata.name(char, "").startswith("LATIN"):
        return unicodedata.normalize("NFD", char)[0]
    return "" if unicodedata.name(char, "").startswith("COMBINING") else char
