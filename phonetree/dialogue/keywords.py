"""What a text means: a command, a wish to stop, digits, or nothing we know; for the flows and the desk.

Only listed spellings match, nothing is guessed: one letter lies between ALTO, leave, and ALTA, join.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from phonetree.dialogue.folding import Words, cut, fold, plain_digits
from phonetree.dialogue.keyword_rules import ARGUMENTS, ASKED, PARENTS_COMMANDS
from phonetree.dialogue.keyword_tables import (
    CARRIER_WORDS,
    Key,
    KeywordTables,
    Sense,
    Senses,
    Spellings,
    keyword_tables,
)
from phonetree.dialogue.meanings import (
    Carrier,
    Command,
    Digits,
    Either,
    Ignored,
    Meaning,
    Said,
    Unknown,
    WishToStop,
)
from phonetree.dialogue.near_misses import near_miss
from phonetree.dialogue.phone_texts import written_by_phone

__all__ = [
    "Carrier",
    "Command",
    "Digits",
    "Either",
    "Ignored",
    "Meaning",
    "Said",
    "Unknown",
    "WishToStop",
    "fold",
    "names_removal",
    "plain_digits",
    "understand",
]

_Found = Said | WishToStop | Either

_ONLY_DIGITS = re.compile(r"[\s.,;!()\"'-]*[0-9][0-9\s.,;!()\"'-]*")
_KEYS = frozenset("*#")
_LAST_CLAUSE = re.compile(r"[.,;!?\n\u2013\u2014][^.,;!?\n\u2013\u2014]*\Z")
_AROUND_ARGUMENTS = " \t\r\n:,.;!?#\"'-\u2018\u2019\u201c\u201d\u2026"


def understand(words: str, *, language: str | None) -> Meaning:
    """What this text means to someone whose stored language is *language*, or None when we do not know it."""
    if kind := _carrier_kind(words):
        return Carrier(kind)
    tables = keyword_tables()
    text = cut(words)
    return (
        _digits(text.text)
        or written_by_phone(words, text, tables)
        or _look_up(tables, text.exact, text.folded, language)
        or _politely(tables, text, language)
        or _wish_in_sentence(tables, text)
        or _with_arguments(tables, text, language)
        or near_miss(text.folded, language)
        or Unknown()
    )


def names_removal(words: str) -> bool:
    """Whether it is a lead's REMOVE with nobody named. From anyone else it is a wish to stop."""
    senses = keyword_tables().taking.folded.get(cut(words).folded, {})
    return any(sense.command is Command.REMOVE for sense in senses.values())


def _carrier_kind(words: str) -> Literal["stop", "start", "help"] | None:
    """The carrier takes only the bare word. With so much as a full stop it may not, so that is ours to answer."""
    bare = words.strip()
    sense = CARRIER_WORDS.get(bare.lower()) if bare.isascii() else None
    match sense and sense.command:
        case Command.STOP:
            return "stop"
        case Command.START:
            return "start"
        case Command.HELP:
            return "help"
        case _:
            return None


def _digits(text: str) -> Digits | None:
    if text.strip(" .\n\t\r") in _KEYS:
        key = text.strip(" .\n\t\r")
        return Digits(key, (key,))
    if not _ONLY_DIGITS.fullmatch(text):
        return None
    groups = tuple(re.findall(r"[0-9]+", text))
    return Digits("".join(groups), groups)


def _look_up(tables: KeywordTables, exact: Key, folded: Key, language: str | None) -> _Found | None:
    asked = ASKED.get(" ".join(exact))
    if asked and (language is None or asked.settled_in != language):
        return Either(asked.offers)
    return _read(tables.whole, exact, folded, language)


def _read(spellings: Spellings, exact: Key, folded: Key, language: str | None) -> _Found | None:
    """As typed and then folded: first in the language we know, then in all, if they agree; else ask."""
    readings = [found for found in (spellings.exact.get(exact), spellings.folded.get(folded)) if found]
    for senses in readings:
        if language and language in senses:
            return _meaning(senses, senses[language])
    for senses in readings:
        if len(set(senses.values())) == 1:
            return _meaning(senses, next(iter(senses.values())))
    return _either(readings[-1]) if readings else None


