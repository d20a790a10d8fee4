"""What the page tells, in one numbered order, so that a browser which was away hears what it missed; all bounded."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import StrEnum

from phonetree.simulator.wire import Crossing

MOST_LINES, MOST_CROSSINGS = 60, 60
"""Of each telephone, and of the wire."""


class LineKind(StrEnum):
    """What a line on a telephone's display is."""

    ARRIVED = "arrived"
    WROTE = "wrote"
    HEARD = "heard"
    PLAYED = "played"
    KEYS = "pressed"
    CALL = "call"


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """One line on the display of the telephone ``face``, counted from 1. ``sound`` is where a recording is."""

    number: int
    face: int
    kind: LineKind
    words: str
    language: str = ""
    sound: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Passed:
    """Something that crossed the wire, with its place in the order."""

    number: int
    crossing: Crossing


class Book:
    """Lines by telephone, and what crossed the wire."""

    def __init__(self) -> None:
        self.last = 0
        self._lines: dict[int, deque[Line]] = {}
        self._crossings: deque[Passed] = deque(maxlen=MOST_CROSSINGS)

    def write(self, face: int, kind: LineKind, words: str, language: str = "", sound: str = "") -> Line:
        self.last += 1
        line = Line(self.last, face, kind, words, language, sound)
        self._lines.setdefault(face, deque(maxlen=MOST_LINES)).append(line)
        return line

    def cross(self, crossing: Crossing) -> None:
        self.last += 1
        self._crossings.append(Passed(self.last, crossing))

    def lines_of(self, face: int) -> list[Line]:
        return list(self._lines.get(face, ()))

    def lines_since(self, number: int) -> list[Line]:
        """All telephones' lines after this place, in order."""
        found = [line for lines in self._lines.values() for line in lines if line.number > number]
        return sorted(found, key=_place)

    def crossings_since(self, number: int) -> list[Passed]:
        return [passed for passed in self._crossings if passed.number > number]

    def sound_of(self, number: int) -> str:
        """Where the recording of one line is; empty where it has none, or is no longer kept."""
        kept = (line.sound for lines in self._lines.values() for line in lines if line.number == number)
        return next(kept, "")


def _place(line: Line) -> int:
    return line.number
