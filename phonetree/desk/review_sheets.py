"""A spreadsheet of one language for the speaker who reviews it: every entry, its source, its draft, the room left."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from phonetree.desk.budgets import room_left
from phonetree.desk.catalog_files import DRAFTED, HEARD, REVIEWED, Entry, entries, keep
from phonetree.desk.review_checks import wrongs
from phonetree.school.problems import Problem, RosterRefused
from phonetree.school.sheet import Cells, read_sheet
from phonetree.words.i18n import DOMAIN

HEADINGS = ("id", "where", "source", "words", "room", "state", "reviewer")
ID, WORDS, STATE, REVIEWER = (HEADINGS.index(name) for name in ("id", "words", "state", "reviewer"))
_FORMULA = re.compile(r"'?[=+\-@\t\r]")
_NAME = re.compile(r"[^\W\d_][^\d\r\n\t,]{1,58}")


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a sheet brought: how many entries somebody has read by now, and how many have new words."""

    entries: int
    changed: int


def export(locales: Path, language: str) -> str:
    """The sheet as CSV. It begins with a mark by which spreadsheets know its letters."""
    out = io.StringIO()
    out.write("\ufeff")
    sheet = csv.writer(out)
    sheet.writerow(HEADINGS)
    sheet.writerows(map(_harmless, _row(entry, language)) for entry in entries(locales, language))
    return out.getvalue()


def _row(entry: Entry, language: str) -> Sequence[str]:
    room = room_left(entry.msgid, entry.words, language) if entry.domain == DOMAIN else None
    left = "" if room is None else str(max(0, room)) if room >= 0 else f"{-room} too many"
    return _id(entry), HEARD[entry.domain], entry.msgid, entry.words, left, entry.state, entry.reviewer


def _id(entry: Entry) -> str:
    """The same for as long as the source reads so: a sheet of an older version is noticed."""
    return f"{HEARD[entry.domain]}-{hashlib.sha256(entry.msgid.encode()).hexdigest()[:10]}"


def _harmless(cell: str) -> str:
    """No spreadsheet takes it for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _as_written(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def take(locales: Path, language: str, raw: bytes, today: date) -> Reviewed:
    """Write what a reviewer read into the catalogs. Raises ``RosterRefused`` with every wrong line; then nothing is."""
    known = {_id(entry): entry for entry in entries(locales, language)}
    sheet = read_sheet(raw)
    read, problems = _read(sheet.rows, known, language, today)
    if problems := [*sheet.problems, *problems]:
        raise RosterRefused(problems)
    before = {(entry.domain, entry.msgid): entry for entry in known.values()}
    keep(locales, language, [entry for key, entry in read.items() if entry != before[key]])
    changed = sum(entry.words != before[key].words for key, entry in read.items())
    return Reviewed(sum(entry.state == REVIEWED for entry in read.values()), changed)


_Read = dict[tuple[str, str], Entry]


def _read(rows: Sequence[Cells], known: Mapping[str, Entry], language: str, today: date) -> tuple[_Read, list[Problem]]:
    if not rows or tuple(cell.strip().lower() for cell in rows[0].values) != HEADINGS:
        return {}, [Problem(1, "", f"the first line has to read: {', '.join(HEADINGS)}")]
    read: _Read = {}
    problems: list[Problem] = []
    for row in rows[1:]:
        entry = known.get(row.values[ID].strip()) if len(row.values) == len(HEADINGS) else None
        if entry is None or (entry.domain, entry.msgid) in read:
            problems.append(Problem(row.line, "", _why_not(row, entry)))
            continue
        now = _now(entry, row, today)
        problems += (Problem(row.line, "", reason) for reason in _wrongs(entry, now, row, language))
        read[entry.domain, entry.msgid] = now
    return read, problems


def _why_not(row: Cells, entry: Entry | None) -> str:
    if len(row.values) != len(HEADINGS):
        return f"has {len(row.values)} columns; there are {len(HEADINGS)}"
    if entry is None:
        return "has an id that is not known; the sheet is of another version or language: export it again"
    return "has an id that an earlier line has"


def _now(entry: Entry, row: Cells, today: date) -> Entry:
    """The entry as the reviewer leaves it; who had read it stays where nothing is new."""
    words = _as_written(row.values[WORDS]).replace("\r\n", "\n").strip()
    reviewer = _as_written(row.values[REVIEWER]).strip() if _state(row) == REVIEWED else ""
    if (words, reviewer) == (entry.words, entry.reviewer):
        return entry
    return replace(entry, words=words, reviewer=reviewer, reviewed_on=today.isoformat() if reviewer else "")


def _state(row: Cells) -> str:
    return row.values[STATE].strip().lower()


def _wrongs(entry: Entry, now: Entry, row: Cells, language: str) -> Iterator[str]:
    if now == entry and _state(row) == entry.state:
        return
    if _state(row) not in {DRAFTED, REVIEWED}:
        yield f"has a state that is none: it is {DRAFTED} or {REVIEWED}"
    elif _state(row) == REVIEWED and not _NAME.fullmatch(now.reviewer):
        yield "is reviewed by nobody: the reviewer's name is missing, or has digits or a comma in it"
    elif now.words != entry.words and _state(row) == DRAFTED:
        yield "has new words and is not reviewed: who changes words says so, with state and name"
    yield from _told(wrongs(entry.domain, entry.msgid, now.words, language))


def _told(reasons: Iterable[str]) -> Iterator[str]:
    return (f"has words that {reason}" for reason in reasons)
