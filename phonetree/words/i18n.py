"""Text that is chosen now and put into words later, once the reader is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path

from phonetree.words.languages import LANGUAGES, fallbacks
from phonetree.words.numbers import PhoneNumber

LOCALES = Path(__file__).resolve().parents[2] / "locales"
DOMAIN = "messages"
CALLS = "voice"
"""The catalogs of what is said in calls."""


class NotWritten(TypeError):
    """What is only ever said in a call came where something is written."""


class NotSpoken(TypeError):
    """What is only ever written came where something is said."""


@dataclass(frozen=True, slots=True)
class Text:
    """A message id with its values; ``Reader.read`` turns it into words."""

    msgid: str
    args: Mapping[str, Word] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Named:
    """A school's own words for one thing, by language; ``default`` is the school's first language."""

    words: Mapping[str, str]
    default: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A local time; the day is shown when it is not *today*."""

    at: datetime
    today: date


@dataclass(frozen=True, slots=True)
class Lines:
    """Several texts below one another."""

    parts: Sequence[Word]


@dataclass(frozen=True, slots=True)
class Sentences:
    """Several whole sentences after one another. Never parts of one sentence."""

    parts: Sequence[Word]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence of a call, from the catalogs of calls, where words keep their accents.

    *clip* names a recording that may stand for the whole sentence, values included; without values the sentence's own
    words name it.
    """

    msgid: str
    args: Mapping[str, Word] = field(default_factory=dict)
    clip: str = ""


@dataclass(frozen=True, slots=True)
class ByChannel:
    """The same thing twice: as it is written in a text, and as it is said in a call."""

    written: Word
    said: Word


@dataclass(frozen=True, slots=True)
class InLanguage:
    """Said in this language whoever listens: each language of the first menu names itself."""

    language: str
    word: Word


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording that somebody made in a call, by its name, or by its kind and name: ``clip:<id>``."""

    recording: str


Word = Text | Named | Moment | Lines | Sentences | Spoken | ByChannel | InLanguage | Recorded | PhoneNumber | str | int


def _(msgid: str, /, **args: Word) -> Text:
    """Mark *msgid* for translation. The name is what ``pybabel extract`` looks for."""
    return Text(msgid, args)


def say(msgid: str, /, *, clip: str = "", **args: Word) -> Spoken:
    """Mark a sentence of a call for translation; ``pybabel extract`` looks for this name too."""
    return Spoken(msgid, args, clip)


@dataclass(frozen=True, slots=True)
class Reader:
    """Someone who reads *languages*, best first."""

    languages: tuple[str, ...]

    @property
    def language(self) -> str:
        return self.languages[0]

    def read(self, word: Word) -> str:
        """Put *word* into this reader's words. A missing translation falls back down the reader's languages."""
        match word:
            case Text(msgid, args):
                return self._translate(msgid).format(**{key: self.read(value) for key, value in args.items()})
            case Named(words, default):
                return next((words[code] for code in (*self.languages, default) if code in words), "")
            case Moment(at, today):
                return clock(at) if at.date() == today else f"{at.month}/{at.day} {clock(at)}"
            case Lines(parts):
                return "\n".join(filter(None, map(self.read, parts)))
            case Sentences(parts):
                return " ".join(filter(None, map(self.read, parts)))
            case ByChannel(written, _said):
                return self.read(written)
            case Spoken() | InLanguage() | Recorded():
                raise NotWritten(type(word).__name__)
            case PhoneNumber():
                return word.national()
            case int():
                return f"{word:,}"
            case str():
                return word

    def _translate(self, msgid: str) -> str:
        for language in self.languages:
            if found := catalog(language).get(msgid):
                return found
        return msgid


def clock(at: datetime) -> str:
    """Hours and minutes as a school says them: 7:51."""
    return f"{at.hour % 12 or 12}:{at.minute:02}"


def reader(language: str, second: str | None, default: str, *, in_latin: bool = False) -> Reader:
    """A reader by the written rule: own language, second language, the school's default, English.

    *in_latin*: only those of them that are written in Latin letters.
    """
    languages = fallbacks(language, second, default)
    return Reader(tuple(code for code in languages if not in_latin or LANGUAGES[code].script == "Latn"))


def translated() -> tuple[str, ...]:
    """The languages in which our texts can be read today: English, and those with a catalog."""
    return tuple(code for code in LANGUAGES if code == "en" or catalog(code).is_there)


@dataclass(frozen=True, slots=True)
class Catalog:
    """The translations of one language; English is the source, so what its catalog lacks is the message id itself."""

    language: str
    translations: NullTranslations

    @property
    def is_there(self) -> bool:
        return not isinstance(self.translations, _Nothing)

    def get(self, msgid: str) -> str | None:
        found = self.translations.gettext(msgid)
        return found or (msgid if self.language == "en" else None)


class _Nothing(NullTranslations):
    """What is not translated is nothing here: a translation may well be the same word as its original."""

    def gettext(self, message: str) -> str:  # noqa: ARG002 - gettext's own shape
        return ""


@cache
def catalog(language: str, domain: str = DOMAIN) -> Catalog:
    """The compiled catalog of *language*; an empty one where there is none."""
    try:
        found: NullTranslations = translation(domain, LOCALES, [language])
    except FileNotFoundError:
        return Catalog(language, _Nothing())
    found.add_fallback(_Nothing())
    return Catalog(language, found)
