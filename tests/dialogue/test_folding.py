"""Two ways to type a word become one; nothing else does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonetree.dialogue.folding import clean, cut, fold, plain_digits


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Únete", "unete"),
        ("U\u0301nete", "unete"),
        ("ĐÚNG", "dung"),
        ("DOŁĄCZ", "dolacz"),
        ("GALMAA’I", "galmaai"),
        ("don't", "dont"),
        ("ВСЁ", "все"),
        ("ї й ґ", "і и г"),
        ("إيقاف", "ایقاف"),
        ("كمك", "کمک"),
        ("مُساعَدة", "مساعده"),
        ("ســلام", "سلام"),
        ("می\u200cخواهم", "میخواهم"),
        ("ＳＴＯＰ", "stop"),
        ("İPTAL", "iptal"),
        ("중지", "중지"),
        ("አቁም", "አቁም"),
        ("停止", "停止"),
        ("٣ ۴ ５", "3 4 5"),
    ],
)
def test_one_form_for_many_ways_to_type(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_digits_of_every_script_and_nothing_else_change() -> None:
    assert plain_digits("Ñ 1 ٢ ۳ ४ ፭ ６ ⑦ x½") == "Ñ 1 2 3 4 5 6 7 x½"


def test_each_word_says_where_it_ends_in_the_clean_text() -> None:
    words = cut("Únete: ＭＡＰＬＥ 停止!")
    assert words.exact == ("únete", "maple", "停", "止")
    assert words.folded == ("unete", "maple", "停", "止")
    assert [words.text[:end] for end in words.ends] == ["Únete", "Únete: MAPLE", "Únete: MAPLE 停", "Únete: MAPLE 停止"]


@given(st.text(st.characters(exclude_categories=())))
def test_folding_never_fails_and_cleans_only_once(words: str) -> None:
    assert cut(words).ends == tuple(sorted(cut(words).ends))
    assert plain_digits(clean(words)) == clean(words)
    assert fold(words).isascii() or not words.isascii()