def _meaning(senses: Senses, sense: Sense) -> Said | WishToStop:
    """The sense, with the language of the word where only one language has that word."""
    language = (next(iter(senses)) or None) if len(senses) == 1 else None
    return WishToStop(language) if sense.command is Command.STOP else Said(sense.command, language, item=sense.item)


def _either(senses: Senses) -> Either:
    return Either(
        tuple(
            _meaning({language: each for language, each in senses.items() if each == sense}, sense)
            for sense in dict.fromkeys(senses.values())
        )
    )


def _politely(tables: KeywordTables, text: Words, language: str | None) -> _Found | None:
    """A parent's word said twice, or with "please" and "thank you" around it."""
    first, last = _without_courtesy(text.folded, tables)
    if len(set(text.folded[first:last])) == 1:
        last = first + 1
    if last - first in {0, len(text.folded)}:
        return None
    found = _look_up(tables, text.exact[first:last], text.folded[first:last], language)
    return None if isinstance(found, Said) and found.command not in PARENTS_COMMANDS else found


def _without_courtesy(words: Key, tables: KeywordTables) -> tuple[int, int]:
    first, last = 0, len(words)
    while length := _courtesy_length(words[first:last], tables, at_end=False):
        first += length
    while length := _courtesy_length(words[first:last], tables, at_end=True):
        last -= length
    return first, last


def _courtesy_length(words: Key, tables: KeywordTables, *, at_end: bool) -> int:
    for length in range(min(tables.longest_courtesy, len(words)), 0, -1):
        if (words[-length:] if at_end else words[:length]) in tables.courtesy:
            return length
    return 0


def _wish_in_sentence(tables: KeywordTables, text: Words) -> WishToStop | None:
    if languages := tables.wishes.languages_in(text.folded):
        wish = WishToStop(next(iter(languages)) if len(languages) == 1 else None)
        return None if tables.no_wishes.languages_in(text.folded) else wish
    return WishToStop() if _last_clause(tables, text) in tables.last_words else None


def _last_clause(tables: KeywordTables, text: Words) -> Key:
    """Where it is not the whole text: "I moved away. Please stop"."""
    found = _LAST_CLAUSE.search(text.text.rstrip(_AROUND_ARGUMENTS))
    if found is None:
        return ()
    clause = cut(found[0]).folded
    first, last = _without_courtesy(clause, tables)
    return clause[first:last]


def _with_arguments(tables: KeywordTables, text: Words, language: str | None) -> _Found | None:
    """A command that takes something, with something that it can take; the longest command wins."""
    for length in range(min(len(text.exact) - 1, tables.taking.longest), 0, -1):
        found = _read(tables.taking, text.exact[:length], text.folded[:length], language)
        if found is None:
            continue
        arguments = text.text[text.ends[length - 1] :].strip(_AROUND_ARGUMENTS)
        match [_with(said, arguments, tables) for said in _commands(found) if _takes(said.command, arguments)]:
            case [said]:
                return said
            case [_, *_] as several:
                return Either(tuple(several))
            case _:
                continue
    return None


def _commands(found: _Found) -> Iterator[Said]:
    match found:
        case Said():
            yield found
        case Either(offers):
            yield from (offer for offer in offers if isinstance(offer, Said))
        case WishToStop():
            return


def _takes(command: Command, arguments: str) -> bool:
    pattern = ARGUMENTS.get(command)
    return pattern is not None and pattern.fullmatch(arguments) is not None


def _with(said: Said, arguments: str, tables: KeywordTables) -> Said:
    if said.command is not Command.LANGUAGE:
        return replace(said, arguments=arguments)
    return replace(said, arguments=arguments, item=tables.language_names.get(cut(arguments).folded))
