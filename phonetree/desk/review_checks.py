"""What is wrong with a translation before anybody gets it: its fields, letters and length, and the words to send."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from phonetree.desk.budgets import fields, room_left
from phonetree.dialogue.named_commands import commands_named
from phonetree.words.i18n import DOMAIN
from phonetree.words.languages import LANGUAGES
from phonetree.words.segments import first_not_gsm7

JOINS = "\u200c"
"""Persian writes it within words; in a text it costs a letter and may show as a box."""
UNSEEN = re.compile("[\u00a0\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
CURLY = re.compile("[\u2018\u2019\u02bc\u00b4`]")
LINK = re.compile(r"https?:|www\.|\b[\w-]+\.(?:com|org|net|edu|gov)\b", re.IGNORECASE)
PICTURES = range(0x2190, 0x2C00), range(0x1F000, 0x20000)


def wrongs(domain: str, msgid: str, words: str, language: str) -> Iterator[str]:
    """Each thing that is wrong, as it goes on after "these words"."""
    if not words.strip():
        yield "are missing"
        return
    try:
        found = fields(words)
    except ValueError:
        yield "have a brace that stands alone; fields stand in two, like {s}"
        return
    if found != fields(msgid):
        yield f"have to hold exactly these fields: {_listed(fields(msgid))}; they hold: {_listed(found)}"
        return
    yield from _of_any(domain, words)
    if domain == DOMAIN:
        yield from _of_texts(msgid, words, language)


def _of_any(domain: str, words: str) -> Iterator[str]:
    if UNSEEN.search(words if domain == DOMAIN else words.replace(JOINS, "")):
        yield "hold a character that nobody sees, such as a no-break space or a mark of direction"
    if LINK.search(words):
        yield "hold a link; no message of ours has one"
    if any(ord(sign) in pictures for sign in words for pictures in PICTURES):
        yield "hold a picture or an arrow"


def _of_texts(msgid: str, words: str, language: str) -> Iterator[str]:
    if CURLY.search(words):
        yield "hold a curly apostrophe; in a text it is the straight one (')"
    if LANGUAGES[language].is_gsm7 and (sign := first_not_gsm7(words)):
        yield f"hold the letter {sign}, which makes every text of them twice as dear"
    if (room := room_left(msgid, words, language)) is not None and room < 0:
        yield f"are {-room} characters too long"
    wanted, named = commands_named(msgid, "en"), commands_named(words, language)
    if "STOP" in msgid and "STOP" not in words:
        yield "have to hold the word STOP, which the carrier takes in every language"
    elif wanted != named:
        yield f"name in capitals words to send for: {_listed(named)}; the source names those for: {_listed(wanted)}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(map(str, names))) or "none"
