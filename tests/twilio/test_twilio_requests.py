"""What a signed webhook says: the whole of it, or one plain reason."""

from __future__ import annotations

import pytest
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from phonetree.twilio.forms import Malformed
from phonetree.twilio.requests import InboundText, MessageReceipt, NotForUs, parse_receipt, parse_text
from phonetree.twilio.signature import is_signed
from phonetree.words.numbers import PhoneNumber

ACCOUNT = "AC" + "0" * 32
SID = "SM" + "0123456789abcdef" * 2
PERSON = "+12135550142"
SITE = "+12135550100"


def text_form(**changed: str) -> MultiDict[str, str]:
    fields = {
        "MessageSid": SID,
        "SmsSid": SID,
        "SmsMessageSid": SID,
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "From": PERSON,
        "To": SITE,
        "Body": "JOIN MAPLE",
        "NumMedia": "0",
        "NumSegments": "1",
        "ToCity": "",
        "FromCountry": "US",
        "AddedNextYear": "anything",
    }
    return MultiDict(fields | changed)


def receipt_form(**changed: str) -> MultiDict[str, str]:
    fields = {"MessageSid": SID, "AccountSid": ACCOUNT, "MessageStatus": "sent", "From": SITE, "To": PERSON}
    return MultiDict(fields | changed)


def without(form: MultiDict[str, str], name: str) -> MultiDict[str, str]:
    return MultiDict([(key, value) for key, value in form.items(multi=True) if key != name])


def twice(form: MultiDict[str, str], name: str) -> MultiDict[str, str]:
    return MultiDict([*form.items(multi=True), (name, form[name])])


def test_a_text_is_read() -> None:
    assert parse_text(text_form(), ACCOUNT) == InboundText(
        sid=SID, sender=PhoneNumber(PERSON), recipient=PhoneNumber(SITE), words="JOIN MAPLE"
    )


def test_words_are_composed_and_otherwise_left_alone() -> None:
    raw = "  Jose\u0301\u200f \u200b①👋\n"
    assert parse_text(text_form(Body=raw), ACCOUNT).words == "  José\u200f \u200b①👋\n"


def test_a_picture_without_words_is_read() -> None:
    seen = parse_text(text_form(Body="", NumMedia="2", MessageSid="MM" + SID[2:]), ACCOUNT)
    assert (seen.words, seen.media_count, seen.has_media) == ("", 2, True)


def test_media_count_and_opt_out_may_be_absent_or_blank() -> None:
    seen = parse_text(without(text_form(OptOutType=""), "NumMedia"), ACCOUNT)
    assert (seen.media_count, seen.has_media, seen.opt_out) == (0, False, None)


@pytest.mark.parametrize("word", ["STOP", "START", "HELP"])
def test_the_providers_own_opt_out_is_named(word: str) -> None:
    assert parse_text(text_form(OptOutType=word), ACCOUNT).opt_out == word


def test_neither_words_nor_numbers_show() -> None:
    shown = repr(parse_text(text_form(), ACCOUNT))
    assert "JOIN" not in shown
    assert "555" not in shown


@pytest.mark.parametrize("name", ["MessageSid", "AccountSid", "From", "To", "Body"])
def test_a_required_field_is_there_exactly_once(name: str) -> None:
    with pytest.raises(Malformed, match=f"^{name} is missing$"):
        parse_text(without(text_form(), name), ACCOUNT)
    with pytest.raises(Malformed, match=f"^{name} is there twice$"):
        parse_text(twice(text_form(), name), ACCOUNT)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"AccountSid": "AC" + "1" * 32}, "AccountSid is another account's"),
        ({"AccountSid": ""}, "AccountSid is another account's"),
        ({"MessageSid": SID + "\n"}, "MessageSid does not look like one"),
        ({"MessageSid": SID.upper()}, "MessageSid does not look like one"),
        ({"MessageSid": "CA" + SID[2:]}, "MessageSid does not look like one"),
        ({"Body": "x" * 1601}, "Body is over 1,600 characters"),
        ({"Body": "a\0b"}, "a field holds a NUL"),
        ({"FromCity": "LOS\0ANGELES"}, "a field holds a NUL"),
        ({"Odd\0name": ""}, "a field holds a NUL"),
        ({"NumMedia": "-1"}, "NumMedia is not a count"),
        ({"NumMedia": "٣"}, "NumMedia is not a count"),
        ({"OptOutType": "stop"}, "OptOutType is not STOP, START or HELP"),
        ({"From": ""}, "From is empty"),
    ],
)
def test_what_is_malformed_has_a_plain_reason(changed: dict[str, str], reason: str) -> None:
    with pytest.raises(Malformed) as refused:
        parse_text(text_form(**changed), ACCOUNT)
    assert str(refused.value) == reason
    assert not isinstance(refused.value, NotForUs)


