"""Catalogs that translate every message into its number, with its values: what was sent can be read back as words.

So a flow is played once, and what came of it is put into every language; and what is in no catalog shows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from catalogs import CALLS, TEXTS, compile_into, made_up, messages, template, texts

from phonetree.desk.budgets import fields
from phonetree.words.languages import LANGUAGES

CODED = ("en", "es", "ko")
"""The languages of the transcripts."""
_OPEN, _LANGUAGE, _FIELD, _CLOSE = 0xE000, 0xF000, 0xF100, "\uf8ff"
_MOST_FIELDS = 100
_LANGUAGES = tuple(LANGUAGES)


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it was put into words, with the pieces that its fields held."""

    domain: str
    msgid: str
    language: str
    values: Mapping[str, Sequence[Piece]]


Piece = str | Message


@cache
def _all() -> list[tuple[str, str]]:
    return [(domain, msgid) for domain in (TEXTS, CALLS) for msgid in sorted(messages(template(domain)))]


def _coded(number: int, msgid: str, language: str) -> str:
    values = "".join(f"{chr(_FIELD + n)}{{{name}}}" for n, name in enumerate(sorted(fields(msgid))))
    return f"{chr(_OPEN + number)}{chr(_LANGUAGE + _LANGUAGES.index(language))}{values}{_CLOSE}"


def coded(domain: str, msgid: str, language: str) -> str:
    return _coded(_all().index((domain, msgid)), msgid, language)


def compile_coded(folder: Path) -> None:
    for domain in (TEXTS, CALLS):
        numbered = [(number, msgid) for number, (of, msgid) in enumerate(_all()) if of == domain]
        for code in CODED:
            words = {msgid: _coded(number, msgid, code) for number, msgid in numbered}
            compile_into(folder, code, domain, made_up(words))


def read_back(body: str) -> list[Piece]:
    """The messages that *body* was made of, and what stood between them."""
    return _Cursor(body).pieces()


@dataclass(slots=True)
class _Cursor:
    body: str
    at: int = 0

    def pieces(self) -> list[Piece]:
        """Up to the end of the message around it, or of everything."""
        found: list[Piece] = []
        while self.at < len(self.body) and not self._is_edge(sign := self.body[self.at]):
            self.at += 1
            if _OPEN <= ord(sign) < _LANGUAGE:
                found.append(self._message(ord(sign) - _OPEN))
            elif found and isinstance(found[-1], str):
                found[-1] += sign
            else:
                found.append(sign)
        return found

    def _message(self, number: int) -> Message:
        domain, msgid = _all()[number]
        language = _LANGUAGES[ord(self.body[self.at]) - _LANGUAGE]
        self.at += 1
        values: dict[str, Sequence[Piece]] = {}
        for name in sorted(fields(msgid)):
            self.at += 1
            values[name] = self.pieces()
        self.at += 1
        return Message(domain, msgid, language, values)

    @staticmethod
    def _is_edge(sign: str) -> bool:
        return sign == _CLOSE or _FIELD <= ord(sign) < _FIELD + _MOST_FIELDS


Translate = Callable[[str, str, str], str]
"""The words of a message, by domain, language and message id."""


def translate(domain: str, language: str, msgid: str) -> str:
    """As the catalogs under locales/ have it; nothing where they have not."""
    return msgid if language == "en" else _written(domain, language).get(msgid, "")


@cache
def _written(domain: str, language: str) -> dict[str, str]:
    return dict(texts(language, domain))


def in_words(pieces: Sequence[Piece], language: str = "", by: Translate = translate) -> str:
    """The same in *language*, or each message in the language that it was in."""
    return "".join(piece if isinstance(piece, str) else _in_words(piece, language, by) for piece in pieces)


def _in_words(message: Message, language: str, by: Translate) -> str:
    words = by(message.domain, language or message.language, message.msgid)
    return words.format(**{name: in_words(value, language, by) for name, value in message.values.items()})


def messages_in(pieces: Sequence[Piece]) -> Iterator[Message]:
    """Every message, those inside others included."""
    for piece in pieces:
        if isinstance(piece, Message):
            yield piece
            for value in piece.values.values():
                yield from messages_in(value)


def left_over(pieces: Sequence[Piece]) -> Iterator[str]:
    """What came from no catalog."""
    for piece in pieces:
        if isinstance(piece, str):
            yield piece
        else:
            for value in piece.values.values():
                yield from left_over(value)


_TEXT = re.compile(r"(?P<name>[\w-]+) < (?P<body>.*)", re.DOTALL)
_HEARD = re.compile(r"(?P<before>[\w-]+ hears (?:\(\w+\) )?)(?P<words>.*)", re.DOTALL)
_SENTENCE_END = re.compile(r"(?<=[.!?]) +")


@dataclass(frozen=True, slots=True)
class Line:
    """What came at once in a transcript: a text to *name*, or after *before* sentences of a call; or only a notice."""

    pieces: Sequence[Piece]
    name: str = ""
    before: str = ""

    @property
    def is_said(self) -> bool:
        return bool(self.name or self.before)

    def as_lines(self) -> list[str]:
        """As the transcript has it."""
        words = in_words(self.pieces)
        if self.before:
            return [self.before + sentence for sentence in _SENTENCE_END.split(words)]
        return f"{self.name} < {words}".replace("\n", f"\n{self.name} <   ").split("\n") if self.name else [words]


def line_of(came: str) -> Line:
    if text := _TEXT.fullmatch(came):
        return Line(read_back(text["body"].replace(f"\n{text['name']} <   ", "\n")), name=text["name"])
    if heard := _HEARD.fullmatch(came):
        return Line(read_back(heard["words"]), before=heard["before"])
    return Line([came])
