"""A word that is typed nearly as one we know is asked about, never taken for it; and never is a stop made of it."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache

from phonetree.dialogue.keyword_tables import Key, Sense, keyword_tables
from phonetree.dialogue.meanings import Command, Either, Said

OFFERED = frozenset(
    {
        *(Command.HELP, Command.AID, Command.JOIN, Command.LANGUAGE, Command.RIGHTS, Command.HOTLINE, Command.FIND),
        *(Command.NEWS, Command.REPORT, Command.LEAD, Command.PLAN, Command.LESS, Command.MENU),
    }
)
"""What may be suggested: nothing that leaves, comes back, says that somebody is safe, forgets, or leads."""
SHORTEST = 6
"""Letters. Between shorter words lies a letter or two: ALTO and ALTA, STOP and SHOP."""
LIKE = 0.8
"""Of all letters of both words, those that stand in both in the same order."""
MOST = 2


def near_miss(words: Key, language: str | None) -> Either | None:
    """What the one word of a text may have been meant for, in the stored language or in English.

    Where it is nearest to a word that leaves, nothing is suggested at all: the menu then names how to leave.
    """
    if len(words) != 1 or len(words[0]) < SHORTEST or not words[0].isalpha():
        return None
    known = _known(language or "en")
    near = get_close_matches(words[0], known, n=MOST, cutoff=LIKE)
    senses = list(dict.fromkeys(known[each] for each in near))
    if not senses or any(sense.command not in OFFERED for sense in senses):
        return None
    return Either(tuple(Said(sense.command, language, item=sense.item) for sense in senses))


@cache
def _known(language: str) -> Mapping[str, Sense]:
    """Single words of one language and of English, folded, that are long enough to be told apart."""
    found: dict[str, Sense] = {}
    for key, senses in keyword_tables().whole.folded.items():
        sense = senses.get(language) or senses.get("en")
        if sense is not None and len(key) == 1 and len(key[0]) >= SHORTEST - 1:
            found[key[0]] = sense
    return found
