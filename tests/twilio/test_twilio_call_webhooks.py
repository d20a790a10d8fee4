"""The webhooks of calls with a desk that writes down what it hears: paths, guard, apologies, and recordings."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from threading import Lock
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient
from phone import ACCOUNT, PUBLIC_URL, TOKEN, house_in
from werkzeug.test import TestResponse

from phonetree.app import text_desk_of
from phonetree.desk.call_answers import (
    AnsweredBy,
    CallAnswer,
    CallAnswered,
    CallBegan,
    CallEvent,
    CallOutcome,
    CallReceipt,
    DialEnded,
    DialResult,
    HangUp,
    HeardCall,
    HeldOn,
    KeysPressed,
    QueueLeft,
    QueueResult,
    SoundRecorded,
    UnknownCall,
    WaitOn,
)
from phonetree.simulator.signing import signature
from phonetree.twilio.call_webhooks import CallDesk, Telephone, sounds
from phonetree.twilio.voice_twiml import Addresses, sound_address
from phonetree.twilio.webhooks import Provider, webhooks
from phonetree.words.logs import configure_logs
from phonetree.words.numbers import PhoneNumber
from phonetree.words.speech import Said

CALL = "CA" + "0123456789abcdef" * 2
PERSON = "+12135550142"
SITE = "+12135550100"
ATTEMPT = "a" * 32
WAV = b"RIFF....WAVE"
SECRET = "nobody may read this"
GOODBYE = HangUp((Said("Goodbye.", "en-US", "Polly.Joanna-Neural"),))


@dataclass
class Desk:
    """A desk that hangs up on everybody, or fails with *fault*."""

    fault: Exception | None = None
    answer: CallAnswer = GOODBYE
    heard: list[object] = field(default_factory=list)

    def take_turn(self, heard: HeardCall) -> CallAnswer:
        self.hear(heard)
        return self.answer

    def wait_in_queue(self, hunt: str, sid: str) -> CallAnswer:
        self.hear((hunt, sid))
        return WaitOn((), 5)

    def audio(self, token: str) -> bytes | None:
        self.hear(token)
        return WAV if token == "good-token" else None

    def hear(self, what: object) -> None:
        if self.fault is not None:
            raise self.fault
        self.heard.append(what)

    def callables(self) -> CallDesk:
        return CallDesk(self.take_turn, self.wait_in_queue, self.hear, self.hear, self.audio)


@dataclass(frozen=True)
class Exchange:
    """The provider, as far as these webhooks see it."""

    web: FlaskClient
    desk: Desk
    logged: StringIO

    def post(self, path: str, *, signed: str | None = None, **fields: str) -> TestResponse:
        form = {"CallSid": CALL, "AccountSid": ACCOUNT, "From": PERSON, "To": SITE, "CallStatus": "ringing"} | fields
        own = signature(TOKEN, f"{PUBLIC_URL}{path}", form)
        return self.web.post(path, data=form, headers={"X-Twilio-Signature": own if signed is None else signed})


@contextmanager
def exchange_of(folder: Path, desk: Desk) -> Iterator[Exchange]:
    logged = StringIO()
    configure_logs(logged, json=True)
    addresses = Addresses(PUBLIC_URL, lambda source: sound_address(PUBLIC_URL, source))
    provider = Provider(PUBLIC_URL, ACCOUNT, [TOKEN])
    with house_in(folder) as house:
        app = Flask("calls", static_folder=None)
        app.register_blueprint(webhooks(provider, text_desk_of(house, Lock()), Telephone(desk.callables(), addresses)))
        app.register_blueprint(sounds(desk.audio))
        yield Exchange(app.test_client(), desk, logged)


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Exchange]:
    with exchange_of(tmp_path, Desk()) as exchange:
        yield exchange


def verbs(reply: TestResponse) -> list[str]:
    assert (reply.status_code, reply.content_type) == (200, "text/xml; charset=utf-8")
    return [element.tag for element in ET.fromstring(reply.text)]  # noqa: S314 - our own server's


STEPS: list[tuple[str, dict[str, str], int, CallEvent]] = [
    ("/twilio/voice", {}, 0, CallBegan(PhoneNumber(PERSON), PhoneNumber(SITE))),
    ("/twilio/voice", {"From": "anonymous"}, 0, CallBegan(None, PhoneNumber(SITE))),
    ("/twilio/voice/turn/1/keys", {"Digits": "2"}, 1, KeysPressed("2")),
    ("/twilio/voice/turn/12/sound", {}, 12, SoundRecorded(None, 0)),
    ("/twilio/voice/turn/3/dial", {"DialCallStatus": "busy"}, 3, DialEnded(DialResult.BUSY)),
    ("/twilio/voice/turn/4/queue", {"QueueResult": "leave"}, 4, QueueLeft(QueueResult.LEFT)),
    ("/twilio/voice/turn/5/hold", {}, 5, HeldOn()),
    (f"/twilio/voice/answered/{ATTEMPT}", {}, 0, CallAnswered(ATTEMPT, AnsweredBy.PERSON)),
    (
        f"/twilio/voice/answered/{ATTEMPT}",
        {"AnsweredBy": "machine_end_beep"},
        0,
        CallAnswered(ATTEMPT, AnsweredBy.MACHINE),
    ),
]
SPOKEN = sorted({path for path, _, _, _ in STEPS} | {"/twilio/voice/wait/hunt-7"})
REPORTS = [f"/twilio/status/call/{ATTEMPT}", "/twilio/status/call"]


@pytest.mark.parametrize(("path", "fields", "turn", "event"), STEPS)
def test_each_step_reaches_the_desk_and_its_answer_the_call(
    exchange: Exchange, path: str, fields: dict[str, str], turn: int, event: CallEvent
) -> None:
    assert verbs(exchange.post(path, **fields)) == ["Say", "Hangup"]
    assert exchange.desk.heard == [HeardCall(CALL, turn, event)]


def test_who_waits_in_a_queue_is_told_what_the_desk_says(exchange: Exchange) -> None:
    assert verbs(exchange.post("/twilio/voice/wait/hunt-7")) == ["Pause"]
    assert exchange.desk.heard == [("hunt-7", CALL)]


def test_the_progress_of_our_calls_is_kept(exchange: Exchange) -> None:
    reply = exchange.post(f"/twilio/status/call/{ATTEMPT}", CallStatus="busy")
    assert (reply.status_code, reply.text) == (204, "")
    assert exchange.desk.heard == [CallReceipt(ATTEMPT, CALL, 4, CallOutcome.BUSY)]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/twilio/status/call/{ATTEMPT}", "initiated"),
        ("/twilio/status/call/no-attempt", "completed"),
        ("/twilio/status/call", "ringing"),
        ("/twilio/status/call", "in-progress"),
    ],
)
def test_a_report_that_tells_us_nothing_is_taken_quietly(exchange: Exchange, path: str, status: str) -> None:
    assert exchange.post(path, CallStatus=status).status_code == 204
    assert exchange.desk.heard == []


def test_the_desk_hears_that_a_caller_is_gone(exchange: Exchange) -> None:
    assert exchange.post("/twilio/status/call", CallStatus="completed").status_code == 204
    assert exchange.desk.heard == [CALL]


@pytest.mark.parametrize("path", [*SPOKEN, *REPORTS])
@pytest.mark.parametrize("signed", ["", "nonsense"])
def test_what_is_not_signed_reaches_nobody(exchange: Exchange, path: str, signed: str) -> None:
    assert exchange.post(path, signed=signed).status_code == 403
    assert exchange.desk.heard == []


@pytest.mark.parametrize(
    "path",
    [
        *["/twilio/voice/", "/twilio/voice/turn/1", "/twilio/voice/turn/-1/keys", "/twilio/voice/turn/one/keys"],
        *["/twilio/voice/turn/1/speech", "/twilio/voice/turn/1/keys/", "/twilio/voice/wait/", "/twilio/voice/answered"],
    ],
)
def test_another_path_is_nothing_here(exchange: Exchange, path: str) -> None:
    assert exchange.post(path).status_code == 404
    assert exchange.desk.heard == []


def test_an_answer_to_no_attempt_of_ours_is_parted_with(exchange: Exchange) -> None:
    assert verbs(exchange.post("/twilio/voice/answered/no-attempt")) == ["Say", "Say", "Hangup"]
    assert exchange.desk.heard == []


@pytest.mark.parametrize("path", SPOKEN)
def test_a_failure_is_spoken_in_several_languages_and_ends_the_call(tmp_path: Path, path: str) -> None:
    with exchange_of(tmp_path, Desk(fault=RuntimeError(SECRET))) as exchange:
        reply = exchange.post(path, DialCallStatus="busy", QueueResult="leave")
        *spoken, last = verbs(reply)
        if path.startswith("/twilio/voice/wait/"):
            assert (spoken, last) == ([], "Leave")
        else:
            assert (set(spoken), len(spoken) >= 5, last) == ({"Say"}, True, "Hangup")
        (line,) = map(json.loads, exchange.logged.getvalue().splitlines())
        assert line["error"] == "RuntimeError"
        assert "call_webhooks.py" in line["where"]
        assert SECRET not in exchange.logged.getvalue() + reply.text


def test_an_answer_that_cannot_be_written_is_a_failure_too(tmp_path: Path) -> None:
    with exchange_of(tmp_path, Desk(answer=HangUp((Said(SECRET, "en-US", "no-voice"),)))) as exchange:
        reply = exchange.post("/twilio/voice")
        assert verbs(reply)[-1] == "Hangup"
        assert "UnfitReply" in exchange.logged.getvalue()
        assert SECRET not in exchange.logged.getvalue() + reply.text


@pytest.mark.parametrize("path", SPOKEN)
def test_a_call_that_nobody_knows_is_told_to_call_again(tmp_path: Path, path: str) -> None:
    with exchange_of(tmp_path, Desk(fault=UnknownCall())) as exchange:
        reply = exchange.post(path, DialCallStatus="busy", QueueResult="leave")
        assert verbs(reply) == ["Say", "Say", "Hangup"]
        assert "Please call again" in reply.text
        assert exchange.logged.getvalue() == ""


@pytest.mark.parametrize("path", REPORTS)
def test_a_report_on_a_call_that_nobody_knows_is_taken_quietly(tmp_path: Path, path: str) -> None:
    with exchange_of(tmp_path, Desk(fault=UnknownCall())) as exchange:
        assert exchange.post(path, CallStatus="completed").status_code == 204


@pytest.mark.parametrize("path", REPORTS)
def test_a_report_that_was_not_kept_is_told_as_such(tmp_path: Path, path: str) -> None:
    with exchange_of(tmp_path, Desk(fault=RuntimeError(SECRET))) as exchange:
        reply = exchange.post(path, CallStatus="completed")
        assert (reply.status_code, reply.text) == (503, "Not kept.")
        assert SECRET not in exchange.logged.getvalue()


@pytest.mark.parametrize("path", SPOKEN)
def test_a_malformed_webhook_of_a_call_is_answered_all_the_same(exchange: Exchange, path: str) -> None:
    """A 400 would leave somebody on the line with the provider's own words, in English."""
    assert verbs(exchange.post(path, CallSid="CA1"))[-1] in {"Hangup", "Leave"}
    (line,) = map(json.loads, exchange.logged.getvalue().splitlines())
    assert line["why"] == "CallSid does not look like one"
    assert exchange.desk.heard == []