def test_a_nul_is_found_in_a_field_that_may_repeat() -> None:
    with pytest.raises(Malformed, match=r"^a field holds a NUL$"):
        parse_text(MultiDict([*text_form().items(multi=True), ("AddedNextYear", "\0")]), ACCOUNT)


def test_the_longest_text_is_taken() -> None:
    assert len(parse_text(text_form(Body="é" * 1600), ACCOUNT).words) == 1600


@pytest.mark.parametrize("name", ["From", "To"])
@pytest.mark.parametrize(
    "raw", ["72975", "SCHOOL", "anonymous", f"whatsapp:{PERSON}", "rcs:agent", "2135550142", f" {PERSON}"]
)
def test_whoever_cannot_be_answered_is_not_for_us(name: str, raw: str) -> None:
    with pytest.raises(NotForUs) as refused:
        parse_text(text_form(**{name: raw}), ACCOUNT)
    assert str(refused.value) == f"{name} is not a phone number"
    assert refused.value.__context__ is None


def test_fields_run_together_keep_their_signature_and_are_refused_all_the_same() -> None:
    """A signature covers names and values without a mark between them, so only the schema sees this cut."""
    url = "https://tree.example.org/twilio/sms"
    honest = text_form()
    signature = RequestValidator("12345").compute_signature(url, honest)
    recut = without(without(honest, "From"), "FromCountry")
    recut["Body"] = f"JOIN MAPLEFrom{PERSON}FromCountryUS"
    assert is_signed(["12345"], url, recut, signature)
    with pytest.raises(Malformed, match=r"^From is missing$"):
        parse_text(recut, ACCOUNT)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, MessageReceipt(SID, "sent", None)),
        ({"MessageStatus": "undelivered", "ErrorCode": "30006"}, MessageReceipt(SID, "undelivered", 30006)),
        ({"MessageStatus": "delivered", "ErrorCode": ""}, MessageReceipt(SID, "delivered", None)),
        ({"MessageStatus": "delivered", "ErrorCode": "0"}, MessageReceipt(SID, "delivered", None)),
        ({"MessageStatus": "not_heard_of_yet"}, MessageReceipt(SID, "not_heard_of_yet", None)),
        ({"To": "whatsapp:x"}, MessageReceipt(SID, "sent", None)),
    ],
)
def test_a_receipt_is_read(changed: dict[str, str], expected: MessageReceipt) -> None:
    assert parse_receipt(receipt_form(**changed), ACCOUNT) == expected


@pytest.mark.parametrize("name", ["MessageSid", "AccountSid", "MessageStatus"])
def test_a_receipt_needs_its_fields_once(name: str) -> None:
    with pytest.raises(Malformed, match=f"^{name} is missing$"):
        parse_receipt(without(receipt_form(), name), ACCOUNT)
    with pytest.raises(Malformed, match=f"^{name} is there twice$"):
        parse_receipt(twice(receipt_form(), name), ACCOUNT)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"MessageStatus": ""}, "MessageStatus is not a word"),
        ({"MessageStatus": "sent; drop"}, "MessageStatus is not a word"),
        ({"ErrorCode": "30006x"}, "ErrorCode is not a number"),
        ({"ErrorCode": "9" * 30}, "ErrorCode is not a number"),
        ({"AccountSid": "AC" + "1" * 32}, "AccountSid is another account's"),
        ({"RawDlrDoneDate": "\0"}, "a field holds a NUL"),
    ],
)
def test_a_malformed_receipt_has_a_plain_reason(changed: dict[str, str], reason: str) -> None:
    with pytest.raises(Malformed) as refused:
        parse_receipt(receipt_form(**changed), ACCOUNT)
    assert str(refused.value) == reason
