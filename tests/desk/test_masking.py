"""What two people who stay unknown to each other may write: everything but how to find one another."""

from __future__ import annotations

import re
import unicodedata

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from phonetree.desk.masking import BLANK, Blanked, blanked

HIDDEN = [
    # numbers, in any usual form
    ("call 213-555-0142 please", "call ___ please"),
    ("(213) 555-0142", "___"),
    ("+1 213 555 0142", "___"),
    ("12135550142", "___"),
    ("213.555.0142 or 5550143", "___ or ___"),
    ("2 1 3 5 5 5 0 1 4 2", "___"),
    ("213 five five five 0142", "___"),
    ("dos uno tres cinco cinco cinco cero uno cuatro dos", "___"),
    ("two thirteen, five fifty-five, oh one forty two", "___"),
    ("213 555 O142", "___"),
    ("213x555x0142", "___"),
    ("mi numero es 213/555/0142.", "mi numero es ___."),
    ("٢١٣٥٥٥٠١٤٢", "___"),
    ("２１３－５５５－０１４２", "___"),
    ("二一三五五五〇一四二", "___"),
    ("2️⃣1️⃣3️⃣5️⃣5️⃣5️⃣0️⃣1️⃣4️⃣2️⃣", "___"),
    ("213\u200b555\u200b0142", "___"),
    ("213 dash 555 dash 0142", "___"),
    ("+52 55 5550 0142", "___"),
    ("+49 30 1234", "___"),
    ("213-555-HELP", "___"),
    ("1-800-FLOWERS", "___"),
    ("213 example.org 555 @maria 0142", "___"),
    # links, with a scheme and without
    ("see https://example.org/a?b=c now", "see ___ now"),
    ("example.org", "___"),
    ("join t.me/xxgroup", "join ___"),
    ("wa.me/12135550142", "___"),
    ("www.example.org/x", "___"),
    ("bit.ly/3xyz", "___"),
    ("example dot org", "___"),
    ("example punto com", "___"),
    ("example (dot) com", "___"),
    ("example . com", "___"),
    ("ｅｘａｍｐｌｅ．ｏｒｇ", "___"),
    ("exa\u200bmple.\u200borg", "___"),
    # e-mail and names on the net
    ("maria.lopez+x@example.org", "___"),
    ("maria at gmail dot com", "___"),
    ("maria arroba gmail punto com", "___"),
    ("maria (at) gmail", "___"),
    ("I am @maria_22 there", "I am ___ there"),
    ("ig: maria22", "___"),
    # addresses
    ("come to 1234 Maple Street", "come to ___"),
    ("1234 N. Soto St., apt 5", "___, ___"),
    ("we live at 12 East 5th Ave", "we live at ___"),
    ("456 maple drive", "___"),
    ("8 Maple Court", "___"),
    ("Calle Soto 1234", "___"),
    ("calle 5 de Mayo #12", "___"),
    ("vivo en avenida de los Angeles numero 45", "vivo en ___"),
    ("1234 de la calle Soto", "___"),
    ("apto 4B", "___"),
    ("Apartment B", "___"),
    ("Los Angeles, CA 90033", "Los Angeles, ___"),
    ("P.O. Box 12", "___"),
]
KEPT = [
    "I am at the door",
    "at 7:30",
    "from 7:30 to 8:15",
    "7:30-8:15 or 10:30-11:45",
    "on 11/16 at 7:30",
    "11/16 7:30",
    "11/16/2026",
    "2026-11-16",
    "16-11-2026",
    "it costs $40",
    "$1,200.50",
    "$12,500.00",
    "3 bags",
    "3 bags, 2 boxes of diapers size 4",
    "about 417",
    "417",
    "3 parents can drive",
    "2 blocks this way",
    "8 kids at the court",
    "3 bags at the front of the street",
    "la calle esta cerrada 3 horas",
    "2 o 3 bolsas",
    "a las 7 u 8",
    "llego en 10 minutos.gracias",
    "ok.thanks",
    "No.es tarde",
    "talla 28 o 30",
    "meet @ 7:30",
    "one or two",
    "once a week",
    "grades 1, 2, 3",
    "room 12",
    "5 de mayo",
    "Hola, ¿a qué hora?",
    "안녕하세요 3시에 갈게요",
    "我有一个孩子",
    "call me at noon",
    "",
]


@pytest.mark.parametrize(("words", "masked"), HIDDEN)
def test_what_tells_how_to_find_somebody_is_blanked(words: str, masked: str) -> None:
    assert blanked(words)[0] == masked
    assert blanked(words)[1]


@pytest.mark.parametrize("words", KEPT)
def test_what_people_arrange_is_kept(words: str) -> None:
    assert blanked(words) == (words, frozenset())


def test_the_writer_can_be_told_what_it_was() -> None:
    words = "maria@example.org, example.org/x, 213-555-0142, @maria, 12 Maple Street"
    assert blanked(words)[1] == set(Blanked)


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_a_number_of_any_country_is_blanked(region: str) -> None:
    kinds = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE)
    numbers = [found for kind in kinds if (found := phonenumbers.example_number_for_type(region, kind))]
    assert numbers
    for number in numbers:
        for form in (phonenumbers.PhoneNumberFormat.E164, phonenumbers.PhoneNumberFormat.INTERNATIONAL):
            assert blanked(f"call {phonenumbers.format_number(number, form)}!")[0] == f"call {BLANK}!"


def digits_in_a_row(words: str) -> int:
    """The most digits with no letter between them, counted in another way than the blanking does."""
    plain = "".join(str(unicodedata.digit(c, c)) for c in words if unicodedata.category(c) not in {"Cf", "Mn", "Me"})
    return max((len(run) for run in re.findall(r"[0-9]+", re.sub(r"[\W_]", "", plain))), default=0)


SEPARATORS = st.text(" -–.,()/\n\t_*+#~|•'\"\u00a0\u200b\u2009&=;!?", max_size=4)
"""No colon: a time is kept, also beside another."""
DIGITS = st.sampled_from("0123456789٠١٢٣٤٥٦٧٨٩۰۱۲۳०१२३０１２３")


DAYS = re.compile(
    r"\b(?:20[2-4]\d[/.-]\d+[/.-]\d+|\d+[/.-]\d+[/.-]20[2-4]\d|\d+[/.-]\d+,? \d+\.\d\d"
    r"|\d?\d\.\d\d ?[-\u2013\u2014/] ?\d?\d\.\d\d)"
)
"""What is kept of more than six digits: a day, a day with a time, and from a time to a time, as some write them."""


@given(st.lists(st.tuples(DIGITS, SEPARATORS), min_size=7, max_size=25), st.text(max_size=10))
@example([("2", " "), ("1", ""), ("3", "\n"), ("5", "-"), ("5", "-"), ("5", "..."), ("0", ""), ("1", "")], "x")
def test_no_seven_digits_in_a_row_survive_however_they_are_separated(
    written: list[tuple[str, str]], after: str
) -> None:
    number = "".join(digit + separator for digit, separator in written)
    masked = blanked(f"call {number} {after}")[0]
    left = DAYS.sub("a day", masked)
    assert digits_in_a_row(left) < 7


@given(st.text(max_size=80))
def test_whatever_is_written_is_blanked_once_and_for_all(words: str) -> None:
    masked, found = blanked(words)
    assert blanked(masked) == (masked, frozenset())
    assert (masked == words) is (not found)
