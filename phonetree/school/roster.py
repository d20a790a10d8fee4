"""The people of a school from a CSV file, all or none, for the import; the report never shows a number or a cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from phonetree.school.problems import Problem, RosterRefused
from phonetree.school.sheet import LONGEST_CELL, Cells, Sheet, read_sheet
from phonetree.words.languages import UnknownLanguage, normalise_code
from phonetree.words.numbers import NotAPhoneNumber, NotAPhoneNumberReason, PhoneNumber, parse_number

REQUIRED_COLUMNS = ("phone", "language", "role", "channel", "consent")
COLUMNS = (*REQUIRED_COLUMNS, "second_language", "calls")
_CALLS = MappingProxyType(
    {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False, "": False}
)
_Value = TypeVar("_Value")
_USUAL_NUMBER = re.compile(
    r"(?:\+?1[ .-]?)?(?:\(([2-9][0-9]{2})\) ?|([2-9][0-9]{2})[ .-]?)([2-9][0-9]{2})[ .-]?([0-9]{4})"
)
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\s]+")


class Role(StrEnum):
    PARENT = "parent"
    STAFF = "staff"
    LEAD = "lead"
    OPERATOR = "operator"
    COUNSELOR = "counselor"
    VOLUNTEER = "volunteer"
    INTERPRETER = "interpreter"
    NETWORK = "network"


class Channel(StrEnum):
    SMS = "sms"
    VOICE = "voice"


@dataclass(frozen=True, slots=True)
class Row:
    """One person in one role. ``calls``: the consent names recorded calls. ``line`` is where the row begins."""

    line: int = field(compare=False)
    number: PhoneNumber
    language: str
    second_language: str | None
    role: Role
    channel: Channel
    calls: bool
    consent: str = field(repr=False)
    """How and when it was given; only what a parent gave is sure to be there."""


@dataclass(frozen=True, slots=True)
class Roster:
    """Everyone in the file, each once in each role, in its order; and what was odd but no mistake."""

    rows: tuple[Row, ...]
    notices: tuple[Problem, ...] = ()


def read_roster(raw: bytes, *, languages: Sequence[str] | None = None) -> Roster:
    """The roster in these bytes; raises RosterRefused with all that is wrong. ``languages`` are those of the site."""
    sheet = read_sheet(raw)
    problems = list(sheet.problems)
    reading = _Reading(_columns(sheet), None if languages is None else frozenset(languages), problems)
    rows = [row for cells in sheet.rows[1:] if (row := reading.row(cells))]
    kept, notices = _without_repeats(rows, problems)
    if problems:
        raise RosterRefused(problems)
    return Roster(tuple(kept), (*sheet.notices, *notices))


def _columns(sheet: Sheet) -> tuple[str, ...]:
    """The names of the columns, in the file's order."""
    if not sheet.rows:
        raise RosterRefused(sheet.problems or [Problem(None, "", "the file is empty")])
    header = sheet.rows[0]
    names = tuple("_".join(name.split()).lower() for name in header.values)
    if problems := list(_header_problems(header.line, names)):
        raise RosterRefused([*problems, *sheet.problems])
    return names


def _header_problems(line: int, names: tuple[str, ...]) -> Iterator[Problem]:
    for position, name in enumerate(names, start=1):
        if name not in COLUMNS:
            near = get_close_matches(name, COLUMNS, n=1)
            meant = f"did you mean {near[0]}?" if near else f"the columns are {', '.join(COLUMNS)}"
            yield Problem(line, f"column {position}", f"has a name we do not know; {meant}")
        elif name in names[: position - 1]:
            yield Problem(line, f"column {position}", f"is {name} for the second time")
    for name in REQUIRED_COLUMNS:
        if name not in names:
            why = ": how and when each person agreed; without it nobody may be texted" if name == "consent" else ""
            yield Problem(line, name, f"is missing: there is no such column{why}")


class _Wrong(Exception):
    pass


