"""What a text may cost in each language, for who translates and reviews: its segments at its longest, and what is left.

An alert is one segment where the letters of GSM-7 carry the language and two where they do not; joining, rights and
leaving two and three, and four with the words of who runs the tree; anything else two, and in UCS-2 three where the
original is one segment, five at the most.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.util import find_spec
from string import Formatter

from phonetree.words.languages import LANGUAGES
from phonetree.words.segments import measure

_ALERTS = ("phonetree.flows.alerts",)
_SAFETY = ("phonetree.flows.join", "phonetree.flows.join_words", "phonetree.flows.rights", "phonetree.flows.leave")
_ALERT, _SAFE, _OFFER, _SHORT, _OTHER = (1, 2), (2, 3), (2, 4), (2, 3), (2, 5)
"""Segments in GSM-7 and in UCS-2."""
PASSES_ON = frozenset({"words"})
"""The fields that carry what somebody wrote, which may be long."""
_OF_UCS2 = "\u0142"
_UNKNOWN = "N" * 20
_LONGEST: Mapping[str, str] = {
    **dict.fromkeys(("s", "school"), "M" * 12),
    "p": "P" * 16,
    **dict.fromkeys(("place", "item", "network", "source"), "N" * 30),
    **dict.fromkeys(("t", "t0", "u"), "12:59"),
    **dict.fromkeys(("time", "day"), "12/31 12:59"),
    **dict.fromkeys(("n", "m", "v", "all", "not_reached", "unknown", "handed", "delivered", "failed"), "9,999"),
    **dict.fromkeys(("number", "contact", "alert"), "213-555-0102"),
    "numbers": " ".join(["999"] * 20),
    "code": "4821",
    **dict.fromkeys(("ending", "digit", "days"), "99"),
    "taker": "volunteer 99",
    **dict.fromkeys(("hours", "minutes", "approved", "review"), "07:00-16:00"),
    "share": "100%",
    "choice": "C" * 60,
    **dict.fromkeys(("program", "name"), "N" * 24),
    "run_by": "N" * 53,
    "council": "LSLC",
    "level": "NOT CONFIRMED",
    "what": "N" * 25,
}
"""What a field holds at its longest. Others: twenty letters."""


def fields(words: str) -> set[str]:
    """The names in braces. Raises ``ValueError`` where a brace stands alone."""
    return {name for _before, name, *_rest in Formatter().parse(words) if name is not None}


def at_its_longest(words: str) -> str:
    return words.format(**{name: _LONGEST.get(name, _UNKNOWN) for name in fields(words)})


def budget_of(msgid: str, language: str) -> int | None:
    """The segments that a text may take in this language; none where it passes on what people wrote."""
    if fields(msgid) & PASSES_ON:
        return None
    in_gsm7, in_ucs2 = _budget(msgid)
    return in_gsm7 if LANGUAGES[language].is_gsm7 else in_ucs2


def _budget(msgid: str) -> tuple[int, int]:
    if msgid in said_in(_ALERTS):
        return _ALERT
    if msgid in said_in(_SAFETY):
        return _OFFER if "run_by" in fields(msgid) else _SAFE
    return _SHORT if measure(at_its_longest(msgid)).segments == 1 else _OTHER


def room_left(msgid: str, words: str, language: str) -> int | None:
    """Characters that *words* may still grow by; below nothing where they are too many, None where nobody counts."""
    most = budget_of(msgid, language)
    if most is None:
        return None
    alone, joined = (160, 153) if LANGUAGES[language].is_gsm7 else (70, 67)
    return (alone if most == 1 else most * joined) - units(at_its_longest(words), language)


def units(body: str, language: str) -> int:
    """Septets; or 16-bit units where GSM-7 does not carry the language: a field may hold a letter of its own."""
    if LANGUAGES[language].is_gsm7:
        return measure(body).units
    return measure(body + _OF_UCS2).units - 1


@cache
def said_in(modules: Iterable[str]) -> frozenset[str]:
    """The texts that stand in the source of these modules."""
    from babel.messages.extract import extract_from_file

    return frozenset(
        str(msgid)
        for module in modules
        if (spec := find_spec(module)) is not None and spec.origin
        for _line, msgid, _notes, _context in extract_from_file("python", spec.origin, keywords={"_": None})
    )
