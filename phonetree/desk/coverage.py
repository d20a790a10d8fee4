"""How far each language is, for who translates and records: words, their review, recordings, and what alerts would use.

It reads the catalogs as translators write them, with their comments; what runs reads the compiled ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy.orm import Session

from phonetree.desk.budgets import room_left
from phonetree.desk.catalog_files import Entry, entries
from phonetree.desk.clips import ClipStore, shipped
from phonetree.desk.means import Means
from phonetree.desk.schools import school_of
from phonetree.flows.prompts import PROMPTS
from phonetree.flows.spoken_alerts import time, where
from phonetree.models import Site
from phonetree.words.i18n import CALLS, DOMAIN, LOCALES, Moment, Named, Spoken, Word
from phonetree.words.languages import LANGUAGES
from phonetree.words.pages import PAGES
from phonetree.words.speech import Paused, Played, Recordings, Said, Utterance, clip_of, speaker_for

PARTS: Mapping[str, str] = {"level": "level-", "kind": "kind-", "advice": "advice-"}
"""The parts of an alert that are sentences, by how the names of their recordings begin."""


@dataclass(frozen=True, slots=True)
class Translated:
    """Strings of one catalog in one language. Those that are neither drafted nor reviewed say nothing of themselves."""

    total: int
    done: int
    drafted: int
    reviewed: int


NOTHING = Translated(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Coverage:
    """One language. ``borrowed``: for each part of an alert that is not all in it, the languages it would use."""

    language: str
    texts: Translated
    calls: Translated
    recorded: int
    prompts: int
    borrowed: Mapping[str, tuple[str, ...]]
    pages: Translated = NOTHING
    too_long: int = 0
    """Texts that take more segments than they may, at their longest."""

    @property
    def has_voice(self) -> bool:
        return LANGUAGES[self.language].say is not None


@dataclass(frozen=True, slots=True)
class ShippedRecordings:
    """The recordings that come with the program, where no database is asked."""

    locales: Path = LOCALES

    def find(self, language: str, key: str) -> str | None:
        return f"file:{language}/{key}" if shipped(language, key, self.locales) else None


@dataclass(frozen=True, slots=True)
class Meter:
    """Measures languages against *prompts*, for a school whose first language is *default*.

    *places* and *times* are the sentences of an alert that have a value in them, one of each kind that there is.
    """

    prompts: Sequence[Spoken]
    recordings: Recordings
    places: Sequence[Word] = ()
    times: Sequence[Word] = ()
    default: str = "en"
    locales: Path = LOCALES

    def measure(self, language: str) -> Coverage:
        keys = {key for prompt in self.prompts if (key := clip_of(prompt))}
        return Coverage(
            language,
            texts=translated(language, DOMAIN, self.locales),
            calls=translated(language, CALLS, self.locales),
            recorded=sum(self.recordings.find(language, key) is not None for key in keys),
            prompts=len(keys),
            borrowed={part: used for part, words in self._parts().items() if (used := self._borrowed(language, words))},
            pages=translated(language, PAGES, self.locales),
            too_long=sum(_is_too_long(entry, language) for entry in entries(self.locales, language)),
        )

    def _parts(self) -> Mapping[str, Sequence[Word]]:
        sentences = {
            part: [prompt for prompt in self.prompts if clip_of(prompt).startswith(beginning)]
            for part, beginning in PARTS.items()
        }
        return {**sentences, "place": self.places, "time": self.times}

    def _borrowed(self, language: str, words: Sequence[Word]) -> tuple[str, ...]:
        used = [heard_in(word, language, self.default, self.recordings) for word in words]
        return tuple(dict.fromkeys(code for code in used if code != language))


def _is_too_long(entry: Entry, language: str) -> bool:
    room = room_left(entry.msgid, entry.words, language) if entry.domain == DOMAIN else None
    return room is not None and room < 0


def heard_in(word: Word, language: str, default: str, recordings: Recordings) -> str:
    """The language in which who speaks this *language*, and no second one, would hear it."""
    witness = _Witness(recordings)
    speaker = speaker_for(language, None, default, witness)
    return next((_language_of(utterance, witness) for utterance in speaker.speak(word)), language)


@dataclass(slots=True)
class _Witness:
    """Remembers in which language a recording was found last."""

    recordings: Recordings
    language: str = ""

    def find(self, language: str, key: str) -> str | None:
        found = self.recordings.find(language, key)
        self.language = language if found else self.language
        return found


def _language_of(utterance: Utterance, witness: _Witness) -> str:
    match utterance:
        case Played():
            return witness.language
        case Said(_words, language, voice):
            return next(code for code, row in LANGUAGES.items() if row.say == (language, voice))
        case Paused():
            return ""


def coverage_of(session: Session, means: Means, site: Site) -> list[Coverage]:
    """Each language of a school, with its own places and recordings."""
    school = school_of(means, site)
    default = school.site.languages[0]
    places = [where(Named(place.name, default)) for place in school.places]
    meter = Meter(PROMPTS, ClipStore(session, site), places, [any_time()], default)
    return [meter.measure(language) for language in school.site.languages]


def any_time() -> Word:
    """A time of an alert, as it is said: any morning's."""
    at = datetime(2026, 11, 16, 7, 51, tzinfo=UTC)
    return time(Moment(at, at.date()))


def translated(language: str, domain: str, locales: Path = LOCALES) -> Translated:
    """The strings of this catalog. English is what they are translated from."""
    total = len(_entries(locales / f"{domain}.pot"))
    if language == "en":
        return Translated(total, total, 0, total)
    entries = _entries(locales / language / "LC_MESSAGES" / f"{domain}.po")
    remarks = [remark for words, remark in entries if words]
    return Translated(
        total,
        done=len(remarks),
        drafted=sum(remark == "drafted" for remark in remarks),
        reviewed=sum(remark.startswith("reviewed by ") for remark in remarks),
    )


def _entries(file: Path) -> Sequence[tuple[str, str]]:
    """Each entry's translation, empty where there is none, and what it says about itself."""
    return _read(file, file.stat().st_mtime_ns) if file.is_file() else ()


@lru_cache(maxsize=64)
def _read(file: Path, _changed_at: int) -> Sequence[tuple[str, str]]:
    """Read once until it changes: a page that shows all languages would take seconds each time."""
    from babel.messages.pofile import read_po

    with file.open("rb") as written:
        return [
            ("" if entry.fuzzy else str(entry.string or ""), " ".join(entry.user_comments))
            for entry in read_po(written, ignore_obsolete=True)
            if entry.id
        ]
