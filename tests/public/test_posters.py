"""Posters and palm cards: the number, the word and the keys in each language, on one sheet of A4 or Letter each."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
import segno
from phone import PUBLIC_URL, house_in
from window import window

from phonetree.desk.posters import CARDS, Sheet, render_posters, sms_address
from phonetree.desk.public_schools import PublicSchool, only_public

LOS_ANGELES = (Path(__file__).parents[2] / "docs/examples/los-angeles-elementary.toml").read_text(encoding="utf-8")
LONG = (
    LOS_ANGELES.replace('code = "JACARANDA"', 'code = "JACARANDAELM"')
    .replace("Jacaranda Families Phone Tree", "Jacaranda Avenue Elementary Families and Neighbors Phone Tree")
    .replace('"ko", "hy"', '"ru", "vi"')
    .replace("ko = ", "ru = ")
    .replace("hy = ", "vi = ")
    .replace("the families of Jacaranda", "the parents and guardians of Jacaranda Avenue and of Linden Court")
)
SPILLS = "box => box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1"
MARGINS = dict.fromkeys(("top", "bottom", "left", "right"), "10mm")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> PublicSchool:
    return public(LOS_ANGELES, tmp_path_factory.mktemp("house"))


def public(toml: str, folder: Path) -> PublicSchool:
    with house_in(folder, toml) as house:
        school = only_public(house.database, house.means)
        assert school is not None
        return school


def sheets(found: PublicSchool, sheet: Sheet = Sheet.POSTER) -> dict[str, str]:
    """The words of each sheet by its language, without elements."""
    html = render_posters(found, sheet, found.written, PUBLIC_URL)
    parts = re.findall(r'<article[^>]* lang="([^"]+)"[^>]*>(.*?)</article>', html, re.DOTALL)
    return {code: " ".join(unescape(re.sub(r"<[^>]+>", " ", part)).split()) for code, part in parts}


KEYS = {"es-419": "1 para Español", "en-US": "2 for English", "ko": "3: 한국어", "hy": "1՝ Español"}
"""Armenian has no voice yet, so its sheet names the key of the language that is heard instead."""
WORD = {"es-419": "UNIRME JACARANDA", "en-US": "JOIN JACARANDA", "ko": "가입 JACARANDA", "hy": "ՄԻԱՆԱԼ JACARANDA"}
"""A word of each language, for the tree answers in the language of the word."""


@pytest.mark.parametrize("language", sorted(KEYS))
@pytest.mark.parametrize("sheet", Sheet)
def test_each_language_has_the_number_the_word_and_the_keys(found: PublicSchool, sheet: Sheet, language: str) -> None:
    pages = sheets(found, sheet)
    assert list(pages) == ["es-419", "en-US", "ko", "hy"]
    text = pages[language]
    assert text.count(WORD[language]) == (2 if sheet is Sheet.POSTER else 2 * CARDS)  # one is in the square
    assert "213-555-0104" in text
    assert f"{PUBLIC_URL}/join/JACARANDA" in text
    digits = KEYS[language][0]
    if sheet is Sheet.POSTER:
        assert KEYS[language] in text
        assert text.count("213-555-0104") == 3  # in the square's title, to text, to call
    else:
        assert text.count(f" {digits} 6 1 ") == CARDS


FACTS = (
    "Safety alerts for Jacaranda Avenue Elementary, and practice drills.",
    "About 4 messages a month.",
    "Message and data rates may apply.",
    "text STOP",
    "text HELP or call 213-555-0105",
    "Run by: the families of Jacaranda, not the school district",
)
POSTER_FACTS = (
    *FACTS,
    "not shared or sold to third parties or affiliates for marketing",
    "Joining is your choice.",
    "We ask for no name and no address.",
    f"Terms: {PUBLIC_URL}/terms",
    f"Privacy: {PUBLIC_URL}/privacy",
)


@pytest.mark.parametrize(
    ("sheet", "fact"), [*((Sheet.CARD, fact) for fact in FACTS), *((Sheet.POSTER, fact) for fact in POSTER_FACTS)]
)
def test_who_asks_families_to_join_says_what_the_carriers_want_said(
    found: PublicSchool, sheet: Sheet, fact: str
) -> None:
    assert fact in sheets(found, sheet)["en-US"]


def test_a_poster_frightens_nobody_and_runs_nothing(found: PublicSchool) -> None:
    for sheet in Sheet:
        html = render_posters(found, sheet, found.written, PUBLIC_URL)
        assert not re.search(r"<(script|form|img|link)\b|src=|href=", html)
        for text in sheets(found, sheet).values():
            assert "!" not in text
            assert not re.search(r"\b(ICE|agents?|agentes|police|policía|deport\w*|raid|migra)\b", text)


def test_the_square_opens_a_text_to_the_school_with_the_word(found: PublicSchool) -> None:
    assert sms_address(found, "es") == "SMSTO:+12135550104:UNIRME JACARANDA"
    assert sms_address(found, "en") == "SMSTO:+12135550104:JOIN JACARANDA"
    html = render_posters(found, Sheet.POSTER, ("en",), PUBLIC_URL)
    drawn = segno.make(sms_address(found, "en"), error="m", micro=False).svg_inline(omitsize=True)
    (path,) = re.findall(r' d="([^"]+)"', drawn)
    assert f' d="{path}"' in html
    assert "<title>JOIN JACARANDA, 213-555-0104</title>" in html


def test_a_sheet_reads_in_the_direction_of_its_words(tmp_path: Path) -> None:
    found = public(LOS_ANGELES.replace('"hy", "quc"', '"ar", "quc"').replace("hy = ", "ar = "), tmp_path)
    html = render_posters(found, Sheet.POSTER, ("ar",), PUBLIC_URL)
    assert '<article class="sheet poster" lang="ar" dir="rtl">' in html
    assert '<bdi class="word" dir="auto">انضمام JACARANDA</bdi>' in html
    assert 'lang="es-419"' not in html, "nothing is borrowed"


def test_a_poster_says_where_a_lead_looks_first(tmp_path: Path) -> None:
    held = public(LOS_ANGELES + '\n[join]\nmode = "hold"\n', tmp_path)
    assert "A person at the school looks at each request first." in sheets(held)["en-US"]


@pytest.mark.parametrize("sheet", Sheet)
@pytest.mark.parametrize("toml", [LOS_ANGELES, LONG], ids=["short", "long"])
def test_each_language_fits_on_one_sheet(tmp_path: Path, toml: str, sheet: Sheet) -> None:
    found = public(toml, tmp_path)
    with window(800, 1100) as page:
        page.set_content(render_posters(found, sheet, found.written, PUBLIC_URL))
        for paper in ("A4", "Letter"):
            printed = page.pdf(format=paper, margin=MARGINS)  # type: ignore[arg-type]
            assert len(re.findall(rb"/Type\s*/Page\b", printed)) == len(found.written), paper
        assert page.evaluate(f"[...document.querySelectorAll('.card section, .box')].filter({SPILLS}).length") == 0
