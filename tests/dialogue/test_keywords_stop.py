"""A wish to stop is heard in words and in sentences, and never where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonetree.dialogue.folding import cut
from phonetree.dialogue.keyword_tables import keyword_tables
from phonetree.dialogue.keywords import Carrier, Command, Either, WishToStop, understand

HERE = Path(__file__).parent
WISHES = [line.split("\t") for line in (HERE / "wishes_to_stop.txt").read_text("utf-8").splitlines()]
ORDINARY = (HERE / "ordinary_messages.txt").read_text("utf-8").splitlines()
STORED = (None, "en", "es", "fil", "ko", "vi", "so")


@pytest.mark.parametrize(("language", "words"), WISHES)
def test_a_wish_to_stop_is_heard_whatever_language_we_thought(language: str, words: str) -> None:
    for typed in (words, words.upper(), words + "."):
        for stored in (*STORED, language):
            meaning = understand(typed, language=stored)
            assert meaning in (WishToStop(language), WishToStop(None), Carrier("stop")), (typed, stored)


@pytest.mark.parametrize("words", ORDINARY)
def test_an_ordinary_message_is_no_wish_to_stop(words: str) -> None:
    for typed in (words, words.upper(), words + "."):
        for stored in STORED:
            meaning = understand(typed, language=stored)
            assert not isinstance(meaning, WishToStop), stored
            assert meaning != Carrier("stop")


def test_the_lists_are_long_enough_to_mean_something() -> None:
    assert min(len([words for language, words in WISHES if language == each]) for each in ("en", "es")) > 50
    assert len([words for language, words in WISHES if language == "fil"]) > 30
    assert len(ORDINARY) > 240


def test_the_language_of_the_wish_is_known_where_only_one_language_says_so() -> None:
    assert understand("por favor ya no me manden mensajes", language=None) == WishToStop("es")
    assert understand("please stop texting me", language="ko") == WishToStop("en")
    assert understand("STOP PLEASE", language=None) == WishToStop(None)


def test_one_word_in_a_sentence_is_never_enough() -> None:
    assert min(map(len, keyword_tables().wishes.languages)) > 1


def _stop_words() -> frozenset[str]:
    tables = keyword_tables()
    whole = {
        word
        for key, senses in tables.whole.folded.items()
        if any(sense.command is Command.STOP for sense in senses.values())
        for word in key
    }
    in_phrases = {word for phrase in tables.wishes.languages for word in phrase}
    return frozenset(whole | in_phrases | {word for key in tables.last_words for word in key})


STOP_WORDS = _stop_words()
SOME_WORDS = st.lists(
    st.sampled_from([word for line in ORDINARY for word in line.split()]) | st.text(max_size=8), max_size=12
).map(" ".join)


@given(SOME_WORDS | st.text(), st.sampled_from(STORED))
def test_without_a_stop_word_there_is_no_wish_to_stop(words: str, stored: str | None) -> None:
    if STOP_WORDS.isdisjoint(cut(words).folded):
        assert not isinstance(understand(words, language=stored), WishToStop)


@given(st.text(st.characters(exclude_categories=())) | SOME_WORDS, st.sampled_from((*STORED, "xx", "")))
def test_no_text_is_too_strange(words: str, stored: str | None) -> None:
    meaning = understand(words, language=stored)
    assert not isinstance(meaning, Either) or meaning.commands


@pytest.mark.parametrize("words", ["\x00", "\ud800", "\u202eSTOP\u202c", "\ufeff", "a\u0301\u0301", "x" * 1600, "́"])
def test_texts_that_break_programs_are_only_texts(words: str) -> None:
    first = understand(words, language=None)
    assert first == understand(words, language="es")


@pytest.mark.parametrize(
    "words",
    ["ＳＴＯＰ", "\u202eSTOP\u202c", "S\u200bTOP", "ALTO", "no ma\u0301s", "NO\u00a0MÁS", "“Alto”", "🛑 STOP 🛑"],
)
def test_a_wish_in_disguise_is_still_a_wish(words: str) -> None:
    assert isinstance(understand(words, language=None), WishToStop)
