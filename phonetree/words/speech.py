"""What is said in a call: for each sentence and listener a recording, else a provider's voice, never silence."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from phonetree.words.i18n import (
    ByChannel,
    InLanguage,
    Lines,
    Moment,
    Named,
    NotSpoken,
    Recorded,
    Sentences,
    Spoken,
    Text,
    Word,
)
from phonetree.words.languages import LANGUAGES
from phonetree.words.numbers import PhoneNumber
from phonetree.words.spoken_values import digit_by_digit, in_language, time_of, value_in

__all__ = [
    "LONGEST_KEY",
    "NoRecordings",
    "Paused",
    "Played",
    "Recordings",
    "Said",
    "Speaker",
    "Utterance",
    "clip_of",
    "digit_by_digit",
    "in_language",
    "key_of",
    "place_key",
    "speaker_for",
]

LONGEST_KEY = 60
_MARK = 8
_ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Said:
    """Words for the provider's voice, in its own names of language and voice (an allow-list: the languages' table)."""

    words: str = field(repr=False)
    language: str
    voice: str


@dataclass(frozen=True, slots=True)
class Played:
    """A recording, by the name that the store of recordings gave it."""

    source: str


@dataclass(frozen=True, slots=True)
class Paused:
    """A moment's silence, in whole seconds."""

    seconds: int


Utterance = Said | Played | Paused


class Recordings(Protocol):
    """Where recorded sentences are found."""

    def find(self, language: str, key: str) -> str | None:
        """The name of the approved recording of this sentence in this language, for ``Played``."""


class NoRecordings:
    """Nothing is recorded."""

    def find(self, language: str, key: str) -> str | None:  # noqa: ARG002 - the port's shape
        return None


@dataclass(frozen=True, slots=True)
class Speaker:
    """Speaks to somebody who understands *languages*, best first, those without a voice included."""

    languages: tuple[str, ...]
    recordings: Recordings = field(default_factory=NoRecordings)

    @property
    def language(self) -> str:
        return self.languages[0]

    def speak(self, *words: Word) -> tuple[Utterance, ...]:
        """Every sentence falls back on its own, down the listener's languages; neighbours of one voice are joined."""
        return tuple(_joined(self._utterances(words)))

    def _utterances(self, words: Sequence[Word]) -> Iterator[Utterance]:
        for word in words:
            match word:
                case Sentences(parts) | Lines(parts):
                    yield from self._utterances(parts)
                case ByChannel(_written, said):
                    yield from self._utterances([said])
                case InLanguage(language, inner):
                    yield from _in_own_language(self._in(language), inner)
                case Recorded(recording):
                    yield Played(recording if ":" in recording else f"recording:{recording}")
                case Spoken():
                    yield self._sentence(word)
                case Moment():
                    yield self._sentence(time_of(word))
                case Named():
                    yield from self._place(word)
                case Text():
                    raise NotSpoken(word.msgid[:30])
                case PhoneNumber() | int() | str():
                    yield from self._literal(word)

    def _in(self, language: str) -> Speaker:
        return Speaker((language, *(each for each in self.languages if each != language)), self.recordings)

    def _sentence(self, word: Spoken) -> Utterance:
        key = clip_of(word)
        for language in self.languages:
            if played := self.played(language, key):
                return played
            if (voice := LANGUAGES[language].say) and (words := in_language(word, language)):
                return Said(words, *voice)
        return Said(in_language(word, _ENGLISH) or word.msgid, *_english())

    def _place(self, place: Named) -> Iterator[Utterance]:
        """A school's own words: recorded, or by a voice of a language that the school named it in."""
        for language in self.languages:
            if played := self.played(language, place_key(place)):
                yield played
                return
            if (voice := LANGUAGES[language].say) and (words := place.words.get(language)):
                yield from _said(words, voice)
                return
        yield from _said(*_named_somewhere(place))

    def _literal(self, word: PhoneNumber | int | str) -> Iterator[Utterance]:
        """A number or a name that is the same in every language, by the voice that the listener knows best."""
        voices = (LANGUAGES[language].say for language in self.languages)
        yield from _said(value_in(word, self.language) or "", next(filter(None, voices), _english()))

    def played(self, language: str, key: str) -> Played | None:
        """The recording of that name in this language, where there is one."""
        source = self.recordings.find(language, key) if key else None
        return Played(source) if source else None


def speaker_for(language: str, second: str | None, default: str, recordings: Recordings) -> Speaker:
    """A speaker by the spoken rule: own variant, own language, second language, the school's default, English.

    Each once. Those that are recorded only are among them, for here they have what they lack in writing.
    """
    wanted = (each for code in (language, second, default, _ENGLISH) if code for each in (code, code.partition("_")[0]))
    return Speaker(tuple(dict.fromkeys(code for code in wanted if code in LANGUAGES)), recordings)


def _in_own_language(speaker: Speaker, word: Word) -> Iterator[Utterance]:
    """Words that are in the speaker's language already are left to no other voice: it would not know their letters."""
    if not isinstance(word, str):
        yield from speaker.speak(word)
    elif played := speaker.played(speaker.language, key_of(word)):
        yield played
    elif voice := LANGUAGES[speaker.language].say:
        yield from _said(word, voice)


def _english() -> tuple[str, str]:
    voice = LANGUAGES[_ENGLISH].say
    if voice is None:
        raise NotSpoken(_ENGLISH)
    return voice


def _said(words: str, voice: tuple[str, str]) -> Iterator[Said]:
    if words.strip():
        yield Said(words, *voice)


def _named_somewhere(place: Named) -> tuple[str, tuple[str, str]]:
    """For a listener none of whose languages has both a voice and the place's name: the first language that has."""
    for code in (place.default, _ENGLISH, *place.words):
        if code in place.words and code in LANGUAGES and (voice := LANGUAGES[code].say):
            return place.words[code], voice
    return place.words.get(place.default, ""), _english()


def _joined(utterances: Iterator[Utterance]) -> Iterator[Utterance]:
    """Sentences of one voice become one: a voice breathes better within one request than between two."""
    held: Utterance | None = None
    for each in utterances:
        match held, each:
            case Said(before, language, voice), Said(after, same_language, same_voice) if (language, voice) == (
                same_language,
                same_voice,
            ):
                held = Said(f"{before} {after}", language, voice)
            case None, _:
                held = each
            case _:
                yield held
                held = each
    if held is not None:
        yield held


def clip_of(word: Spoken) -> str:
    """The name under which this sentence is recorded; empty where its values keep it from being recorded."""
    if word.clip:
        return word.clip
    return "" if word.args else key_of(word.msgid)


def key_of(words: str) -> str:
    """A sentence as the name of a recording: ``for-your-rights``.

    What is too long, or has letters of another script, ends in a mark of its own: no two sentences share a name.
    """
    decomposed = [each for each in unicodedata.normalize("NFKD", words) if not unicodedata.combining(each)]
    plain = "".join(each for each in decomposed if each.isascii()).lower()
    key = re.sub("[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")
    if len(key) <= LONGEST_KEY and not any(each.isalnum() and not each.isascii() for each in decomposed):
        return key
    mark = hashlib.sha256(words.encode(errors="surrogatepass")).hexdigest()[:_MARK]
    return f"{key[: LONGEST_KEY - _MARK - 1].strip('-')}-{mark}".strip("-")


def place_key(place: Named) -> str:
    """A school's own words are recorded under the words of its first language."""
    key = key_of(place.words.get(place.default, ""))
    return f"place-{key}" if key else ""