@pytest.mark.parametrize("path", REPORTS)
def test_a_malformed_report_is_refused(exchange: Exchange, path: str) -> None:
    reply = exchange.post(path, CallStatus="no answer")
    assert (reply.status_code, reply.text) == (400, "Refused: CallStatus is not a word.")


def test_a_recording_is_fetched_by_its_token_alone(exchange: Exchange) -> None:
    reply = exchange.web.get("/audio/good-token.wav")
    assert (reply.status_code, reply.content_type, reply.data) == (200, "audio/wav", WAV)
    assert reply.headers["Cache-Control"] == "private, max-age=3600"
    assert exchange.desk.heard == ["good-token"]


@pytest.mark.parametrize("path", ["/audio/other.wav", "/audio/good-token", "/audio/.wav", "/audio/a/good-token.wav"])
def test_without_a_good_token_there_is_nothing(exchange: Exchange, path: str) -> None:
    assert exchange.web.get(path).status_code == 404


def test_no_log_holds_a_number_or_a_token(exchange: Exchange) -> None:
    logging.getLogger().setLevel(logging.DEBUG)
    exchange.post("/twilio/voice")
    exchange.post("/twilio/voice/turn/1/keys", Digits=SECRET)
    exchange.web.get("/audio/good-token.wav")
    assert "refused" in exchange.logged.getvalue()
    assert not any(secret in exchange.logged.getvalue() for secret in ("555", "good-token", SECRET))
