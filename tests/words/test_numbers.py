"""What counts as a phone number, what never does, and that none of them is ever printed."""

from __future__ import annotations

import traceback
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonetree.words.numbers import (
    NotAPhoneNumber,
    NotAPhoneNumberReason,
    PhoneNumber,
    is_textable,
    parse_address,
    parse_number,
)

ONE_PHONE = "+12135550142"


def reason_of(raw: str) -> NotAPhoneNumberReason:
    with pytest.raises(NotAPhoneNumber) as caught:
        parse_number(raw)
    return caught.value.reason


@pytest.mark.parametrize(
    "raw",
    [
        "+12135550142",
        "12135550142",
        "2135550142",
        "213-555-0142",
        "(213) 555-0142",
        "(213)555-0142",
        "213.555.0142",
        "213 555 0142",
        "1 213 555 0142",
        "1-213-555-0142",
        "+1 (213) 555-0142",
        "(+1) 213 555 0142",
        "011 1 213 555 0142",
        "  213-555-0142\n",
        "tel:+1-213-555-0142",
        "'2135550142",  # a spreadsheet's mark for text
        "213\u00a0555\u00a00142",
        "213\u2013555\u20130142",
        "213\u2212555\u22120142",
        "\u202a+1 213 555 0142\u202c",  # as a contact list pastes it
        "\u0662\u0661\u0663\u0665\u0665\u0665\u0660\u0661\u0664\u0662",  # Arabic digits
        "\u06f2\u06f1\u06f3\u06f5\u06f5\u06f5\u06f0\u06f1\u06f4\u06f2",  # Persian digits
        "\uff0b\uff11\uff08\uff12\uff11\uff13\uff09\uff15\uff15\uff15\uff0d\uff10\uff11\uff14\uff12",  # full width
    ],
)
def test_every_usual_form_of_one_phone_is_that_phone(raw: str) -> None:
    assert parse_number(raw) == PhoneNumber(ONE_PHONE)


@pytest.mark.parametrize(
    ("raw", "e164"),
    [
        ("+52 55 5555 0142", "+525555550142"),
        ("011 52 55 5555 0142", "+525555550142"),
        ("+44 (0)20 7946 0018", "+442079460018"),
    ],
)
def test_international_forms(raw: str, e164: str) -> None:
    assert parse_number(raw).e164 == e164


def test_a_region_reads_its_own_form() -> None:
    assert parse_number("55 5555 0142", region="MX").e164 == "+525555550142"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", NotAPhoneNumberReason.EMPTY),
        (" \t\u200e\n", NotAPhoneNumberReason.EMPTY),
        ("call me", NotAPhoneNumberReason.LETTERS),
        ("1-800-555-TREE", NotAPhoneNumberReason.LETTERS),
        ("213-555-0142 (home)", NotAPhoneNumberReason.LETTERS),
        ("555-0142", NotAPhoneNumberReason.TOO_SHORT),
        ("22395", NotAPhoneNumberReason.TOO_SHORT),
        ("911", NotAPhoneNumberReason.TOO_SHORT),
        ("1213555014299", NotAPhoneNumberReason.TOO_LONG),
        ("1234567890123456", NotAPhoneNumberReason.TOO_LONG),
        ("9" * 5_000, NotAPhoneNumberReason.TOO_LONG),
        ("213-555-0142 x123", NotAPhoneNumberReason.EXTENSION),
        ("213-555-0142x1", NotAPhoneNumberReason.EXTENSION),
        ("213-555-0142 ext. 5", NotAPhoneNumberReason.EXTENSION),
        ("213-555-0142 Extension: 5", NotAPhoneNumberReason.EXTENSION),
        ("+12135550142;ext=5", NotAPhoneNumberReason.EXTENSION),
        ("2135550142#5", NotAPhoneNumberReason.EXTENSION),
        ("213-555-0142 / 213-555-0143", NotAPhoneNumberReason.SEVERAL),
        ("213-555-0142, 213-555-0143", NotAPhoneNumberReason.SEVERAL),
        ("213-555-0142\n213-555-0143", NotAPhoneNumberReason.SEVERAL),
        ("213-555-0142 or 213-555-0143", NotAPhoneNumberReason.SEVERAL),
        ("2135550142 2135550143", NotAPhoneNumberReason.SEVERAL),
        ("+12135550142+12135550143", NotAPhoneNumberReason.SEVERAL),
        ("1.21E+10", NotAPhoneNumberReason.SPREADSHEET),
        ("1,21e10", NotAPhoneNumberReason.SPREADSHEET),
        ("12135550142.0", NotAPhoneNumberReason.SPREADSHEET),
        ("113-555-0142", NotAPhoneNumberReason.NOT_POSSIBLE),
        ("213-055-0142", NotAPhoneNumberReason.NOT_POSSIBLE),
        ("000-000-0000", NotAPhoneNumberReason.NOT_POSSIBLE),
        ("+3105550142", NotAPhoneNumberReason.NOT_POSSIBLE),  # an American number that somebody gave a plus
        ("+1213+5550142", NotAPhoneNumberReason.NOT_POSSIBLE),
        ('=2135550142&"x', NotAPhoneNumberReason.LETTERS),
        ("=2135550142", NotAPhoneNumberReason.NOT_POSSIBLE),
        ("213\x005550142", NotAPhoneNumberReason.NOT_POSSIBLE),
        ("\u00b2135550142", NotAPhoneNumberReason.NOT_POSSIBLE),
        ("-", NotAPhoneNumberReason.NOT_POSSIBLE),
    ],
)
def test_what_is_no_phone_number_says_why(raw: str, reason: NotAPhoneNumberReason) -> None:
    assert reason_of(raw) == reason


