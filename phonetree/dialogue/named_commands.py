"""Which commands a text tells its reader to send: its words in capitals, in any script; for who checks translations."""

from __future__ import annotations

import re

from phonetree.dialogue.keywords import Carrier, Command, Either, Said, WishToStop, understand

_WORD = re.compile(r"(?<!\w)[^\W\d_]+(?!\w)")
TITLES = frozenset({Command.CONFIRM, Command.CORRECT, Command.CLEAR, Command.DRILL, Command.UPDATE})
"""These commands are no instructions in a text: their words are the titles of alerts."""


def capitals(words: str) -> list[str]:
    """Every word in capitals, with those that follow it as one; in a script that has no capitals there are none."""
    rows: list[tuple[int, int]] = []
    for found in _WORD.finditer(words):
        start, end = found.span()
        if found[0].isupper():
            goes_on = bool(rows) and words[rows[-1][1] : start] in {" ", "-"}
            rows = [*rows[:-1], (rows[-1][0], end)] if goes_on else [*rows, (start, end)]
    return [words[start:end] for start, end in rows if end - start > 1]


def commands_named(words: str, language: str) -> set[Command]:
    """What the words in capitals would do if somebody of this language sent them; titles aside."""
    return {command for each in capitals(words) for command in commands_meant(each, language)} - TITLES


def commands_meant(words: str, language: str) -> set[Command]:
    """The command that these words are, or those that they would be asked about."""
    match understand(words, language=language):
        case Said(command):
            return {command}
        case Carrier(kind):
            return {Command(kind)}
        case WishToStop():
            return {Command.STOP}
        case Either(offers):
            return {Command.STOP if isinstance(offer, WishToStop) else offer.command for offer in offers}
        case _:
            return set()
