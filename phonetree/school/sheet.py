"""Bytes of a spreadsheet's CSV to rows of cells with their lines, whatever program wrote them; for the roster."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from phonetree.school.problems import Problem, RosterRefused

LARGEST_FILE = 64 * 1024 * 1024
LONGEST_CELL = 500
_LONGEST_LINE = 20_000
_MOST_LINES_IN_A_ROW = 20
_SEPARATORS = (",", ";", "\t")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LINE_END = re.compile(r"\r\n|\r|\n")
_OTHER_FORMATS = (
    (b"PK", "is an Excel file or another archive; in the spreadsheet choose Save as, CSV UTF-8"),
    (b"\xd0\xcf\x11\xe0", "is an old Excel file; in the spreadsheet choose Save as, CSV"),
    (b"%PDF", "is a PDF; in the spreadsheet choose Save as, CSV UTF-8"),
)


@dataclass(frozen=True, slots=True)
class Cells:
    """One row that says something, and the line of the file on which it begins, the first being 1."""

    line: int
    values: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows that could be told apart, the first being the header, and what stopped the reading, if anything did."""

    rows: tuple[Cells, ...]
    problems: tuple[Problem, ...]
    notices: tuple[Problem, ...]


def read_sheet(raw: bytes) -> Sheet:
    """Decode, find the separator and split; raises RosterRefused where there is no telling what the file is."""
    if len(raw) > LARGEST_FILE:
        raise _refused(None, "the file is larger than 64 MB")
    for start, reason in _OTHER_FORMATS:
        if raw.startswith(start):
            raise _refused(None, f"this {reason}")
    text, notices = _decode(raw)
    if "\0" in text:
        line = len(_LINE_END.findall(text, 0, text.index("\0"))) + 1
        raise _refused(line, "holds characters that no text has (NUL); save the file again as CSV UTF-8")
    rows, problems = _split(text)
    return Sheet(tuple(rows), tuple(problems), notices)


def _decode(raw: bytes) -> tuple[str, tuple[Problem, ...]]:
    try:
        if raw.startswith(_UTF_16):
            return raw.decode("utf-16"), ()
        return raw.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        return _decode_windows(raw)


def _decode_windows(raw: bytes) -> tuple[str, tuple[Problem, ...]]:
    notice = Problem(None, "", "the file is not UTF-8 and was read as Windows-1252; look at its accents")
    try:
        if not raw.startswith(_UTF_16):
            return raw.removeprefix(codecs.BOM_UTF8).decode("cp1252"), (notice,)
    except UnicodeDecodeError:
        pass
    raise _refused(None, "the file is in an unknown alphabet; save it again as CSV UTF-8")


def _split(text: str) -> tuple[list[Cells], list[Problem]]:
    rows: list[Cells] = []
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=_separator(text), strict=True)
    try:
        for values in reader:
            if any(not value.isspace() for value in values if value):
                rows.append(Cells(lines.first, tuple(values)))
            lines.first = reader.line_num + 1
    except csv.Error as wrong:
        return rows, [Problem(lines.first, "", _quotation_reason(str(wrong)))]
    except _TooLong as wrong:
        return rows, [Problem(lines.first, "", str(wrong))]
    return rows, []


def _quotation_reason(message: str) -> str:
    if "field limit" in message:
        return f"has a cell of more than {LONGEST_CELL} characters"
    return "has a quotation mark that is opened and not closed, or closed too early"


def _separator(text: str) -> str:
    header = next((line for line in io.StringIO(text, newline="") if line.strip()), "")
    return max(_SEPARATORS, key=header.count)


class _TooLong(Exception):
    pass


@dataclass(slots=True)
class _Lines:
    """Feeds a reader line by line and stops it where a row never ends: an open quotation mark swallows the file."""

    text: str
    first: int = 1

    def __iter__(self) -> Iterator[str]:
        for number, line in enumerate(io.StringIO(self.text, newline=""), start=1):
            if len(line) > _LONGEST_LINE:
                raise _TooLong("is far too long for a row of a roster")
            if number - self.first >= _MOST_LINES_IN_A_ROW:
                raise _TooLong("has a quotation mark that is opened and not closed")
            yield line


def _refused(line: int | None, reason: str) -> RosterRefused:
    return RosterRefused([Problem(line, "", reason)])
