"""Segments, for whoever writes or pays for a text: how a carrier cuts it into parts, and in which alphabet."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")
_GSM7 = _BASIC | _EXTENSION
_BEYOND_ONE_UNIT = 0xFFFF


@dataclass(frozen=True, slots=True)
class Measure:
    """What a text costs. ``units`` are septets of GSM-7 or 16-bit units of UCS-2; an empty text has no segments."""

    encoding: str
    units: int
    segments: int


def measure(text: str) -> Measure:
    """Measure a text as it is sent, which is composed (NFC)."""
    composed = unicodedata.normalize("NFC", text)
    if is_gsm7(composed):
        widths = [2 if character in _EXTENSION else 1 for character in composed]
        return Measure("GSM-7", sum(widths), _segments(widths, alone=160, joined=153))
    widths = [2 if ord(character) > _BEYOND_ONE_UNIT else 1 for character in composed]
    return Measure("UCS-2", sum(widths), _segments(widths, alone=70, joined=67))


LONGEST_TEXT = 1600
"""Characters that a carrier takes in one text (14103, 21617)."""


def in_texts(words: str, longest: int = LONGEST_TEXT) -> list[str]:
    """*words* as one text, or as several: cut between lines, and within a line only where it is longer than a text."""
    texts: list[str] = []
    for line in words.split("\n"):
        for piece in _pieces(line, longest):
            if texts and len(texts[-1]) + 1 + len(piece) <= longest:
                texts[-1] += "\n" + piece
            else:
                texts.append(piece)
    return [text for text in texts if text.strip()]


def _pieces(line: str, longest: int) -> list[str]:
    return [line[start : start + longest] for start in range(0, len(line), longest)] or [""]


def is_gsm7(text: str) -> bool:
    return first_not_gsm7(text) is None


def first_not_gsm7(text: str) -> str | None:
    """The first character that turns the whole text into UCS-2, or nothing."""
    return next((character for character in unicodedata.normalize("NFC", text) if character not in _GSM7), None)


def plain(text: str) -> str:
    """The same in the letters of GSM-7 where that needs no more than leaving off an accent: árabe as arabe."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(each if each in _GSM7 else unicodedata.normalize("NFD", each)[0] for each in composed)


def _segments(widths: list[int], *, alone: int, joined: int) -> int:
    """Count the parts; a character of two units moves whole into the next part when only one unit is left."""
    if sum(widths) <= alone:
        return 1 if widths else 0
    parts, room = 1, joined
    for width in widths:
        if width > room:
            parts, room = parts + 1, joined
        room -= width
    return parts
