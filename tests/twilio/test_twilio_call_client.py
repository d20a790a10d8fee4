"""Calls and recordings against a real server on loopback that answers, refuses, breaks off or hangs."""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from aiohttp import ClientTimeout, web
from provider_on_loopback import ACCOUNT, Answer, ask, carrier, provider, says

from phonetree.twilio.client import Line
from phonetree.words.numbers import PhoneNumber
from phonetree.words.ports import (
    MOST_SOUND,
    Accepted,
    Answering,
    Carrier,
    HandOver,
    InDoubt,
    OutgoingCall,
    Refused,
    Verdict,
)

CALL = "CA" + "0123456789abcdef" * 2
SOUND = "RE" + "0123456789abcdef" * 2
PERSON = PhoneNumber("+12135550142")
SITE = PhoneNumber("+12135550100")
OUTGOING = OutgoingCall("a1", PERSON, SITE, timedelta(seconds=25))
BASE = f"/2010-04-01/Accounts/{ACCOUNT}"
WAV = b"RIFF\x24\x00\x00\x00WAVEfmt \x80\xff\x00"


def placed(answer: Answer, call: OutgoingCall = OUTGOING) -> tuple[HandOver, dict[str, str]]:
    outcome, seen = ask(answer, lambda line: line.call(call))
    assert [(method, path) for method, path, _ in seen.asked] == [("POST", f"{BASE}/Calls.json")]
    return outcome, seen.asked[0][2]


def sounds(body: bytes, status: int = 200) -> Answer:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, body=body, content_type="audio/wav")

    return answer


def test_a_call_is_placed_with_all_it_needs() -> None:
    outcome, form = placed(says(201, {"sid": CALL, "status": "queued"}))
    assert outcome == Accepted(CALL)
    assert form == {
        "To": PERSON.e164,
        "From": SITE.e164,
        "Url": "https://tree.example.org/twilio/voice/answered/a1",
        "Method": "POST",
        "FallbackUrl": "https://tree.example.org/twilio/fallback",
        "FallbackMethod": "POST",
        "StatusCallback": "https://tree.example.org/twilio/status/call/a1",
        "StatusCallbackMethod": "POST",
        "StatusCallbackEvent": "ringing,answered,completed",
        "Timeout": "25",
    }


def test_an_alert_waits_for_the_end_of_what_a_machine_says() -> None:
    call = OutgoingCall("a1", PERSON, SITE, timedelta(seconds=25), Answering.MACHINE_TOO)
    assert placed(says(201, {"sid": CALL}), call)[1]["MachineDetection"] == "DetectMessageEnd"


@pytest.mark.parametrize(("seconds", "asked"), [(0, "5"), (5.9, "5"), (30, "30"), (9999, "600")])
def test_a_phone_rings_as_long_as_the_provider_lets_it(seconds: float, asked: str) -> None:
    call = OutgoingCall("a1", PERSON, SITE, timedelta(seconds=seconds))
    assert placed(says(201, {"sid": CALL}), call)[1]["Timeout"] == asked


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, {"code": 21211, "message": f"to {PERSON.e164}"}, Refused(Verdict.PERMANENT, 21211)),
        (400, {"code": 21214, "message": "no"}, Refused(Verdict.PERMANENT, 21214)),
        (400, {"code": 21210, "message": "no"}, Refused(Verdict.MISCONFIGURED, 21210)),
        (400, {"code": 21215, "message": "no"}, Refused(Verdict.MISCONFIGURED, 21215)),
        (401, {"code": 20003, "message": "no"}, Refused(Verdict.MISCONFIGURED, 20003)),
        (429, {"code": 20429, "message": "slow"}, Refused(Verdict.THROTTLED, 20429)),
        (429, {"code": 10004, "message": "slow"}, Refused(Verdict.BUSY, 10004)),
        (500, {"code": 20500, "message": "oops"}, InDoubt("HTTP 500")),
        (201, '{"sid": "CA012', InDoubt("unreadable answer")),
        (201, {"status": "queued"}, InDoubt("taken without a name")),
        (201, {"sid": "SM" + CALL[2:]}, InDoubt("taken without a name")),
    ],
)
def test_each_answer_to_a_call_has_one_outcome(status: int, body: object, expected: HandOver) -> None:
    assert placed(says(status, body))[0] == expected


@pytest.mark.parametrize(
    ("answer", "is_over"),
    [
        (says(200, {"sid": CALL, "status": "completed"}), True),
        (says(200, {"sid": CALL, "status": "in-progress"}), True),
        (says(400, {"code": 21220, "message": "not in-progress"}), True),
        (says(404, {"code": 20404, "message": "gone"}), True),
        (says(429, {"code": 20429, "message": "slow"}), False),
        (says(401, {"code": 20003, "message": "no"}), False),
        (says(500, ""), False),
        (says(200, "{"), False),
    ],
)
def test_a_call_is_ended_or_nobody_knows(answer: Answer, is_over: bool) -> None:  # noqa: FBT001
    ended, seen = ask(answer, lambda line: line.hang_up(CALL))
    assert ended is is_over
    assert seen.asked == [("POST", f"{BASE}/Calls/{CALL}.json", {"Status": "completed"})]


