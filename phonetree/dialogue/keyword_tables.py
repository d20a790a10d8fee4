"""The committed words of every language, read once into tables; for the matching of keywords."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain, product
from typing import Any

from phonetree.dialogue.folding import cut
from phonetree.dialogue.keyword_rules import ARGUMENTS, ASKED
from phonetree.dialogue.meanings import Command

Key = tuple[str, ...]
"""The words of a text, in order."""


@dataclass(frozen=True, slots=True)
class Sense:
    """What a word means in one language."""

    command: Command
    item: str | None = None


Senses = Mapping[str, Sense]
"""By language."""

END = "$"
"""In a phrase, the end of the text; no word is ever cut to this sign."""

NO_LANGUAGE = ""
"""The language of the carrier's words: people text STOP whatever they speak."""

AID_ITEMS = (
    *("food", "rent", "legal", "ride", "clothes", "shoes", "laundry", "glasses", "backpack", "supplies"),
    *("shelter", "health", "car", "childcare"),
)

INTENTS: Mapping[str, Sense | None] = {
    **{command.name: Sense(command) for command in Command},
    # The drafts call the parents' question STATUS; the leads' command of that name is SITUATION there,
    # and START, which the carrier takes for itself, is RESUME.
    "STATUS": Sense(Command.NEWS),
    "SITUATION": Sense(Command.STATUS),
    "RESUME": Sense(Command.START),
    **{item.upper(): Sense(Command.AID, item) for item in AID_ITEMS},
    # An answer of YES or NO is never required, digits are; and the carrier's YES is not ours to read.
    "YES": None,
    "NO": None,
}
"""Every intent of the drafted word lists, and the command it stands for."""

CARRIER_WORDS: Mapping[str, Sense] = {
    **dict.fromkeys(
        ("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"), Sense(Command.STOP)
    ),
    **dict.fromkeys(("start", "yes", "unstop"), Sense(Command.START)),
    **dict.fromkeys(("help", "info"), Sense(Command.HELP)),
}


@dataclass(frozen=True, slots=True)
class Spellings:
    """What words mean, as typed and folded, and in which languages."""

    exact: Mapping[Key, Senses]
    folded: Mapping[Key, Senses]
    longest: int


@dataclass(frozen=True, slots=True)
class PhraseBook:
    """Phrases to find in a text, each with its languages; by first word, how many words to look at."""

    languages: Mapping[Key, frozenset[str]]
    lengths: Mapping[str, tuple[int, ...]]

    def languages_in(self, words: Key) -> frozenset[str]:
        """The languages whose phrases stand somewhere in these words."""
        found: frozenset[str] = frozenset()
        text = (*words, END)
        for start, word in enumerate(words):
            for length in self.lengths.get(word, ()):
                found |= self.languages.get(text[start : start + length], frozenset())
        return found

    def begins(self, words: Key) -> bool:
        """Whether these words begin with one of the phrases."""
        return bool(words) and any(words[:length] in self.languages for length in self.lengths.get(words[0], ()))


@dataclass(frozen=True, slots=True)
class KeywordTables:
    """What :func:`keyword_tables` reads from the committed files."""

    states: Mapping[str, str]
    """By language, whether a native speaker has read its words: drafted or reviewed."""
    whole: Spellings
    """The meaning of a whole text."""
    taking: Spellings
    """The meaning of the first words, where something that the command takes follows them."""
    language_names: Mapping[Key, str]
    """Languages by what people call them, in their own words and in others'."""
    wishes: PhraseBook
    no_wishes: PhraseBook
    last_words: frozenset[Key]
    courtesy: frozenset[Key]
    longest_courtesy: int
    before_a_quote: frozenset[Key]
    reactions: frozenset[Key]
    automatic: frozenset[Key]
    automatic_start: PhraseBook


