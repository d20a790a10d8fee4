"""Every language of the table has a name that a call can say and a text can hold."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from catalogs import CALLS, TEXTS, as_written, languages_of

from phonetree.flows.tongues import TONGUES, tongue
from phonetree.words.i18n import Reader
from phonetree.words.languages import LANGUAGES
from phonetree.words.segments import first_not_gsm7, plain


@pytest.fixture(scope="module", autouse=True)
def _catalogs_as_they_are_written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with as_written(tmp_path_factory.mktemp("locales"), CALLS, TEXTS):
        yield


def test_every_language_has_a_name_to_be_said() -> None:
    assert set(TONGUES) == set(LANGUAGES)


def test_a_reader_finds_the_name_in_their_own_language_and_its_letters() -> None:
    names = {code: Reader((code, "en")).read(tongue("ar")) for code in ("en", "es", "fil", "ru", "zh_Hans")}
    assert names["en"] == "Arabic"
    assert names["es"] == "arabe", "with its accent the whole text would cost twice as much"
    assert len(set(names.values())) == 4, "Filipino says Arabic, too, and that is its word"
    assert names["fil"] == "Arabic"


@pytest.mark.parametrize("reader", languages_of(TEXTS))
def test_no_name_makes_a_text_dearer(reader: str) -> None:
    names = [Reader((reader, "en")).read(tongue(code)) for code in LANGUAGES]
    assert len(set(names)) == len(LANGUAGES)
    assert not LANGUAGES[reader].is_gsm7 or [name for name in names if first_not_gsm7(name)] == []


def test_plain_letters_are_those_of_gsm7_where_an_accent_is_all_that_is_left_off() -> None:
    assert plain("árabe, español, día") == "arabe, español, dia"
    assert plain("한") == "ᄒ", "what is no accent is not saved by this"