@pytest.mark.parametrize("raw", ["+12135550142", "+15005550006", "+525555550142"])
def test_the_provider_names_phones_in_e164(raw: str) -> None:
    assert parse_address(raw).e164 == raw


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", NotAPhoneNumberReason.EMPTY),
        ("12135550142", NotAPhoneNumberReason.NOT_POSSIBLE),
        ("+1 213 555 0142", NotAPhoneNumberReason.NOT_POSSIBLE),
        ("+12135550142\n", NotAPhoneNumberReason.NOT_POSSIBLE),
        ("+\u0661\u0662\u0661\u0663\u0665\u0665\u0665\u0660\u0661\u0664\u0662", NotAPhoneNumberReason.NOT_POSSIBLE),
        ("+10000000000", NotAPhoneNumberReason.NOT_POSSIBLE),
        ("+1234567890123456", NotAPhoneNumberReason.TOO_LONG),
        ("22395", NotAPhoneNumberReason.TOO_SHORT),
        ("+22395", NotAPhoneNumberReason.TOO_SHORT),
        ("whatsapp:+12135550142", NotAPhoneNumberReason.LETTERS),
        ("rcs:maple", NotAPhoneNumberReason.LETTERS),
        ("client:lead", NotAPhoneNumberReason.LETTERS),
        ("MAPLE", NotAPhoneNumberReason.LETTERS),
        ("Anonymous", NotAPhoneNumberReason.WITHHELD),
        ("Restricted", NotAPhoneNumberReason.WITHHELD),
        ("+266696687", NotAPhoneNumberReason.WITHHELD),
        ("266696687", NotAPhoneNumberReason.WITHHELD),
        ("+86282452253", NotAPhoneNumberReason.WITHHELD),
    ],
)
def test_other_addresses_of_the_provider_are_no_phones(raw: str, reason: NotAPhoneNumberReason) -> None:
    with pytest.raises(NotAPhoneNumber) as caught:
        parse_address(raw)
    assert caught.value.reason == reason


@pytest.mark.parametrize("e164", ["+12135550142", "+14165550142", "+17875550142", "+16715550142", "+15005550006"])
def test_the_states_their_territories_and_canada_are_texted(e164: str) -> None:
    assert is_textable(PhoneNumber(e164))


@pytest.mark.parametrize(
    "e164",
    [
        "+18765550142",  # Jamaica shares the country code and not the price
        "+12425550142",
        "+19005550142",
        "+12139760142",
        "+525555550142",
        "+442079460018",
        "+18005550142",  # toll-free
        "+18885550142",
        "+15215550142",  # personal
        "+8816" + "0" * 8,  # satellite
        "+97910000" + "0" * 4,  # premium of the whole world
        "+44843" + "0" * 7,  # shared cost
    ],
)
def test_other_countries_and_numbers_that_are_no_ordinary_phone_are_not(e164: str) -> None:
    assert not is_textable(PhoneNumber(e164))


def test_numbers_that_are_nobodys_cannot_come_in_from_anywhere() -> None:
    assert is_textable(PhoneNumber("+9990000000001")), "for measuring"
    for read in (parse_number, parse_address):
        with pytest.raises(NotAPhoneNumber):
            read("+9990000000001")


@pytest.mark.parametrize(
    ("e164", "written"),
    [("+12135550102", "213-555-0102"), ("+14165550102", "416-555-0102"), ("+525555550142", "+52 55 5555 0142")],
)
def test_a_public_number_is_written_as_people_dial_it(e164: str, written: str) -> None:
    assert PhoneNumber(e164).national() == written


def test_a_phone_number_never_prints_itself() -> None:
    number = PhoneNumber(ONE_PHONE)
    printed = [repr(number), str(number), f"{number}", f"{number!r}", repr([number]), "%s" % number]  # noqa: UP031
    assert {text.strip("[]") for text in printed} == {"PhoneNumber(hidden)"}


def test_a_phone_number_does_not_change() -> None:
    number = PhoneNumber(ONE_PHONE)
    with pytest.raises(FrozenInstanceError):
        number.e164 = "+12135550143"  # type: ignore[misc]


@pytest.mark.parametrize("text", ["", "2135550142", "+0213", "+1213555014a", "+12135550142 "])
def test_only_e164_makes_a_phone_number(text: str) -> None:
    with pytest.raises(NotAPhoneNumber):
        PhoneNumber(text)


@pytest.mark.parametrize(
    "raw", ["+121355501420142", "213-555-0142 x123", "213-555-0142 or 213-555-0143", "+3105550142"]
)
def test_the_error_never_holds_the_number(raw: str) -> None:
    with pytest.raises(NotAPhoneNumber) as caught:
        parse_number(raw)
    shown = "".join(traceback.format_exception(caught.value)).split("Error")[0]
    assert not any(character.isdigit() for character in str(caught.value) + repr(caught.value.args))
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert raw not in shown


@given(st.text(alphabet=st.characters(), max_size=40) | st.text(alphabet="+0123456789 ()-.x#,;/E", max_size=40))
def test_any_text_is_a_phone_number_or_says_why_it_is_none(raw: str) -> None:
    assert read_again(raw) is None or read_again(raw) == parse_number(raw)


def read_again(raw: str) -> PhoneNumber | None:
    """Any other error than ours fails the test."""
    try:
        return parse_address(parse_number(raw).e164)
    except NotAPhoneNumber:
        return None


@given(st.from_regex(r"\(?[2-9][0-9]{2}\)? ?555[-. ]?01[0-9]{2}", fullmatch=True))
def test_reading_what_we_wrote_gives_the_same_phone(raw: str) -> None:
    number = parse_number(raw)
    assert parse_number(number.e164) == parse_number(number.national()) == number
