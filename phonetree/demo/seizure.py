"""What a seized disk gives away: phone numbers and voices in a folder's raw bytes, for the demo and the house test."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from phonetree.words.numbers import PhoneNumber

_BETWEEN = b" \t.()+/-\0"
"""What stands between the digits of a written number; NUL because UTF-16 puts one beside every digit."""
_QUOTED = re.compile(rb"%(?:25)?(?:20|28|29|2[bBdDeEfF])")
_SPACES = re.compile(rb"\xc2\xa0|\xe2\x80[\x90-\x95\x8b\xaf]")
_DIGITS = re.compile(rb"[0-9]{7,}")
_HEX = re.compile(rb"(?:[0-9a-fA-F][ :]?){14,}")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{10,}")
_QUANTUM = 4
_NORTH_AMERICA = "+1"
_SOUND = re.compile(rb"RIFF.{4}WAVE|WAVEfmt |ID3[\x02-\x04]\0|OggS\0", re.DOTALL)
"""How files of sound begin."""


@dataclass(frozen=True, slots=True)
class Find:
    """One number in one file. ``which`` is its place among the numbers searched for: a find never shows it."""

    file: str
    form: str
    which: int


def search_folder(folder: Path, numbers: Iterable[PhoneNumber]) -> list[Find]:
    """Every phone number of *numbers* in any file below *folder*, however it is written there."""
    wanted = _Wanted.of(numbers)
    found: set[Find] = set()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = str(path.relative_to(folder))
        found |= {Find(name, form, which) for form, which in wanted.in_bytes(path.read_bytes())}
    return sorted(found, key=lambda find: (find.file, find.form, find.which))


def search_sounds(folder: Path) -> list[str]:
    """The files below *folder* in which sound lies open."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [str(path.relative_to(folder)) for path in files if _SOUND.search(path.read_bytes())]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The digits that are looked for, forwards and backwards, and how long they are."""

    forwards: dict[bytes, int]
    backwards: dict[bytes, int]
    lengths: frozenset[int]

    @classmethod
    def of(cls, numbers: Iterable[PhoneNumber]) -> _Wanted:
        forwards = {_shortest(number): which for which, number in enumerate(numbers)}
        backwards = {digits[::-1]: which for digits, which in forwards.items()}
        return cls(forwards, backwards, frozenset(map(len, forwards)))

    def in_bytes(self, raw: bytes) -> Iterator[tuple[str, int]]:
        """The form and the place of each number in *raw*."""
        for form, view in _views(raw):
            for run in _DIGITS.findall(_joined(view)):
                for digits in self._windows(run):
                    if digits in self.forwards:
                        yield form, self.forwards[digits]
                    if digits in self.backwards:
                        yield f"{form}, reversed", self.backwards[digits]

    def _windows(self, run: bytes) -> Iterator[bytes]:
        for length in self.lengths:
            for start in range(len(run) - length + 1):
                yield run[start : start + length]


def _shortest(number: PhoneNumber) -> bytes:
    """The digits that every way of writing the number has: without the plus, and without the 1 of North America."""
    return number.e164.removeprefix(_NORTH_AMERICA).removeprefix("+").encode()


def _joined(view: bytes) -> bytes:
    """Digits moved together over all that people and programs put between them."""
    return _SPACES.sub(b"", _QUOTED.sub(b"", view)).translate(None, _BETWEEN)


def _views(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """The bytes as they are, and what is in them as hex or base64, at whatever place a run of it begins."""
    yield "plain", raw
    for run in _HEX.findall(raw):
        digits = run.translate(None, b" :").decode()
        for start in range(2):
            yield "hex", bytes.fromhex(digits[start : len(digits) - (len(digits) - start) % 2])
    for run in _BASE64.findall(raw):
        for start in range(_QUANTUM):
            yield "base64", _from_base64(run[start:].replace(b"+", b"-").replace(b"/", b"_"))


def _from_base64(run: bytes) -> bytes:
    """With or without its padding; one character too many says nothing."""
    over = len(run) % _QUANTUM
    return urlsafe_b64decode(run[: len(run) - 1] if over == 1 else run + b"=" * (-over % _QUANTUM))
