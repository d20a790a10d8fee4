"""What is wrong with a file in the reader's language: every reason that is translated is one that is still given."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from phonetree.console.refusals import MOST_SHOWN, REASONS, in_rows, in_words
from phonetree.school.problems import Problem
from phonetree.words.pages import PageReader

HOUSE = Path(__file__).resolve().parents[2] / "phonetree"
READERS = [*sorted((HOUSE / "school").glob("*.py")), HOUSE / "desk/roster_refusals.py", HOUSE / "words/numbers.py"]
GIVEN = re.sub(r'"\s*f?"', "", "".join(file.read_text(encoding="utf-8") for file in READERS))


@pytest.mark.parametrize("msgid", [word.msgid for word in REASONS])
def test_every_reason_is_one_that_is_given(msgid: str) -> None:
    for part in re.split(r"\{\w+\}|: |; ", msgid.removeprefix("this ")):
        assert part.strip() in GIVEN, part


def test_values_are_put_in_and_what_nobody_translated_stays_as_it_is() -> None:
    spanish = PageReader(("es", "en"))
    assert spanish.find(in_words("has 3 cells where the header has 5")) == (
        "es",
        "tiene 3 celdas y el encabezado tiene 5",
    )
    longer = in_words("is empty: a parent is imported only with how and when they agreed")
    assert spanish.find(longer)[1].startswith("está vacío: un padre")
    assert spanish.find(in_words('must be words by language, such as { en = "…" }')) == (
        "en",
        'must be words by language, such as { en = "…" }',
    )


def test_so_many_are_shown() -> None:
    assert len(in_rows(Problem(line, "phone", "is empty") for line in range(200))) == MOST_SHOWN
