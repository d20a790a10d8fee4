"""An inbound text over HTTP: what is malformed writes nothing, what is repeated is answered once, nothing is a 500."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from phone import ACCOUNT, Fields, Town, database_url, messages_in, new_sid, receipt_fields, rows, text_fields, town_in
from sqlalchemy import func, select

from phonetree.models import Consent, Delivery, Heard, Membership, Person, State, reading

ANA, BOB = "+12135550142", "+12135550143"
REQUIRED = ("From", "To", "Body", "MessageSid", "AccountSid")
SILENCE: tuple[str, list[tuple[str, str]]] = ("text/xml", [])


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with town_in(tmp_path) as town:
        yield town


def without(name: str) -> Fields:
    return [(key, value) for key, value in text_fields(ANA, "MENU") if key != name]


def twice(name: str) -> Fields:
    fields = text_fields(ANA, "MENU")
    return [*fields, (name, dict(fields)[name] + "x")]


def put(**fields: str) -> Fields:
    return text_fields(ANA, "MENU", **fields)


MALFORMED: dict[str, tuple[Fields, str]] = {
    **{f"{name} missing": (without(name), f"{name} is missing") for name in REQUIRED},
    **{f"{name} twice": (twice(name), f"{name} is there twice") for name in REQUIRED},
    "another account": (put(AccountSid="AC" + "8" * 32), "AccountSid is another account's"),
    "an account in capitals": (put(AccountSid=ACCOUNT.lower()), "AccountSid is another account's"),
    "NUL in the words": (put(Body="STOP\0"), "a field holds a NUL"),
    "NUL in another field": (put(FromCity="LOS\0ANGELES"), "a field holds a NUL"),
    "NUL in a name": ([*put(), ("X\0", "1")], "a field holds a NUL"),
    "1,601 characters": (put(Body="a" * 1601), "Body is over 1,600 characters"),
    "a SID of another kind": (put(MessageSid="CA" + "1" * 32), "MessageSid does not look like one"),
    "a SID too short": (put(MessageSid="SM1"), "MessageSid does not look like one"),
    "a SID with a line end": (put(MessageSid="SM" + "1" * 32 + "\n"), "MessageSid does not look like one"),
    "no sender": (put(From=""), "From is empty"),
    "no recipient": (put(To=""), "To is empty"),
    "no such number here": (put(To="+12135550177"), "To is no number of a school here"),
    "an unknown opt-out": (put(OptOutType="MAYBE"), "OptOutType is not STOP, START or HELP"),
    "media that cannot be counted": (put(NumMedia="-1"), "NumMedia is not a count"),
}


@pytest.mark.parametrize("case", sorted(MALFORMED))
def test_what_is_malformed_is_refused_with_a_reason_and_writes_nothing(town: Town, case: str) -> None:
    fields, reason = MALFORMED[case]
    before = rows(town.house.database)
    reply = town.post("/twilio/sms", fields)
    assert (reply.status, reply.kind, reply.body) == (400, "text/plain", f"Refused: {reason}.")
    assert rows(town.house.database) == before


@pytest.mark.parametrize(
    "sender",
    ["anonymous", "+266696687", "24273", "MAPLE", "whatsapp:+12135550142", "rcs:maple", "+1213555014212345678"],
)
def test_whom_nobody_can_text_is_met_with_silence_and_writes_nothing(town: Town, sender: str) -> None:
    before = rows(town.house.database)
    reply = town.post("/twilio/sms", put(From=sender))
    assert (reply.kind, messages_in(reply)) == SILENCE
    assert rows(town.house.database) == before


def test_a_family_joins_by_two_texts(town: Town) -> None:
    ana = town.phone(ANA)
    ana.texts("JOIN MAPLE").hears("Safety alerts", "Reply 1: join").texts("1").hears("You are on the list")
    assert count_of(town, Membership) == 1
    assert count_of(town, Consent) == 1


def test_the_receipts_of_an_answer_reach_the_ledger(town: Town) -> None:
    town.phone(ANA).texts("MENU").hears("Send a digit")
    town.folds()
    with reading(town.house.database) as session:
        (delivery,) = session.scalars(select(Delivery)).all()
    assert (delivery.state, delivery.rank) == (State.DELIVERED, 4)
    assert delivery.sid is not None


def test_the_longest_text_is_read(town: Town) -> None:
    assert len(messages_in(town.post("/twilio/sms", text_fields(ANA, "a" * 1600)))) == 1


def count_of(town: Town, kind: type[object]) -> int:
    with reading(town.house.database) as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


def test_the_same_text_again_is_answered_alike_and_has_one_effect(town: Town) -> None:
    town.phone(ANA).texts("JOIN MAPLE").hears("join")
    fields = text_fields(ANA, "1")
    first = town.post("/twilio/sms", fields)
    after = rows(town.house.database)
    assert town.post("/twilio/sms", fields).body == first.body
    assert "You are on the list" in first.body
    assert rows(town.house.database) == after


@pytest.fixture(params=["sqlite", "postgresql"])
def busy_town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    with database_url(request.param, tmp_path) as url, town_in(tmp_path, DATABASE_URL=url) as town:
        yield town


@pytest.mark.parametrize("is_known", [True, False])
def test_eight_at_once_are_answered_alike_and_have_one_effect(busy_town: Town, *, is_known: bool) -> None:
    town = busy_town
    if is_known:
        town.phone(ANA).texts("MENU").hears("Send a digit")
    before = count_of(town, Heard), count_of(town, Delivery)
    fields = text_fields(ANA, "JOIN MAPLE")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: town.post("/twilio/sms", fields), range(8)))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    assert "Safety alerts" in answers[0].body
    assert (count_of(town, Heard), count_of(town, Delivery)) == (before[0] + 1, before[1] + 1)
    assert count_of(town, Person) == 1


def test_eight_phones_at_once_do_not_stand_in_each_others_way(busy_town: Town) -> None:
    def joins(digit: int) -> None:
        busy_town.phone(f"+1213555012{digit}").texts("JOIN MAPLE").hears("join").texts("1").hears("on the list")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(joins, range(8)))
    assert count_of(busy_town, Membership) == 8


def is_stopped(town: Town) -> bool:
    with reading(town.house.database) as session:
        return session.scalars(select(Person.stopped_at)).one() is not None


def test_what_the_carrier_answered_is_recorded_and_not_answered_again(town: Town) -> None:
    ana = town.phone(ANA)
    ana.texts("JOIN MAPLE").hears("join").texts("1").hears("on the list")
    ana.texts("STOP", OptOutType="STOP").hears_nothing()
    assert is_stopped(town)
    ana.texts("HELP", OptOutType="HELP").hears_nothing()
    assert is_stopped(town)
    ana.texts("START", OptOutType="START").hears_nothing()
    assert not is_stopped(town)
    with reading(town.house.database) as session:
        noted = list(session.scalars(select(Consent.what).order_by(Consent.id)))
    assert noted == ["opt_in", "opt_out", "come_back"]


# Reliability 6. Each of these is signed and well formed: the answer may be words or silence, never an error.
CORPUS: dict[str, str] = {
    "empty": "",
    "blank": "   ",
    "a full stop": ".",
    "lone combining marks": "\u0301\u0301\u0301",
    "combining stack": "J" + "\u0335\u0336\u0337" * 60 + "OIN",
    "a byte order mark": "\ufeffJOIN MAPLE",
    "joiners": "J\u200dO\u200dI\u200dN",
    "right to left override": "\u202eNIOJ",
    "bidi isolates": "\u2066STOP\u2069",
    "emoji alone": "👍",
    "a family emoji": "👨\u200d👩\u200d👧\u200d👦",
    "keycap": "1️⃣",
    "full width": "\uff2a\uff2f\uff29\uff2e \uff2d\uff21\uff30\uff2c\uff25",
    "full width digits": "\uff11",
    "Arabic digits": "١",
    "Devanagari digits": "४८२१ ७३९१५२",
    "superscripts": "¹²³",
    "Roman numeral": "Ⅳ",
    "Turkish dotless i": "joın maple",
    "Turkish dotted I": "JOİN MAPLE",
    "sí": "SÍ",
    "si": "SI",
    "Vietnamese, composed": "dừng lại",
    "Vietnamese, decomposed": "dừng lại",
    "a line end": "STOP\r\n",
    "smart quotes": "“JOIN MAPLE”",
    "auto-capitalised": "Alert!",
    "a sentence": "should I alert?",
    "a signature": "JOIN MAPLE\n\nSent from my phone",
    "a tapback": "Liked “Maple Tree: CONFIRMED 7:51. Immigration agents”",
    "an automatic reply": "I'm driving right now and can't reply. Sent automatically",
    "a receipt's echo": "Delivered to +12135550143 at 10:22",
    "stop, please": "STOP please",
    "no more": "no me manden más mensajes",
    "a formula": '=HYPERLINK("http://127.0.0.1","x")',
    "markup": "<script>alert(1)</script>",
    "TwiML": "</Message></Response><Response><Dial>+12135550199</Dial></Response>",
    "CDATA": "]]><Redirect>http://127.0.0.1</Redirect>",
    "a template": "{{ 7 * 7 }} {% raw %} ${7*7}",
    "format fields": "{s} {0} {program.__class__} %s %(x)s {",
    "SQL": "'; DROP TABLE people; --",
    "log lines": "a\r\n2026-11-16 ERROR forged",
    "terminal escapes": "\x1b[31mred\x1b[0m\x07\x08",
    "control characters": "".join(map(chr, range(1, 32))),
    "not characters": "\ufffe\uffff\U0010ffff",
    "replacement characters": "\ufffd" * 10,
    "private use": "\ue000\U000f0000",
    "long digits": "9" * 160,
    "a long number in a command": "ALERT " + "1" * 400,
    "alerts with odd digits": "ALERT 9 9 9",
    "alerts with many": "ALERT 2 1 2 2 2 2 2",
    "alert with words": "ALERT two at the gate",
    "quick alert alone": "00",
    "update of nothing": "UPDATE 999",
    "update of an odd number": "UPDATE ²",
    "correct with a huge number": "CORRECT " + "9" * 30,
    "join nothing": "JOIN",
    "join with a percent": "JOIN %",
    "join another": "JOIN ELM",
    "an aid item": "AID FOOD",
    "a code and a PIN": "4821 739152",
    "slashes": "4821/739152",
    "sixteen hundred": "á" * 1600,
    "metadata address": "http://169.254.169.254/latest/meta-data/",
    "zalgo stop": "S̷T̷O̷P̷",
    "back": "BACK",
    "either": "FIN",
}


@pytest.mark.parametrize("role", ["stranger", "lead"])
def test_nothing_that_anybody_texts_is_an_error(town: Town, role: str) -> None:
    if role == "lead":
        town.enrol(ANA, "lead", pin="739152")
    for name, words in CORPUS.items():
        for more in ({}, {"NumMedia": "1", "MediaUrl0": "http://169.254.169.254/", "MediaContentType0": "image/png"}):
            reply = town.post("/twilio/sms", text_fields(ANA, words, **more))
            assert reply.status == 200, name
            assert "has a fault" not in reply.body, name
            assert len(messages_in(reply)) <= 1, name


@pytest.mark.parametrize("raw", [b"Body=%FF%FE", b"Body=%C0%AF", b"Body=%ED%A0%80", b"Body=%", b"&&==&", b"\xff\x00"])
def test_bytes_that_are_no_text_are_refused(town: Town, raw: bytes) -> None:
    before = rows(town.house.database)
    assert town.send("POST", "/twilio/sms", [(raw.decode("latin-1"), "")], signed="x").status == 403
    assert rows(town.house.database) == before


def test_a_picture_is_not_fetched(town: Town) -> None:
    town.phone(ANA).texts("", NumMedia="1", MediaUrl0="http://127.0.0.1:1/x.jpg").hears("Words only")


def test_a_bare_digit_reaches_everything(town: Town) -> None:
    ana = town.enrol(ANA, "parent")
    for digit in "12345670":
        ana.texts(digit)
        assert ana.unread, digit
        ana.unread.clear()
        ana.texts("MENU").hears("Send a digit")


def test_receipts_of_texts_that_we_never_sent_are_let_pass(town: Town) -> None:
    before = rows(town.house.database)
    for attempt in ("f" * 32, "0" * 32, "x", "%00" * 32, "%C3%A9", "..%2Fsms"):
        reply = town.send(
            "POST", f"/twilio/status/message/{attempt}", receipt_fields(new_sid(), "delivered"), signed="x"
        )
        assert reply.status in {403, 404}, attempt
    for attempt in ("f" * 32, "0" * 32, "x"):
        assert town.post(f"/twilio/status/message/{attempt}", receipt_fields(new_sid(), "delivered")).status == 204
    town.folds()
    assert rows(town.house.database) == before


def test_bob_hears_nothing_of_what_ana_does(town: Town) -> None:
    town.phone(ANA).texts("JOIN MAPLE").hears("join").texts("1").hears("on the list")
    town.phone(BOB).hears_nothing().texts("1").hears("No report now")
