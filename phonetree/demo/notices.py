"""What can be noticed at a rehearsed telephone: that it rings, what is said, who is joined to it, that it is over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from phonetree.desk.clips import CLIP, RECORDING
from phonetree.models import Call, Clip, Recording, reading
from phonetree.words.languages import LANGUAGES
from phonetree.words.numbers import PhoneNumber
from phonetree.words.speech import Paused, Played, Said, Utterance

_LANGUAGE_OF = {language.say: language.code for language in LANGUAGES.values() if language.say}


@dataclass(frozen=True, slots=True)
class Hears:
    """*language*: of the voice, where it is not the language of the call."""

    phone: PhoneNumber
    words: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Rings:
    phone: PhoneNumber


@dataclass(frozen=True, slots=True)
class IsJoined:
    phone: PhoneNumber
    other: PhoneNumber


@dataclass(frozen=True, slots=True)
class IsOver:
    """The call ended, and not because somebody hung up at this telephone."""

    phone: PhoneNumber


Notice = Hears | Rings | IsJoined | IsOver


def language_of(database: Engine, sid: str) -> str | None:
    """The language in which a call is held; None once it was forgotten."""
    with reading(database) as session:
        return session.scalar(select(Call.language).where(Call.sid == sid))


def hearing(database: Engine, phone: PhoneNumber, spoken: str, said: Sequence[Utterance]) -> Iterator[Hears]:
    """What is heard in a call of the language *spoken*. A pause is not told."""
    with reading(database) as session:
        for each in said:
            match each:
                case Said(words, language, voice):
                    code = _LANGUAGE_OF[(language, voice)]
                    yield Hears(phone, words, "" if code == spoken else code)
                case Played(source):
                    yield Hears(phone, f"[recording {_name_of(session, source)}]")
                case Paused():
                    continue


def _name_of(session: Session, source: str) -> str:
    """What was recorded, in words that are the same each time it is rehearsed."""
    kind, _colon, name = source.partition(":")
    if kind == CLIP and (clip := session.get(Clip, name)):
        return f"{clip.language}/{clip.key}"
    if kind == RECORDING and (recording := session.get(Recording, name)):
        return f"of {recording.seconds} seconds"
    return name