@cache
def keyword_tables() -> KeywordTables:
    """The tables, built at the first text."""
    languages = dict(_read_languages())
    spellings = tuple(_spellings(languages))
    whole = _table(spellings)

    def phrases(section: str, name: str) -> Iterator[tuple[Key, str]]:
        for language, table in languages.items():
            for pattern in table.get(section, {}).get(name, ()):
                yield from ((phrase, language) for phrase in _spelled_out(pattern))

    def keys(section: str, name: str) -> frozenset[Key]:
        return frozenset(phrase for phrase, _ in phrases(section, name))

    courtesy = keys("sentences", "courtesy")
    return KeywordTables(
        states={language: str(table["state"]) for language, table in languages.items()},
        whole=whole,
        taking=_table(each for each in spellings if each[2].command in ARGUMENTS and each[2].item is None),
        language_names={
            key: sense.item
            for key, senses in whole.folded.items()
            for sense in senses.values()
            if sense.command is Command.LANGUAGE and sense.item
        },
        wishes=_book(phrases("sentences", "wishes")),
        no_wishes=_book(phrases("sentences", "unless")),
        last_words=keys("sentences", "last_words"),
        courtesy=courtesy,
        longest_courtesy=max(map(len, courtesy)),
        before_a_quote=keys("phones", "before_a_quote"),
        reactions=keys("phones", "reactions"),
        automatic=keys("phones", "automatic"),
        automatic_start=_book(phrases("phones", "automatic_start")),
    )


def _read_languages() -> Iterator[tuple[str, dict[str, Any]]]:
    folder = files("phonetree.words").joinpath("keywords")
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            yield file.name.removesuffix(".toml"), tomllib.loads(file.read_text(encoding="utf-8"))


def _table(spellings: Iterable[tuple[str, str, Sense]]) -> Spellings:
    exact: defaultdict[Key, dict[str, Sense]] = defaultdict(dict)
    folded: defaultdict[Key, dict[str, Sense]] = defaultdict(dict)
    for language, spelling, sense in spellings:
        words = cut(spelling)
        # Where a language has one word for two commands, the parents' comes first in its file: REMOVE is a wish to
        # stop, and a lead's command only before a name.
        exact[words.exact].setdefault(language, sense)
        # With its accents a word may be plain, though without them it must be asked about.
        if words.exact == words.folded or " ".join(words.folded) not in ASKED:
            folded[words.folded].setdefault(language, sense)
    return Spellings(dict(exact), dict(folded), max(map(len, exact)))


def _spellings(languages: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str, Sense]]:
    for word, sense in CARRIER_WORDS.items():
        if word != "yes":
            yield NO_LANGUAGE, word, sense
    for language, table in languages.items():
        for intent, spellings in table["intents"].items():
            sense_or_none = INTENTS[intent]
            if sense_or_none is not None:
                yield from ((language, spelling, sense_or_none) for spelling in spellings)
        for named, spellings in {language: table["names"], **table.get("names_of", {})}.items():
            yield from ((language, spelling, Sense(Command.LANGUAGE, named)) for spelling in spellings)


def _spelled_out(pattern: str) -> Iterator[Key]:
    """All phrases of a pattern: "a|b" is one of these words, "a?" may be missing, "$" is the end of the text."""
    slots = [
        [(END,) if word == END else cut(word).folded for word in slot.rstrip("?").split("|")]
        + [()] * slot.endswith("?")
        for slot in pattern.split()
    ]
    for words in product(*slots):
        yield tuple(chain.from_iterable(words))


def _book(phrases: Iterable[tuple[Key, str]]) -> PhraseBook:
    languages: defaultdict[Key, set[str]] = defaultdict(set)
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    for phrase, language in phrases:
        languages[phrase].add(language)
        lengths[phrase[0]].add(len(phrase))
    return PhraseBook(
        {phrase: frozenset(each) for phrase, each in languages.items()},
        {first: tuple(sorted(each)) for first, each in lengths.items()},
    )
