from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from phonetree.school.values import DurationOrNever, Words, write_duration

DURATIONS: TypeAdapter[timedelta | None] = TypeAdapter(DurationOrNever)
WORDS: TypeAdapter[str] = TypeAdapter(Words)


@pytest.mark.parametrize(
    ("written", "duration"),
    [
        ("90s", timedelta(seconds=90)),
        ("2m", timedelta(minutes=2)),
        ("20 m", timedelta(minutes=20)),
        ("2h", timedelta(hours=2)),
        ("7d", timedelta(days=7)),
        ("never", None),
    ],
)
def test_durations(written: str, duration: timedelta | None) -> None:
    assert DURATIONS.validate_python(written) == duration


@pytest.mark.parametrize("written", ["", "m", "-2m", "1.5h", "2 minutes", "٢m", "99999999s", 20, True])
def test_what_is_no_duration(written: object) -> None:
    with pytest.raises(ValidationError):
        DURATIONS.validate_python(written)


@given(st.integers(1, 366 * 24 * 3600))
def test_durations_are_written_as_they_are_read(seconds: int) -> None:
    duration = timedelta(seconds=seconds)
    assert DURATIONS.validate_python(write_duration(duration)) == duration


@pytest.mark.parametrize(
    "words", ["25°", "№ 5", "Մուտք", "학교", "می‌خواهم", "¿Cómo? ñ é ü", "a.m. 3-5 p.m.", "Gate B.Come in"]
)
def test_words_of_every_language_are_taken(words: str) -> None:
    assert WORDS.validate_python(words) == words


def test_words_are_composed_and_trimmed() -> None:
    assert WORDS.validate_python(" jardi\u0301n ") == "jardín"


@pytest.mark.parametrize(
    "words", ["☎ call", "✅", "1\ufe0f\u20e3", "\U0001f6a8", "HTTPS://x", "bit.ly/x", "a\u2066b", "a\x07"]
)
def test_words_that_are_unfit_for_a_text(words: str) -> None:
    with pytest.raises(ValidationError):
        WORDS.validate_python(words)
