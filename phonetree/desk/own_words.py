"""The words that people text, as they are printed and registered: the carriers', and those of each language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from phonetree.dialogue.keyword_tables import CARRIER_WORDS, Sense, keyword_tables
from phonetree.dialogue.keywords import Said, understand
from phonetree.dialogue.meanings import Command

MOST = 3
"""Words of a language that its part of Advanced Opt-Out gets."""
JOIN = "JOIN"
_ANY_SCHOOL = "QQ"
_BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")


def carrier_words(command: Command) -> tuple[str, ...]:
    """The words that carriers take for themselves. YES is left out: it would bring somebody back who only agreed."""
    return tuple(word.upper() for word, sense in CARRIER_WORDS.items() if sense.command is command and word != "yes")


def own_words(language: str, command: Command) -> tuple[str, ...]:
    """The first single words of a language that mean this, in the plain letters that the provider's page takes."""
    return tuple(word for word in _words(language, command) if word.isascii() and word.isalnum())[:MOST]


@cache
def join_word(language: str) -> str:
    """The first word of this language for joining that no other language shares: its answer is in this language."""
    return next((word for word in _words(language, Command.JOIN) if _joins_in(language, word)), JOIN)


def _joins_in(language: str, word: str) -> bool:
    meant = understand(f"{word} {_ANY_SCHOOL}", language=None)
    return isinstance(meant, Said) and (meant.command, meant.language) == (Command.JOIN, language)


def _words(language: str, command: Command) -> Iterator[str]:
    for key, senses in keyword_tables().whole.exact.items():
        if senses.get(language) == Sense(command):
            yield _BETWEEN_HAN.sub("", " ".join(key)).upper()