@dataclass(frozen=True, slots=True)
class _Reading:
    """What it takes to read one row, and where its mistakes are gathered."""

    columns: tuple[str, ...]
    languages: frozenset[str] | None
    problems: list[Problem]

    def row(self, cells: Cells) -> Row | None:
        if len(cells.values) != len(self.columns):
            self._note(cells.line, "", f"has {len(cells.values)} cells where the header has {len(self.columns)}")
            return None
        if any(len(value) > LONGEST_CELL for value in cells.values):
            self._note(cells.line, "", f"has a cell of more than {LONGEST_CELL} characters")
            return None
        return self._read(cells.line, dict(zip(self.columns, cells.values, strict=True)))

    def _read(self, line: int, cells: Mapping[str, str]) -> Row | None:
        number = self._cell(line, cells, "phone", _number)
        language = self._cell(line, cells, "language", self._language)
        second = self._cell(line, cells, "second_language", _second_language)
        role = self._cell(line, cells, "role", _role)
        channel = self._cell(line, cells, "channel", _channel)
        calls = self._cell(line, cells, "calls", _calls)
        consent = _UNSEEN.sub(" ", cells["consent"]).strip()
        if role is Role.PARENT and not consent:
            self._note(line, "consent", "is empty: a parent is imported only with how and when they agreed")
            return None
        if number is None or language is None or second is None or role is None or channel is None or calls is None:
            return None
        # Who chose calls as their channel has agreed to calls, whatever the last column says.
        return Row(line, number, language, second or None, role, channel, calls or channel is Channel.VOICE, consent)

    def _cell(self, line: int, cells: Mapping[str, str], column: str, read: Callable[[str], _Value]) -> _Value | None:
        try:
            return read(cells.get(column, "").strip())
        except _Wrong as wrong:
            self._note(line, column, str(wrong))
            return None

    def _note(self, line: int, column: str, reason: str) -> None:
        self.problems.append(Problem(line, column, reason))

    def _language(self, cell: str) -> str:
        code = _known_language(cell)
        if self.languages is not None and code not in self.languages:
            raise _Wrong("is not one of the site's languages")
        return code


def _number(cell: str) -> PhoneNumber:
    if usual := _USUAL_NUMBER.fullmatch(cell):  # most rows, and many times quicker
        return PhoneNumber(f"+1{''.join(usual.groups(''))}")
    try:
        return parse_number(cell)
    except NotAPhoneNumber as wrong:
        if wrong.reason is NotAPhoneNumberReason.SPREADSHEET:
            raise _Wrong("cannot be used: the spreadsheet rounded this number; format the column as text") from None
        raise _Wrong(f"cannot be used: {wrong}") from None


def _known_language(cell: str) -> str:
    if not cell:
        raise _Wrong("is empty")
    try:
        return normalise_code(cell)
    except UnknownLanguage:
        raise _Wrong("is not a language we know; see `phonetree languages`") from None


def _second_language(cell: str) -> str:
    return _known_language(cell) if cell else ""


def _role(cell: str) -> Role:
    try:
        return Role(cell.lower())
    except ValueError:
        raise _Wrong(f"must be one of {', '.join(Role)}") from None


def _channel(cell: str) -> Channel:
    try:
        return Channel(cell.lower())
    except ValueError:
        raise _Wrong(f"must be one of {', '.join(Channel)}") from None


def _calls(cell: str) -> bool:
    try:
        return _CALLS[cell.lower()]
    except KeyError:
        raise _Wrong("must be yes or no") from None


def _without_repeats(rows: Sequence[Row], problems: list[Problem]) -> tuple[list[Row], list[Problem]]:
    """Each person once in each role; the same twice is a notice, the same in two versions a problem."""
    kept: dict[tuple[PhoneNumber, Role], Row] = {}
    notices: list[Problem] = []
    for row in rows:
        first = kept.setdefault((row.number, row.role), row)
        if first is row:
            continue
        if first == row:
            notices.append(Problem(row.line, "", f"repeats line {first.line} and was left out"))
        else:
            reason = f"has the same number and role as line {first.line} and says something else; keep one"
            problems.append(Problem(row.line, "", reason))
    return list(kept.values()), notices
