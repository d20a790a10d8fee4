"""Languages that nobody speaks, made of the originals: longer with accents, in GSM-7 alone, from right to left."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from catalogs import DOMAINS, compile_into, made_up, messages, template

LONGER = 0.4
_FIELD_OR_BREAK = re.compile(r"(\{\w*\}|\n)")
_LATIN_WORD = re.compile("[A-Za-z]{2,}")
_ACCENTED = str.maketrans("aceinosuyACEINOSUY", "áçéíñóšúýÁÇÉÍÑÓŠÚÝ")
_OF_GSM7 = str.maketrans("aeinouAENOUCS", "àèìñòùÅÉÑÖÜÇß")
_HEBREW = {sign: chr(0x5D0 + n % 26) for n, sign in enumerate("abcdefghijklmnopqrstuvwxyz")}
_FROM_THE_RIGHT = str.maketrans(_HEBREW | {sign.upper(): letter for sign, letter in _HEBREW.items()})


def _each_part(words: str, change: Callable[[str], str]) -> str:
    return "".join(part if _FIELD_OR_BREAK.fullmatch(part) else change(part) for part in _FIELD_OR_BREAK.split(words))


def accented(msgid: str) -> str:
    """As long as a wordy language needs."""
    longer = "~" * round(len(msgid) * LONGER)
    return f"[{_each_part(msgid, lambda part: part.translate(_ACCENTED))} {longer}]"


def in_gsm7(msgid: str) -> str:
    return _each_part(msgid, lambda part: part.translate(_OF_GSM7))


def from_the_right(msgid: str) -> str:
    return _each_part(msgid, lambda part: part.translate(_FROM_THE_RIGHT))


PSEUDO: Mapping[str, Callable[[str], str]] = {
    "accented": accented,
    "in GSM-7": in_gsm7,
    "from the right": from_the_right,
}


def compile_pseudo(folder: Path, change: Callable[[str], str], language: str = "en") -> None:
    """Catalogs in which *language* is one of them."""
    for domain in DOMAINS:
        words = {msgid: change(msgid) for msgid in messages(template(domain))}
        compile_into(folder, language, domain, made_up(words))


def plain_words(text: str, given: str) -> set[str]:
    """Words in Latin letters that were never *given*: they stand in the program, and in no catalog."""
    return set(_LATIN_WORD.findall(text)) - set(_LATIN_WORD.findall(given))
