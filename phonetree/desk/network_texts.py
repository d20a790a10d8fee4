"""What a text of the network's phone says in digits, in the leads' form, and what it says in words."""

from __future__ import annotations

import re

from phonetree.dialogue.keywords import Command, Said, plain_digits, understand

_FIRST = re.compile(r"([^\s:,]+)[\s:,]*(.*)", re.DOTALL)
_DIGITS = re.compile(r"[\s:,.;-]*((?:[0-9]\b[\s:,.;-]*){0,3})(.*)", re.DOTALL)
FIELDS = ("kind", "place", "level")


def words_and_digits(words: str) -> dict[str, str]:
    """``ALERT 2 1 two vans at the gate`` as answers: kind 2, place 1, and the words. Without ALERT all are words."""
    first, rest = _first_word(words)
    match understand(first, language=None):
        case Said(Command.ALERT):
            digits, spoken = _digits_and(rest)
            return dict(zip(FIELDS, digits, strict=False)) | ({"words": spoken} if spoken else {})
        case Said(Command.REPORT) if not rest:
            return {}
        case _:
            return {"words": words.strip()}


def _first_word(words: str) -> tuple[str, str]:
    found = _FIRST.match(words.strip())
    return (found[1], found[2]) if found else ("", "")


def _digits_and(rest: str) -> tuple[list[str], str]:
    found = _DIGITS.fullmatch(plain_digits(rest))
    return ([], rest) if found is None else (re.findall("[0-9]", found[1]), found[2].strip())
