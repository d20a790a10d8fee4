"""``phonetree languages``: how far each language is, with a database and without."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from catalogs import LOCALES
from operator_desk import MAPLE, OperatorDesk

from phonetree.cli.languages import in_words
from phonetree.desk.coverage import Coverage, Translated
from phonetree.words.languages import LANGUAGES

NEITHER = "Armenian: 14 of 20 prompts, no synthetic voice;"
HALF = "Korean: 14 of 20 prompts;"


def coverage(language: str, borrowed: dict[str, tuple[str, ...]]) -> Coverage:
    none = Translated(0, 0, 0, 0)
    return Coverage(language, none, none, recorded=14, prompts=20, borrowed=borrowed)


@pytest.mark.parametrize(
    ("language", "borrowed", "line"),
    [
        (
            "mam",
            {"place": ("es",)},
            "Mam: 14 of 20 prompts, no synthetic voice; alerts would use Spanish for the place",
        ),
        (
            "hy",
            {"level": ("en",), "kind": ("es",)},
            f"{NEITHER} alerts would use English for the level, Spanish for the kind",
        ),
        (
            "ko",
            {"level": ("en",), "kind": ("en",), "place": ("es", "en"), "time": ("en",)},
            f"{HALF} alerts would use English for the level, the kind and the time, Spanish and English for the place",
        ),
        ("es", {}, "Spanish: 14 of 20 prompts; alerts are in it throughout"),
    ],
)
def test_a_line_says_what_alerts_would_use(language: str, borrowed: dict[str, tuple[str, ...]], line: str) -> None:
    assert in_words(coverage(language, borrowed)) == line


def test_without_a_school_it_needs_no_settings_and_shows_every_language(tmp_path: Path) -> None:
    lines = OperatorDesk(tmp_path).done("languages")
    shown = "\n".join(lines)
    assert [code for code in LANGUAGES if code not in shown] == []
    assert len([line for line in lines if " prompts" in line]) == len(LANGUAGES) - 1
    assert not list(tmp_path.iterdir())
    assert max(map(len, lines)) <= 200
    assert not [line for line in lines if "…" in line], "nothing is cut off"
    (spanish,) = [line for line in lines if line.split()[:1] == ["es"]]
    assert "Spanish" in spanish
    assert "yes" in spanish


def test_of_a_school_it_shows_its_own_languages_and_places(tmp_path: Path) -> None:
    desk = OperatorDesk.at(tmp_path)
    desk.done("site", "load", MAPLE)
    lines = desk.done("languages", "--site", "maple")
    described = [line.split(":")[0] for line in lines if " prompts" in line]
    assert described == ["Spanish", "Korean", "Armenian"]
    (armenian,) = [line for line in lines if line.startswith("Armenian:")]
    assert "no synthetic voice" in armenian
    assert "the place" in armenian


def test_a_school_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert OperatorDesk.at(tmp_path).fails("languages", "--site", "OAK") == [
        "there is no school with this code; loaded are: none yet"
    ]


@pytest.fixture
def catalogs(tmp_path: Path) -> Path:
    folder = tmp_path / "catalogs"
    shutil.copytree(LOCALES / "so", folder / "so")
    return folder


def test_a_language_goes_out_as_a_spreadsheet_and_comes_back(tmp_path: Path, catalogs: Path) -> None:
    sheet, desk = tmp_path / "so.csv", OperatorDesk(tmp_path)
    assert desk.done("languages", "export", "--language", "so", sheet) == [
        "so.csv is written; bring it back with: phonetree languages import"
    ]
    assert desk.fails("languages", "export", "--language", "so", sheet) == [
        "so.csv is there already, perhaps with somebody's work in it"
    ]
    sheet.write_text(sheet.read_text(encoding="utf-8").replace(",drafted,", ",reviewed,Amina", 3), encoding="utf-8")
    assert desk.done("languages", "import", "--language", "so", sheet, "--catalogs", catalogs) == [
        "so: 3 entries are reviewed now, 0 have new words",
        "Start serve and the workers anew, and they use them.",
    ]
    assert (catalogs / "so/LC_MESSAGES/messages.po").read_text(encoding="utf-8").count("# reviewed by Amina, ") == 3


def test_a_bad_spreadsheet_is_told_line_by_line(tmp_path: Path, catalogs: Path) -> None:
    sheet, desk = tmp_path / "so.csv", OperatorDesk(tmp_path)
    desk.done("languages", "export", "--language", "so", sheet, "--catalogs", catalogs)
    sheet.write_text(sheet.read_text(encoding="utf-8").replace(",drafted,", ",done,", 2), encoding="utf-8")
    assert desk.fails("languages", "import", "--language", "so", sheet, "--catalogs", catalogs) == [
        "line 2: has a state that is none: it is drafted or reviewed",
        "line 3: has a state that is none: it is drafted or reviewed",
    ]


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("en", "en has no catalog: it is the language of the sources, or is recorded only"),
        ("mam", "mam has no catalog: it is the language of the sources, or is recorded only"),
        ("tlh", "'tlh' is not one of our languages: en, es, hy"),
    ],
)
def test_what_has_no_catalog_has_no_spreadsheet(tmp_path: Path, code: str, line: str) -> None:
    (told,) = OperatorDesk(tmp_path).fails("languages", "export", "--language", code, tmp_path / "x.csv")
    assert told.startswith(line)
    assert not list(tmp_path.iterdir())
