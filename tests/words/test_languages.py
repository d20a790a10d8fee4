"""The languages there are, their facts, and which words somebody is given when their own are missing."""

from __future__ import annotations

import unicodedata
from gettext import c2py

import pytest
from babel import Locale

from phonetree.words.languages import (
    LANGUAGES,
    Language,
    UnknownLanguage,
    fallbacks,
    language,
    language_of_script,
    normalise_code,
)
from phonetree.words.segments import is_gsm7

VOICED = ["en", "es", "ko", "fil", "ru", "vi", "zh_Hans", "zh_Hant", "ar", "am", "pl", "uk"]
TEXT = [
    *("en", "es", "hy", "ko", "fil", "ru", "fa", "vi", "zh_Hans", "zh_Hant"),
    *("ar", "so", "mww", "om", "am", "pl", "uk", "ur"),
]
RECORDED_ONLY = ["quc", "mam", "kjb", "zpq", "zab"]
KNOWN_TO_CLDR = [code for code in TEXT if code != "mww"]


def test_the_languages_of_the_contract_and_no_family_of_languages() -> None:
    assert list(LANGUAGES) == TEXT + RECORDED_ONLY
    assert [code for code, each in LANGUAGES.items() if each.has_text] == TEXT
    assert "zap" not in LANGUAGES


def test_a_language_is_found_by_its_code() -> None:
    assert language("hy").english_name == "Armenian"
    assert all(language(code).code == code for code in LANGUAGES)


@pytest.mark.parametrize("code", ["", "zap", "xx", "EN", "zh"])
def test_another_code_is_unknown(code: str) -> None:
    with pytest.raises(UnknownLanguage, match="is not one of our languages: en, es"):
        language(code)


@pytest.mark.parametrize("each", LANGUAGES.values(), ids=list(LANGUAGES))
def test_every_row_is_whole(each: Language) -> None:
    assert all([each.bcp47, each.english_name, each.endonym, each.script])
    assert is_gsm7(each.endonym_ascii)
    assert each.endonym_ascii.isascii()
    assert each.rtl is any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in each.endonym)
    assert (each.press_self is not None) is each.has_text
    assert each.press_self is None or each.press_self.count("{n}") == 1
    assert each.has_text or not each.is_gsm7
    assert not each.is_gsm7 or each.script == "Latn"


@pytest.mark.parametrize("code", [code for code in TEXT + RECORDED_ONLY if code not in VOICED])
def test_a_language_the_provider_cannot_speak_has_no_voice(code: str) -> None:
    assert LANGUAGES[code].say is None


@pytest.mark.parametrize("code", VOICED)
def test_the_others_have_one(code: str) -> None:
    said = LANGUAGES[code].say
    assert said is not None
    assert said[1].startswith(("Polly.", f"Google.{said[0]}-"))


@pytest.mark.parametrize("code", KNOWN_TO_CLDR)
def test_plural_forms_part_the_numbers_as_cldr_does(code: str) -> None:
    forms = LANGUAGES[code].plural_forms
    assert forms is not None
    count, _, rule = forms.removesuffix(";").partition("; plural=")
    index, category = c2py(rule), Locale.parse(code).plural_form
    pairs = {(index(number), category(number)) for number in range(2_001)}
    assert len({form for form, _ in pairs}) == len({name for _, name in pairs}) == len(pairs)
    assert count == f"nplurals={len(pairs)}"


def test_the_arabic_forms_stand_in_the_order_translators_fill_them() -> None:
    _, _, rule = str(LANGUAGES["ar"].plural_forms).removesuffix(";").partition("; plural=")
    assert [c2py(rule)(number) for number in (0, 1, 2, 3, 11, 100)] == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("code", "second", "default", "expected"),
    [
        ("ko", None, "es", ("ko", "es", "en")),
        ("ko", "zh_Hant", "es", ("ko", "zh_Hant", "es", "en")),
        ("es", "en", "es", ("es", "en")),
        ("en", None, "en", ("en",)),
        ("mam", "es", "en", ("es", "en")),
        ("mam", None, "es", ("es", "en")),
        ("en", None, "es", ("en", "es")),
        ("xx", "zap", "zpq", ("en",)),
    ],
)
def test_words_fall_back_by_the_written_rule(
    code: str, second: str | None, default: str, expected: tuple[str, ...]
) -> None:
    assert fallbacks(code, second, default) == expected


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("zh-Hans", "zh_Hans"),
        ("zh_hant", "zh_Hant"),
        ("zh-Hant-HK", "zh_Hant"),
        ("zh-TW", "zh_Hant"),
        ("zh-CN", "zh_Hans"),
        ("yue-HK", "zh_Hant"),
        ("tl", "fil"),
        ("TL-PH", "fil"),
        (" es-419 ", "es"),
        ("EN_us", "en"),
        ("zab", "zab"),
    ],
)
def test_tags_as_people_write_them(tag: str, code: str) -> None:
    assert normalise_code(tag) == code


@pytest.mark.parametrize("tag", ["", "zh", "zap", "_", "english", "zap-MX"])
def test_a_tag_that_names_no_language_of_ours_is_not_guessed(tag: str) -> None:
    with pytest.raises(UnknownLanguage):
        normalise_code(tag)


@pytest.mark.parametrize("code", ["ko", "hy", "am"])
def test_a_script_that_one_language_uses_gives_it_away(code: str) -> None:
    ours = LANGUAGES[code]
    assert [each.code for each in LANGUAGES.values() if each.script == ours.script] == [code]
    assert language_of_script(str(ours.press_self).format(n=2)) == code


@pytest.mark.parametrize("code", [code for code in TEXT if code not in {"ko", "hy", "am"}])
def test_a_script_that_several_languages_use_gives_nothing_away(code: str) -> None:
    assert language_of_script(LANGUAGES[code].endonym) is None


@pytest.mark.parametrize("text", ["", "1 2 3", "한국어 ok", "Հայերեն 한국어", "?!"])
def test_mixed_letters_or_none_give_nothing_away(text: str) -> None:
    assert language_of_script(text) is None


def test_half_width_hangul_is_hangul() -> None:
    assert language_of_script("\uffa1\uffc2") == "ko"
