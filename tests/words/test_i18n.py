"""Words that are put together for one reader: fall-back, a school's own words, times, lines and counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from phonetree.words import i18n
from phonetree.words.i18n import Lines, Moment, Named, Reader, Sentences, Text, Word, _, clock, reader

SPANISH = {"Good day, {who}.": "Buen día, {who}.", "{n} at {who}": "{who}: {n}", "gate": "puerta"}
KOREAN = {"gate": "문"}
TODAY = date(2026, 11, 16)
SPANIARD = Reader(("es", "en"))
ENGLISH = Reader(("en",))


@pytest.fixture(autouse=True)
def _two_small_catalogs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for code, messages in (("es", SPANISH), ("ko", KOREAN)):
        folder = tmp_path / code / "LC_MESSAGES"
        folder.mkdir(parents=True)
        catalog = Catalog(locale=code, fuzzy=False)
        for msgid, words in messages.items():
            catalog.add(msgid, words)
        with (folder / "messages.mo").open("wb") as compiled:
            write_mo(compiled, catalog)
    monkeypatch.setattr(i18n, "LOCALES", tmp_path)
    i18n.catalog.cache_clear()
    yield
    i18n.catalog.cache_clear()


def at(hour: int, minute: int, day: int = 16) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def test_a_text_reads_in_the_readers_language() -> None:
    text = _("Good day, {who}.", who="Ana")
    assert text == Text("Good day, {who}.", {"who": "Ana"})
    assert SPANIARD.read(text) == "Buen día, Ana."
    assert ENGLISH.read(text) == "Good day, Ana."


def test_a_translation_may_turn_the_order_of_the_fields() -> None:
    assert SPANIARD.read(_("{n} at {who}", n=3, who="B")) == "B: 3"


def test_a_missing_translation_falls_back_to_the_next_language() -> None:
    korean = Reader(("ko", "es", "en"))
    assert korean.read(_("gate")) == "문"
    assert korean.read(_("Good day, {who}.", who="Ana")) == "Buen día, Ana."
    assert korean.read(_("Nowhere yet.")) == "Nowhere yet."


def test_english_before_another_language_is_not_passed_over() -> None:
    assert Reader(("en", "es")).read(_("gate")) == "gate"
    assert Reader(("hy", "en", "es")).read(_("gate")) == "gate"


def test_a_language_without_a_catalog_reads_english() -> None:
    assert Reader(("hy", "en")).read(_("gate")) == "gate"


def test_who_reads_only_a_recorded_language_reads_the_second_then_the_schools() -> None:
    assert reader("quc", "ko", "es").languages == ("ko", "es", "en")
    assert reader("quc", None, "es").language == "es"
    assert reader("ko", "es", "es").languages == ("ko", "es", "en")


def test_values_are_put_into_the_same_readers_words() -> None:
    inside = _("Good day, {who}.", who=_("gate"))
    assert SPANIARD.read(inside) == "Buen día, puerta."


def test_a_value_with_braces_is_only_a_value() -> None:
    assert SPANIARD.read(_("Good day, {who}.", who="{n} {0}")) == "Buen día, {n} {0}."


@pytest.mark.parametrize(
    ("languages", "words"),
    [
        (("es", "en"), "puerta principal"),
        (("ko", "es", "en"), "정문"),
        (("hy", "en"), "front gate"),
        (("hy",), "puerta principal"),
    ],
)
def test_a_schools_own_words_fall_back_down_the_readers_languages_and_then_to_its_first(
    languages: tuple[str, ...], words: str
) -> None:
    gate = Named({"es": "puerta principal", "en": "front gate", "ko": "정문"}, default="es")
    assert Reader(languages).read(gate) == words


def test_a_schools_own_words_that_are_in_no_language_are_nothing() -> None:
    assert ENGLISH.read(Named({"hy": "մուտք"}, default="es")) == ""


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (Moment(at(7, 51), TODAY), "7:51"),
        (Moment(at(0, 5), TODAY), "12:05"),
        (Moment(at(12, 0), TODAY), "12:00"),
        (Moment(at(13, 9), TODAY), "1:09"),
        (Moment(at(22, 30, day=15), TODAY), "11/15 10:30"),
        (Moment(at(6, 0, day=17), TODAY), "11/17 6:00"),
    ],
)
def test_a_time_of_another_day_names_the_day(moment: Moment, words: str) -> None:
    assert ENGLISH.read(moment) == words


def test_the_clock_has_twelve_hours() -> None:
    assert clock(at(23, 59)) == "11:59"


def test_lines_and_sentences_leave_out_what_is_empty() -> None:
    parts: tuple[Word, ...] = (_("gate"), "", Named({}, "en"), "7")
    assert SPANIARD.read(Lines(parts)) == "puerta\n7"
    assert SPANIARD.read(Sentences(parts)) == "puerta 7"
    assert SPANIARD.read(Lines(())) == ""


@pytest.mark.parametrize(("count", "words"), [(0, "0"), (412, "412"), (1_000, "1,000"), (1_234_567, "1,234,567")])
def test_a_large_count_has_commas(count: int, words: str) -> None:
    assert SPANIARD.read(count) == words


def test_a_number_given_as_words_has_none() -> None:
    assert SPANIARD.read("4821") == "4821"