def test_a_recording_is_fetched_with_our_credentials_and_unchanged() -> None:
    found, seen = ask(sounds(WAV), lambda line: line.fetch_recording(SOUND))
    assert found == WAV
    assert seen.asked == [("GET", f"{BASE}/Recordings/{SOUND}.wav", {})]
    assert seen.headers[0]["Authorization"] == f"Basic {base64.b64encode(b'SKkey:secret').decode()}"


@pytest.mark.parametrize(
    "answer",
    [
        sounds(b"", 404),
        sounds(WAV, 401),
        sounds(WAV, 500),
        sounds(WAV, 307),
        sounds(b""),
        sounds(b"<html>not yet</html>"),
        sounds(WAV + bytes(MOST_SOUND)),
    ],
)
def test_what_is_no_recording_is_not_there_yet(answer: Answer) -> None:
    found, seen = ask(answer, lambda line: line.fetch_recording(SOUND))
    assert found is None
    assert len(seen.asked) == 1


def test_the_largest_recording_is_taken_whole() -> None:
    largest = WAV + bytes(MOST_SOUND - len(WAV))
    found, _ = ask(sounds(largest), lambda line: line.fetch_recording(SOUND))
    assert found == largest


@pytest.mark.parametrize("sid", ["", CALL, f"../{SOUND}", SOUND + "/x"])
def test_nothing_but_a_recording_is_asked_for(sid: str) -> None:
    found, seen = ask(sounds(WAV), lambda line: line.fetch_recording(sid))
    assert found is None
    assert not seen.asked


def test_a_recording_that_breaks_off_is_not_there_yet() -> None:
    async def break_off(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Length": "500"})
        await answer.prepare(request)
        await answer.write(WAV)
        assert request.transport is not None
        request.transport.close()
        return answer

    found, seen = ask(break_off, lambda line: line.fetch_recording(SOUND))
    assert found is None
    assert len(seen.asked) == 1


QUESTIONS: list[tuple[Callable[[Line], Awaitable[object]], object]] = [
    (lambda line: line.call(OUTGOING), InDoubt("TimeoutError")),
    (lambda line: line.hang_up(CALL), False),
    (lambda line: line.fetch_recording(SOUND), None),
    (lambda line: line.delete(SOUND), False),
]


@pytest.mark.parametrize(("question", "expected"), QUESTIONS)
def test_a_hanging_provider_is_given_up(question: Callable[[Line], Awaitable[object]], expected: object) -> None:
    """Nobody lets the server go until we have given up, so only our timeout can end this."""
    order: list[str] = []

    async def scenario() -> object:
        let_go = asyncio.Event()

        async def hang(request: web.Request) -> web.StreamResponse:
            order.append("asked")
            answer = web.StreamResponse()
            await answer.prepare(request)
            await let_go.wait()
            return answer

        patience = ClientTimeout(total=0.3, connect=0.2)
        async with provider(hang) as seen, carrier(seen.url, patience=patience).open() as line:
            outcome = await question(line)
            order.append("given up")
            let_go.set()
            return outcome

    assert asyncio.run(asyncio.wait_for(scenario(), 20)) == expected
    assert order == ["asked", "given up"]


def test_a_provider_that_is_not_there_was_asked_nothing() -> None:
    async def scenario() -> tuple[HandOver, bool, bytes | None]:
        async with carrier("http://127.0.0.1:1").open() as line:
            port: Carrier = line
            return await port.call(OUTGOING), await port.hang_up(CALL), await port.fetch_recording(SOUND)

    assert asyncio.run(scenario()) == (Refused(Verdict.BUSY), False, None)


@pytest.mark.parametrize(
    ("sid", "path"),
    [
        (CALL, f"{BASE}/Calls/{CALL}.json"),
        (SOUND, f"{BASE}/Recordings/{SOUND}.json"),
        ("SM" + CALL[2:], f"{BASE}/Messages/SM{CALL[2:]}.json"),
        ("MM" + CALL[2:], f"{BASE}/Messages/MM{CALL[2:]}.json"),
    ],
)
def test_each_kind_is_deleted_where_it_lies(sid: str, path: str) -> None:
    for status, body, is_gone in ((204, "", True), (404, {"code": 20404}, True), (409, {"code": 20009}, False)):
        deleted, seen = ask(says(status, body), lambda line: line.delete(sid))
        assert deleted is is_gone
        assert [(method, asked) for method, asked, _ in seen.asked] == [("DELETE", path)]


def test_no_log_holds_a_number_or_a_sound(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    placed(says(400, {"code": 21211, "message": f"The 'To' number {PERSON.e164} is not valid"}))
    ask(sounds(WAV), lambda line: line.fetch_recording(SOUND))
    written = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    assert not any(secret in written for secret in ("5550142", "5550100", "RIFF", SOUND))
