"""How texts are cut, against a table and against another way of counting: the parts themselves, as octets."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonetree.words.segments import LONGEST_TEXT, Measure, first_not_gsm7, in_texts, is_gsm7, measure

# GSM 03.38 by position, as code points; the escape stands where no character does.
SEPTETS = [
    *(0x40, 0xA3, 0x24, 0xA5, 0xE8, 0xE9, 0xF9, 0xEC, 0xF2, 0xC7, 0x0A, 0xD8, 0xF8, 0x0D, 0xC5, 0xE5),
    *(0x394, 0x5F, 0x3A6, 0x393, 0x39B, 0x3A9, 0x3A0, 0x3A8, 0x3A3, 0x398, 0x39E, None, 0xC6, 0xE6, 0xDF, 0xC9),
    *(0x20, 0x21, 0x22, 0x23, 0xA4, *range(0x25, 0x40)),
    *(0xA1, *range(0x41, 0x5B), 0xC4, 0xD6, 0xD1, 0xDC, 0xA7),
    *(0xBF, *range(0x61, 0x7B), 0xE4, 0xF6, 0xF1, 0xFC, 0xE0),
]
ESCAPED = {0x0C: 0x0A, 0x5E: 0x14, 0x7B: 0x28, 0x7D: 0x29, 0x5C: 0x2F, 0x5B: 0x3C, 0x7E: 0x3D, 0x5D: 0x3E, 0x7C: 0x40}
ESCAPED |= {0x20AC: 0x65}


def as_septets(character: str) -> bytes | None:
    if ord(character) in ESCAPED:
        return bytes([0x1B, ESCAPED[ord(character)]])
    return bytes([SEPTETS.index(ord(character))]) if ord(character) in SEPTETS else None


def by_hand(text: str) -> Measure:
    """Fill the parts one after another with whole characters."""
    composed = unicodedata.normalize("NFC", text)
    septets = [as_septets(character) for character in composed]
    if None not in septets:
        return fill([piece for piece in septets if piece], "GSM-7", 1, (160, 153))
    return fill([character.encode("utf-16-be", "surrogatepass") for character in composed], "UCS-2", 2, (70, 67))


def fill(pieces: list[bytes], encoding: str, octets: int, room: tuple[int, int]) -> Measure:
    whole = b"".join(pieces)
    units = len(whole) // octets
    if units <= room[0]:
        return Measure(encoding, units, bool(whole) * 1)
    parts = [b""]
    for piece in pieces:
        if len(parts[-1] + piece) > room[1] * octets:
            parts.append(b"")
        parts[-1] += piece
    return Measure(encoding, units, len(parts))


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("", "GSM-7", 0, 0),
        ("a", "GSM-7", 1, 1),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),
        ("€" * 81, "GSM-7", 162, 2),
        ("a" * 152 + "€" + "a" * 151, "GSM-7", 305, 2),  # the escape moves to the second part, which is then full
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 306, 3),
        ("a" * 151 + "€" + "a" * 153, "GSM-7", 306, 2),
        ("€" * 152, "GSM-7", 304, 2),
        ("€" * 153, "GSM-7", 306, 3),
        ("á", "UCS-2", 1, 1),
        ("á" * 70, "UCS-2", 70, 1),
        ("á" * 71, "UCS-2", 71, 2),
        ("á" * 134, "UCS-2", 134, 2),
        ("á" * 135, "UCS-2", 135, 3),
        ("á" * 66 + "\U0001f333" + "á" * 65, "UCS-2", 133, 2),
        ("á" * 66 + "\U0001f333" + "á" * 66, "UCS-2", 134, 3),  # a surrogate pair is not cut either
        ("\U0001f333" * 35, "UCS-2", 70, 1),
        ("n\u0303" * 160, "GSM-7", 160, 1),  # composed first
        ("\ud83c", "UCS-2", 1, 1),
        ("Ñandú", "UCS-2", 5, 1),
        ("Ñandu", "GSM-7", 5, 1),
    ],
)
def test_measures(text: str, encoding: str, units: int, segments: int) -> None:
    assert measure(text) == Measure(encoding, units, segments)


GSM7 = "".join(chr(point) for point in [*SEPTETS, *ESCAPED] if point is not None)


def test_the_alphabet_has_137_characters() -> None:
    assert len(GSM7) == 137
    assert is_gsm7(GSM7)


def test_nothing_else_up_to_the_end_of_the_first_plane_is_in_the_alphabet() -> None:
    composed = (unicodedata.normalize("NFC", chr(point)) for point in range(0x10000))
    assert {character for character in composed if is_gsm7(character)} == set(GSM7)


@pytest.mark.parametrize(
    ("text", "character"),
    [("Seguridad: salgan", None), ("más", "á"), ("ma\u0301s", "á"), ("it\u2019s", "\u2019"), ("a`b", "`"), ("ç", "ç")],
)
def test_the_first_character_that_does_not_fit_is_named(text: str, character: str | None) -> None:
    assert first_not_gsm7(text) == character
    assert is_gsm7(text) is (character is None)


@given(st.text(alphabet=GSM7, max_size=500))
def test_gsm7_is_cut_as_by_hand(text: str) -> None:
    assert measure(text) == by_hand(text)


@given(st.text(alphabet=st.characters() | st.sampled_from("aé€\U0001f333á\ud83c"), max_size=240))
def test_any_text_is_cut_as_by_hand(text: str) -> None:
    assert measure(text) == by_hand(text)


@given(st.integers(140, 170), st.integers(0, 170), st.sampled_from("€[\f"))
def test_an_escape_at_every_boundary_is_cut_as_by_hand(before: int, after: int, escaped: str) -> None:
    text = "a" * before + escaped + "b" * after
    assert measure(text) == by_hand(text)


@given(st.text(max_size=200), st.text(max_size=50))
def test_more_words_never_cost_less(text: str, more: str) -> None:
    composed = unicodedata.normalize("NFC", text) + " "  # a mark at the start of the rest must not join the end
    assert measure(composed + more).segments >= measure(composed).segments


def test_what_a_carrier_takes_stays_one_text() -> None:
    assert in_texts("one\ntwo") == ["one\ntwo"]
    assert in_texts("x" * LONGEST_TEXT) == ["x" * LONGEST_TEXT]
    assert in_texts("") == []


def test_a_long_list_is_cut_between_its_lines() -> None:
    lines = [f"{number} something to eat on Tuesdays and Fridays" for number in range(100)]
    texts = in_texts("\n".join(lines))
    assert len(texts) == 3
    assert [line for text in texts for line in text.split("\n")] == lines


@given(st.text(), st.integers(1, 40))
def test_nothing_is_lost_and_nothing_is_too_long(words: str, longest: int) -> None:
    texts = in_texts(words, longest)
    assert all(0 < len(text) <= longest for text in texts)
    assert "".join("".join(texts).split()) == "".join(words.split())
