"""What a signed webhook of a call says: an event of the desk's, or one plain reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from werkzeug.datastructures import MultiDict

from phonetree.desk.call_answers import (
    AnsweredBy,
    CallAnswered,
    CallBegan,
    CallEvent,
    CallOutcome,
    CallReceipt,
    DialEnded,
    DialResult,
    HeldOn,
    KeysPressed,
    QueueLeft,
    QueueResult,
    SoundRecorded,
)
from phonetree.twilio.call_requests import (
    Kind,
    parse_answered,
    parse_call_began,
    parse_call_receipt,
    parse_caller_gone,
    parse_turn,
)
from phonetree.twilio.forms import Malformed
from phonetree.words.numbers import PhoneNumber

ACCOUNT = "AC" + "0" * 32
CALL = "CA" + "0123456789abcdef" * 2
SOUND = "RE" + "0123456789abcdef" * 2
SOUND_URL = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Recordings/{SOUND}"
PERSON = "+12135550142"
SITE = "+12135550100"
ATTEMPT = "a" * 32

Form = MultiDict[str, str]


def call_form(**changed: str) -> Form:
    fields = {
        "CallSid": CALL,
        "AccountSid": ACCOUNT,
        "From": PERSON,
        "To": SITE,
        "CallStatus": "ringing",
        "Direction": "inbound",
        "ApiVersion": "2010-04-01",
        "FromCity": "",
        "AddedNextYear": "anything",
    }
    return MultiDict(fields | changed)


def without(form: Form, name: str) -> Form:
    return MultiDict([(key, value) for key, value in form.items(multi=True) if key != name])


def twice(form: Form, name: str) -> Form:
    return MultiDict([*form.items(multi=True), (name, form[name])])


READERS: dict[str, Callable[[Form], object]] = {
    "began": lambda form: parse_call_began(form, ACCOUNT),
    "answered": lambda form: parse_answered(form, ACCOUNT, ATTEMPT),
    "receipt": lambda form: parse_call_receipt(form, ACCOUNT, ATTEMPT),
    "gone": lambda form: parse_caller_gone(form, ACCOUNT),
    **{kind: lambda form, kind=kind: parse_turn(form, ACCOUNT, kind) for kind in Kind},  # type: ignore[misc]
}


def test_an_incoming_call_is_read() -> None:
    assert parse_call_began(call_form(), ACCOUNT) == (CALL, CallBegan(PhoneNumber(PERSON), PhoneNumber(SITE)))


@pytest.mark.parametrize(
    "sender",
    [
        *["", "anonymous", "Restricted", "+266696687", "266696687", "+86282452253", "7378742833"],
        *[
            "client:alice",
            "sip:school@example.org",
            "2135550142",
            "555",
            "+5255" + "12345678",
            "+19005550142",
            "\u0661",
        ],
    ],
)
def test_a_caller_whom_we_cannot_call_has_no_number_and_is_welcome(sender: str) -> None:
    assert parse_call_began(call_form(From=sender), ACCOUNT) == (CALL, CallBegan(None, PhoneNumber(SITE)))


@pytest.mark.parametrize("recipient", ["", "sip:school@example.org", "anonymous", "2135550100"])
def test_a_call_to_something_else_than_a_number_is_malformed(recipient: str) -> None:
    with pytest.raises(Malformed, match=r"^To is not a phone number$") as refused:
        parse_call_began(call_form(To=recipient), ACCOUNT)
    assert refused.value.__context__ is None


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", ["CallSid", "AccountSid"])
def test_every_webhook_names_its_call_and_our_account_once(reader: str, name: str) -> None:
    with pytest.raises(Malformed, match=f"^{name} is missing$"):
        READERS[reader](without(call_form(), name))
    with pytest.raises(Malformed, match=f"^{name} is there twice$"):
        READERS[reader](twice(call_form(), name))


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"AccountSid": "AC" + "1" * 32}, "AccountSid is another account's"),
        ({"CallSid": CALL.lower()}, "CallSid does not look like one"),
        ({"CallSid": CALL + "\n"}, "CallSid does not look like one"),
        ({"CallSid": "SM" + CALL[2:]}, "CallSid does not look like one"),
        ({"CallSid": ""}, "CallSid does not look like one"),
        ({"FromCity": "LOS\0ANGELES"}, "a field holds a NUL"),
        ({"Odd\0name": ""}, "a field holds a NUL"),
    ],
)
def test_what_is_malformed_in_any_webhook_has_a_plain_reason(reader: str, changed: dict[str, str], reason: str) -> None:
    with pytest.raises(Malformed) as refused:
        READERS[reader](call_form(**changed))
    assert str(refused.value) == reason


@pytest.mark.parametrize(
    ("kind", "fields", "event"),
    [
        (Kind.KEYS, {"Digits": "1"}, KeysPressed("1")),
        (Kind.KEYS, {"Digits": "*7#"}, KeysPressed("*7#")),
        (Kind.KEYS, {"Digits": ""}, KeysPressed("")),
        (Kind.KEYS, {}, KeysPressed("")),
        (Kind.KEYS, {"Digits": "1" * 40}, KeysPressed("1" * 40)),
        (Kind.KEYS, {"Digits": "12" * 200}, KeysPressed("12" * 20)),
        (Kind.KEYS, {"Digits": "A1D#"}, KeysPressed("1#")),
        (Kind.SOUND, {}, SoundRecorded(None, 0)),
        (Kind.SOUND, {"Digits": "hangup"}, SoundRecorded(None, 0, hung_up=True)),
        (Kind.SOUND, {"RecordingUrl": SOUND_URL, "RecordingDuration": "7"}, SoundRecorded(SOUND, 7)),
        (
            Kind.SOUND,
            {"RecordingSid": SOUND, "RecordingUrl": SOUND_URL, "RecordingDuration": "0", "Digits": "#"},
            SoundRecorded(SOUND, 0),
        ),
        (
            Kind.SOUND,
            {"RecordingSid": SOUND, "RecordingDuration": "86400", "Digits": "hangup"},
            SoundRecorded(SOUND, 86_400, hung_up=True),
        ),
        (Kind.DIAL, {"DialCallStatus": "completed", "DialBridged": "true"}, DialEnded(DialResult.ANSWERED)),
        (Kind.DIAL, {"DialCallStatus": "completed"}, DialEnded(DialResult.ANSWERED)),
        (Kind.DIAL, {"DialCallStatus": "completed", "DialBridged": "false"}, DialEnded(DialResult.NO_ANSWER)),
        (Kind.DIAL, {"DialCallStatus": "busy", "DialBridged": "false"}, DialEnded(DialResult.BUSY)),
        (Kind.DIAL, {"DialCallStatus": "invented"}, DialEnded(DialResult.FAILED)),
        (
            Kind.DIAL,
            {"DialCallStatus": "completed", "DialCallSid": f"CA{7:032x}"},
            DialEnded(DialResult.ANSWERED, f"CA{7:032x}"),
        ),
        (Kind.DIAL, {"DialCallStatus": "busy", "DialCallSid": "invented"}, DialEnded(DialResult.BUSY)),
        (Kind.QUEUE, {"QueueResult": "leave", "QueueTime": "3"}, QueueLeft(QueueResult.LEFT)),
        (Kind.QUEUE, {"QueueResult": "queue-full"}, QueueLeft(QueueResult.FAILED)),
        (Kind.HOLD, {}, HeldOn()),
        (Kind.HOLD, {"Digits": "stale"}, HeldOn()),
    ],
)
def test_a_further_step_is_read(kind: Kind, fields: dict[str, str], event: CallEvent) -> None:
    assert parse_turn(call_form(**fields), ACCOUNT, kind) == (CALL, event)


@pytest.mark.parametrize(
    ("kind", "fields", "reason"),
    [
        (Kind.KEYS, {"Digits": "one"}, "Digits are not keys"),
        (Kind.KEYS, {"Digits": "1 2"}, "Digits are not keys"),
        (Kind.KEYS, {"Digits": "1\n"}, "Digits are not keys"),
        (Kind.KEYS, {"Digits": "\u0661"}, "Digits are not keys"),
        (Kind.SOUND, {"RecordingSid": SOUND}, "RecordingDuration is missing"),
        (Kind.SOUND, {"RecordingSid": CALL, "RecordingDuration": "1"}, "RecordingSid does not look like one"),
        (Kind.SOUND, {"RecordingUrl": "https://x/y", "RecordingDuration": "1"}, "RecordingSid does not look like one"),
        *(
            (
                Kind.SOUND,
                {"RecordingSid": SOUND, "RecordingDuration": wrong},
                "RecordingDuration is not a number of seconds",
            )
            for wrong in ("", "-1", "1.5", "86401", "999999", "\u0661", "1\n")
        ),
        (Kind.DIAL, {}, "DialCallStatus is missing"),
        (Kind.DIAL, {"DialCallStatus": ""}, "DialCallStatus is not a word"),
        (Kind.DIAL, {"DialCallStatus": "busy; drop"}, "DialCallStatus is not a word"),
        (Kind.QUEUE, {}, "QueueResult is missing"),
        (Kind.QUEUE, {"QueueResult": "LEAVE"}, "QueueResult is not a word"),
    ],
)
def test_a_malformed_step_has_a_plain_reason(kind: Kind, fields: dict[str, str], reason: str) -> None:
    with pytest.raises(Malformed) as refused:
        parse_turn(call_form(**fields), ACCOUNT, kind)
    assert str(refused.value) == reason


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (Kind.KEYS, {"Digits": "1"}),
        (Kind.SOUND, {"RecordingSid": SOUND, "RecordingDuration": "1"}),
        (Kind.DIAL, {"DialCallStatus": "busy"}),
        (Kind.QUEUE, {"QueueResult": "leave"}),
    ],
)
def test_a_field_that_is_read_is_there_once(kind: Kind, fields: dict[str, str]) -> None:
    for name in fields:
        with pytest.raises(Malformed, match=f"^{name} is there twice$"):
            parse_turn(twice(call_form(**fields), name), ACCOUNT, kind)


@pytest.mark.parametrize("name", ["From", "To"])
def test_an_incoming_call_names_both_numbers_once(name: str) -> None:
    with pytest.raises(Malformed, match=f"^{name} is missing$"):
        parse_call_began(without(call_form(), name), ACCOUNT)
    with pytest.raises(Malformed, match=f"^{name} is there twice$"):
        parse_call_began(twice(call_form(), name), ACCOUNT)


@pytest.mark.parametrize(
    ("fields", "by"),
    [
        ({}, AnsweredBy.PERSON),
        ({"AnsweredBy": ""}, AnsweredBy.PERSON),
        ({"AnsweredBy": "human"}, AnsweredBy.PERSON),
        ({"AnsweredBy": "machine_end_beep"}, AnsweredBy.MACHINE),
    ],
)
def test_a_call_that_we_placed_is_picked_up(fields: dict[str, str], by: AnsweredBy) -> None:
    assert parse_answered(call_form(**fields), ACCOUNT, ATTEMPT) == (CALL, CallAnswered(ATTEMPT, by))


def test_who_answered_is_one_word() -> None:
    with pytest.raises(Malformed, match=r"^AnsweredBy is not a word$"):
        parse_answered(call_form(AnsweredBy="Human!"), ACCOUNT, ATTEMPT)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"CallStatus": "ringing"}, CallReceipt(ATTEMPT, CALL, 2, CallOutcome.RINGING)),
        ({"CallStatus": "in-progress"}, CallReceipt(ATTEMPT, CALL, 3, CallOutcome.ANSWERED)),
        ({"CallStatus": "completed", "ErrorCode": ""}, CallReceipt(ATTEMPT, CALL, 4, CallOutcome.COMPLETED)),
        ({"CallStatus": "failed", "ErrorCode": "13224"}, CallReceipt(ATTEMPT, CALL, 4, CallOutcome.FAILED, 13224)),
        ({"CallStatus": "initiated"}, None),
        ({"CallStatus": "invented"}, None),
    ],
)
def test_the_progress_of_a_call_is_read(fields: dict[str, str], expected: CallReceipt | None) -> None:
    assert parse_call_receipt(call_form(**fields), ACCOUNT, ATTEMPT) == expected


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"CallStatus": ""}, "CallStatus is not a word"),
        ({"CallStatus": "no answer"}, "CallStatus is not a word"),
        ({"ErrorCode": "13224x"}, "ErrorCode is not a number"),
    ],
)
def test_malformed_progress_has_a_plain_reason(fields: dict[str, str], reason: str) -> None:
    with pytest.raises(Malformed) as refused:
        parse_call_receipt(call_form(**fields), ACCOUNT, ATTEMPT)
    assert str(refused.value) == reason


@pytest.mark.parametrize("status", ["completed", "busy", "no-answer", "failed", "canceled"])
def test_a_caller_is_gone_after_the_last_status(status: str) -> None:
    assert parse_caller_gone(call_form(CallStatus=status), ACCOUNT) == CALL


@pytest.mark.parametrize("status", ["queued", "ringing", "in-progress", "invented"])
def test_a_caller_is_there_before_that(status: str) -> None:
    assert parse_caller_gone(call_form(CallStatus=status), ACCOUNT) is None


def test_neither_numbers_nor_keys_show() -> None:
    shown = repr([parse_call_began(call_form(), ACCOUNT), parse_turn(call_form(Digits="4821"), ACCOUNT, Kind.KEYS)])
    assert not any(secret in shown for secret in ("555", "4821"))
