"""A reviewer's spreadsheet: out to somebody who speaks the language, and back into the catalogs, or not at all."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from datetime import date
from gettext import translation
from pathlib import Path

import pytest
from catalogs import LOCALES, TEXTS, WRITTEN, messages, texts
from catalogs import template as template_of

from phonetree.desk.catalog_files import Entry, entries, file_of, keep
from phonetree.desk.review_checks import wrongs
from phonetree.desk.review_sheets import HEADINGS, Reviewed, export, take
from phonetree.school.problems import RosterRefused

TODAY = date(2026, 11, 27)
ALERT = "{s}: DRILL {t}. This is practice, nothing is happening. DRILL"
Row = dict[str, str]


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    """Filipino and Russian as they are."""
    for code in ("fil", "ru"):
        shutil.copytree(LOCALES / code, tmp_path / code, ignore=shutil.ignore_patterns("*.mo"))
    return tmp_path


def rows_of(sheet: str) -> list[Row]:
    return list(csv.DictReader(io.StringIO(sheet.removeprefix("\ufeff"))))


def sheet_of(rows: list[Row], *, separator: str = ",") -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADINGS, delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def row_of(rows: list[Row], source: str) -> Row:
    (found,) = [row for row in rows if row["source"] == source]
    return found


def bytes_of(locales: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(locales.rglob("*.po"))}


def refused(locales: Path, language: str, raw: bytes) -> list[str]:
    before = bytes_of(locales)
    with pytest.raises(RosterRefused) as caught:
        take(locales, language, raw, TODAY)
    assert bytes_of(locales) == before, "all or nothing"
    return str(caught.value).splitlines()


def test_a_sheet_has_every_entry_with_where_it_is_heard_and_the_room_left(locales: Path) -> None:
    sheet = export(locales, "fil")
    rows = rows_of(sheet)
    assert sheet.startswith("\ufeffid,where,"), "spreadsheets take it for Latin-1 without the mark"
    assert [row["source"] for row in rows] == [entry.msgid for entry in entries(locales, "fil")]
    assert {row["where"] for row in rows} == {"text", "call", "page"}
    assert len({row["id"] for row in rows}) == len(rows)
    assert {row["state"] for row in rows} == {"drafted"}
    alert = row_of(rows, ALERT)
    assert int(alert["room"]) == 160 - len(alert["words"].replace("{s}", "M" * 12).replace("{t}", "12:59"))
    assert {row["room"] for row in rows if row["where"] != "text"} == {""}


def test_what_a_spreadsheet_would_reckon_is_only_words_and_comes_back_as_it_was(locales: Path) -> None:
    odd = Entry(TEXTS, ALERT, "=HYPERLINK(1) {s} {t} DRILL")
    keep(locales, "fil", [odd])
    sheet = export(locales, "fil")
    assert not [row for row in rows_of(sheet) if any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())]
    before = bytes_of(locales)
    assert take(locales, "fil", sheet.encode(), TODAY) == Reviewed(0, 0)
    assert bytes_of(locales) == before


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_what_is_reviewed_says_by_whom_and_when_and_is_used(locales: Path, separator: str) -> None:
    rows = rows_of(export(locales, "ru"))
    changed, read = row_of(rows, ALERT), rows[0]
    changed.update(
        words="{s}: УЧЕНИЕ {t}. Это тренировка.\nНичего не происходит.", state="Reviewed ", reviewer=" Анна П. "
    )
    read.update(state="reviewed", reviewer="Анна П.")
    assert take(locales, "ru", sheet_of(rows, separator=separator), TODAY) == Reviewed(2, 1)
    po = file_of(locales, "ru", TEXTS).read_text(encoding="utf-8")
    assert po.count("# reviewed by Анна П., 2026-11-27\n") == 2
    assert translation(TEXTS, locales, ["ru"]).gettext(ALERT) == changed["words"]
    again = rows_of(export(locales, "ru"))
    assert row_of(again, ALERT)["reviewer"] == "Анна П."
    assert take(locales, "ru", sheet_of(again), date(2027, 1, 1)) == Reviewed(2, 0)
    assert "2027" not in file_of(locales, "ru", TEXTS).read_text(encoding="utf-8"), "who read it first stays"


def test_only_the_entries_that_changed_change_in_the_file(locales: Path) -> None:
    before = file_of(locales, "ru", TEXTS).read_text(encoding="utf-8").splitlines()
    rows = rows_of(export(locales, "ru"))
    rows[3].update(state="reviewed", reviewer="Анна")
    take(locales, "ru", sheet_of(rows), TODAY)
    after = file_of(locales, "ru", TEXTS).read_text(encoding="utf-8").splitlines()
    assert len(before) == len(after)
    assert [new for old, new in zip(before, after, strict=True) if old != new] == ["# reviewed by Анна, 2026-11-27"]


def change(**cells: str) -> Callable[[Row], None]:
    return lambda row: row.update(cells)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (change(words=""), "has words that are missing"),
        (change(words="{s}: PAGSASANAY"), "has words that have to hold exactly these fields: s, t; they hold: s"),
        (change(words="{s} {t} {"), "has words that have a brace that stands alone; fields stand in two, like {s}"),
        (change(words="{s} {t} á"), "has words that hold the letter á, which makes every text of them twice as dear"),
        (
            change(words="{s} {t} hindi\u2019t"),
            "has words that hold a curly apostrophe; in a text it is the straight one (')",
        ),
        (
            change(words="{s} {t} a\u00a0b"),
            "has words that hold a character that nobody sees, such as a no-break space",
        ),
        (change(words="{s} {t} tree.example.org"), "has words that hold a link; no message of ours has one"),
        (change(words="{s} {t} " + "a" * 200), "has words that are 59 characters too long"),
        (
            change(words="{s} {t} STOP"),
            "has words that name in capitals words to send for: stop; the source names those",
        ),
        (change(reviewer=""), "is reviewed by nobody: the reviewer's name is missing, or has digits or a comma in it"),
        (change(reviewer="213-555-0142"), "is reviewed by nobody"),
        (change(reviewer="Ana, lola"), "is reviewed by nobody"),
        (change(state="fine"), "has a state that is none: it is drafted or reviewed"),
        (
            change(state="drafted", words="{s} {t} PAGSASANAY na"),
            "has new words and is not reviewed: who changes words",
        ),
        (change(id="text-0123456789"), "has an id that is not known; the sheet is of another version or language"),
    ],
)
def test_a_bad_line_is_told_by_its_number_and_nothing_is_taken(
    locales: Path, wrong: Callable[[Row], None], reason: str
) -> None:
    rows = rows_of(export(locales, "fil"))
    rows = [rows[0] | {"state": "reviewed", "reviewer": "Ana"}, row_of(rows, ALERT)]
    rows[1].update(words="{s} {t} PAGSASANAY", state="reviewed", reviewer="Ana")
    assert take(locales, "fil", sheet_of(rows), TODAY) == Reviewed(2, 1)
    wrong(rows[1])
    told = refused(locales, "fil", sheet_of(rows))
    assert {line.partition(": ")[0] for line in told} == {"line 3"}
    assert [line for line in told if reason in line]


def test_every_bad_line_is_told_at_once(locales: Path) -> None:
    rows = rows_of(export(locales, "fil"))[:4]
    for row in rows[1:3]:
        row.update(words="", state="reviewed", reviewer="Ana")
    rows.append(rows[0])
    told = refused(locales, "fil", sheet_of(rows))
    assert [line.split(":")[0] for line in told] == ["line 3", "line 4", "line 6"]
    assert told[-1] == "line 6: has an id that an earlier line has"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "line 1: the first line has to read: id, where, source, words, room, state, reviewer"),
        (b"id,words\n1,2\n", "line 1: the first line has to read"),
        (b"id,where,source,words,room,state,reviewer\nx,y\n", "line 2: has 2 columns; there are 7"),
        (b"PK\x03\x04", "this is an Excel file or another archive"),
    ],
)
def test_what_is_no_sheet_of_ours_is_refused(locales: Path, raw: bytes, reason: str) -> None:
    (line,) = refused(locales, "fil", raw)
    assert line.startswith(reason)


def test_a_sheet_of_another_language_is_refused(locales: Path) -> None:
    """Its words would have no letters that GSM-7 knows."""
    rows = rows_of(export(locales, "ru"))[:1]
    rows[0].update(state="reviewed", reviewer="Анна")
    (line,) = refused(locales, "fil", sheet_of(rows))
    assert "which makes every text of them twice as dear" in line


def test_a_text_that_has_to_name_stop_names_it() -> None:
    msgid = next(msgid for msgid in messages(template_of()) if msgid.endswith("STOP to leave."))
    (words,) = [words for of, words in texts("fil") if of == msgid]
    assert list(wrongs(TEXTS, msgid, words, "fil")) == []
    without = words.replace("STOP", "TIGIL")
    assert list(wrongs(TEXTS, msgid, without, "fil")) == [
        "have to hold the word STOP, which the carrier takes in every language"
    ]


@pytest.mark.parametrize("code", sorted({code for code, _domain in WRITTEN}))
def test_every_catalog_comes_back_as_it_went(code: str, tmp_path: Path) -> None:
    shutil.copytree(LOCALES / code, tmp_path / code)
    before = bytes_of(tmp_path)
    assert take(tmp_path, code, export(tmp_path, code).encode(), TODAY).changed == 0
    keep(tmp_path, code, entries(tmp_path, code))
    assert bytes_of(tmp_path) == before, "what writes it back leaves all else as it is"
