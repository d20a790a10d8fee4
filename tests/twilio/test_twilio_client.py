"""The client against a real server on loopback that answers, refuses, breaks off, hangs or is not there."""

from __future__ import annotations

import asyncio
import base64
import logging
import socket
import ssl
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientTimeout, DummyCookieJar, web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from provider_on_loopback import ACCOUNT, Answer, Provider, ask, carrier, provider, says

from phonetree.twilio.network import PATIENCE, TWILIO_API, NeverSent, PatientHttp
from phonetree.words.numbers import PhoneNumber
from phonetree.words.ports import (
    Accepted,
    Carrier,
    FoundCall,
    FoundText,
    HandOver,
    InDoubt,
    OutgoingText,
    Refused,
    SentText,
    Verdict,
)

SID = "SM" + "0123456789abcdef" * 2
PERSON = PhoneNumber("+12135550142")
SITE = PhoneNumber("+12135550100")
TEXT = OutgoingText("a1", PERSON, SITE, "Maple Tree: práctica + 100% & más", timedelta(minutes=30))
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def hand_over(answer: Answer, text: OutgoingText = TEXT, **changed: Any) -> tuple[HandOver, Provider]:
    async def scenario() -> tuple[HandOver, Provider]:
        async with provider(answer) as seen, carrier(seen.url, **changed).open() as line:
            return await line.send(text), seen

    return asyncio.run(asyncio.wait_for(scenario(), 20))


def test_a_text_is_handed_over_with_all_it_needs() -> None:
    outcome, seen = hand_over(says(201, {"sid": SID, "status": "queued"}))
    assert outcome == Accepted(SID)
    assert seen.asked == [
        (
            "POST",
            MESSAGES,
            {
                "To": PERSON.e164,
                "From": SITE.e164,
                "Body": TEXT.body,
                "StatusCallback": "https://tree.example.org/twilio/status/message/a1",
                "ValidityPeriod": "1800",
            },
        )
    ]
    credentials = base64.b64encode(b"SKkey:secret").decode()
    assert seen.headers[0]["Authorization"] == f"Basic {credentials}"
    assert seen.headers[0]["Content-Type"] == "application/x-www-form-urlencoded"


def test_a_messaging_service_sends_from_the_sites_own_number() -> None:
    service = "MG" + "0" * 32
    _, seen = hand_over(says(201, {"sid": SID}), messaging_service_sid=service)
    form = seen.asked[0][2]
    assert (form["MessagingServiceSid"], form["From"]) == (service, SITE.e164)


@pytest.mark.parametrize(("seconds", "asked"), [(0.5, "6"), (6.9, "6"), (29, "29"), (99_999, "36000")])
def test_validity_stays_within_what_the_provider_takes(seconds: float, asked: str) -> None:
    text = OutgoingText("a1", PERSON, SITE, "x", timedelta(seconds=seconds))
    _, seen = hand_over(says(201, {"sid": SID}), text)
    assert seen.asked[0][2]["ValidityPeriod"] == asked


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, {"sid": SID}, Accepted(SID)),
        (400, {"code": 21610, "message": f"to {PERSON.e164}", "status": 400}, Refused(Verdict.OPTED_OUT, 21610)),
        (400, {"code": 21211, "message": "no"}, Refused(Verdict.PERMANENT, 21211)),
        (400, {"code": 29999, "message": "new"}, Refused(Verdict.UNKNOWN, 29999)),
        (400, {"code": "21610"}, Refused(Verdict.UNKNOWN)),
        (400, "<html>", Refused(Verdict.UNKNOWN)),
        (400, {"type": "t", "title": "t", "status": 400, "code": 21614}, Refused(Verdict.LANDLINE, 21614)),
        (400, {"type": "t", "title": "t", "status": "odd", "code": None}, Refused(Verdict.UNKNOWN)),
        (401, {"code": 20003, "message": "Authenticate"}, Refused(Verdict.MISCONFIGURED, 20003)),
        (404, "", Refused(Verdict.MISCONFIGURED)),
        (429, {"code": 20429, "message": "slow"}, Refused(Verdict.THROTTLED, 20429)),
        (429, "", Refused(Verdict.THROTTLED)),
        (500, {"code": 20500, "message": "oops"}, InDoubt("HTTP 500")),
        (503, {"code": 21610, "message": "who knows"}, InDoubt("HTTP 503")),
        (408, "", InDoubt("HTTP 408")),
        (400, {"code": 20500, "message": "oops"}, InDoubt("refused in doubt, code 20500")),
        (201, '{"sid": "SM012', InDoubt("unreadable answer")),
        (201, "[]", InDoubt("unreadable answer")),
        (201, "null", InDoubt("unreadable answer")),
        (201, {"sid": SID, "date_created": "Mon, 99 Nov 2026 99:99:99 +0000"}, InDoubt("unreadable answer")),
        (201, "", InDoubt("taken without a name")),
        (201, {"status": "queued"}, InDoubt("taken without a name")),
        (201, {"sid": "CA" + SID[2:]}, InDoubt("taken without a name")),
    ],
)
def test_each_answer_has_one_outcome(status: int, body: object, expected: HandOver) -> None:
    outcome, seen = hand_over(says(status, body))
    assert outcome == expected
    assert len(seen.asked) == 1


def test_a_redirect_is_not_followed() -> None:
    outcome, seen = hand_over(says(307, "", Location="/elsewhere"))
    assert outcome == Refused(Verdict.MISCONFIGURED)
    assert [path for _, path, _ in seen.asked] == [MESSAGES]


def test_a_connection_that_breaks_after_the_request_leaves_it_in_doubt() -> None:
    async def reset(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    outcome, seen = hand_over(reset)
    assert outcome == InDoubt("ServerDisconnectedError") or outcome == InDoubt("ClientOSError")
    assert len(seen.asked) == 1


def test_an_answer_that_breaks_off_leaves_it_in_doubt() -> None:
    async def break_off(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(status=201, headers={"Content-Length": "500"})
        await answer.prepare(request)
        await answer.write(b'{"sid": "SM0123')
        assert request.transport is not None
        request.transport.close()
        return answer

    outcome, seen = hand_over(break_off)
    assert outcome == InDoubt("ClientPayloadError")
    assert len(seen.asked) == 1


@pytest.mark.parametrize("headers_first", [False, True])
def test_a_hanging_provider_is_given_up_after_our_own_timeout(headers_first: bool) -> None:  # noqa: FBT001
    """Nobody lets the server go until we have given up, so only our timeout can end this."""
    order: list[str] = []

    async def scenario() -> HandOver:
        let_go = asyncio.Event()

        async def hang(request: web.Request) -> web.StreamResponse:
            order.append("asked")
            answer = web.StreamResponse(status=201)
            if headers_first:
                await answer.prepare(request)
            await let_go.wait()
            return answer

        patience = ClientTimeout(total=0.3, connect=0.2)
        async with provider(hang) as seen, carrier(seen.url, patience=patience).open() as line:
            outcome = await line.send(TEXT)
            order.append("given up")
            let_go.set()
            return outcome

    assert asyncio.run(asyncio.wait_for(scenario(), 20)) == InDoubt("TimeoutError")
    assert order == ["asked", "given up"]


def test_without_being_told_otherwise_it_waits_ten_seconds_and_three_for_a_connection() -> None:
    async def scenario() -> ClientTimeout:
        async with PatientHttp() as http:
            assert http.session is not None
            return http.session.timeout

    assert carrier("").patience is PATIENCE
    waits = asyncio.run(scenario())
    assert (waits.total, waits.connect) == (10, 3)


def test_a_connection_refused_means_nothing_was_sent() -> None:
    with socket.socket() as closed:  # bound and not listening: the port is ours and refuses
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"

        async def scenario() -> HandOver:
            async with carrier(url).open() as line:
                return await line.send(TEXT)

        assert asyncio.run(scenario()) == Refused(Verdict.BUSY)


def test_a_name_that_does_not_resolve_means_nothing_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    async def scenario() -> HandOver:
        async with carrier("http://carrier.invalid").open() as line:
            return await line.send(TEXT)

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert asyncio.run(scenario()) == Refused(Verdict.BUSY)


def test_a_broken_handshake_means_nothing_was_sent() -> None:
    async def scenario() -> tuple[HandOver, Provider]:
        answer = says(201, {"sid": SID})
        async with provider(answer) as seen, carrier(seen.url.replace("http", "https")).open() as line:
            return await line.send(TEXT), seen

    outcome, seen = asyncio.run(scenario())
    assert outcome == Refused(Verdict.BUSY)
    assert not seen.asked


def test_a_certificate_nobody_vouches_for_stops_the_sending(tmp_path: Path) -> None:
    async def scenario() -> tuple[HandOver, Provider]:
        tls = self_signed(tmp_path / "both.pem")
        async with provider(says(201, {"sid": SID}), tls) as seen, carrier(seen.url).open() as line:
            return await line.send(TEXT), seen

    outcome, seen = asyncio.run(scenario())
    assert outcome == Refused(Verdict.MISCONFIGURED)
    assert not seen.asked


def self_signed(path: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(secret + certificate.public_bytes(pem))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    return context


def test_what_waited_for_a_connection_past_its_time_is_not_sent() -> None:
    """A worker may be stopped between the decision to ask and the request; its claim is somebody else's by then."""

    async def scenario() -> tuple[HandOver, int]:
        asked, let_go = asyncio.Event(), asyncio.Event()

        async def hang(_: web.Request) -> web.StreamResponse:
            asked.set()
            await let_go.wait()
            return web.json_response({"sid": SID}, status=201)

        async with provider(hang) as seen, carrier(seen.url, concurrency=1).open() as line:
            first = asyncio.create_task(line.send(TEXT))
            await asked.wait()
            second = asyncio.create_task(line.send(replace(TEXT, ask_by=time.monotonic())))
            await asyncio.sleep(0)
            let_go.set()
            await first
            return await second, len(seen.asked)

    assert asyncio.run(scenario()) == (Refused(Verdict.LATE), 1)


def test_a_connection_that_never_comes_free_means_nothing_was_sent() -> None:
    async def scenario() -> tuple[HandOver, HandOver, int]:
        asked, let_go = asyncio.Event(), asyncio.Event()

        async def hang(_: web.Request) -> web.StreamResponse:
            asked.set()
            await let_go.wait()
            return web.json_response({"sid": SID}, status=201)

        patience = ClientTimeout(total=15, connect=0.2)
        async with provider(hang) as seen, carrier(seen.url, patience=patience, concurrency=1).open() as line:
            first = asyncio.create_task(line.send(TEXT))
            await asked.wait()
            second = await line.send(TEXT)
            let_go.set()
            return await first, second, len(seen.asked)

    assert asyncio.run(asyncio.wait_for(scenario(), 20)) == (Accepted(SID), Refused(Verdict.BUSY), 1)


def test_no_more_requests_are_open_than_allowed() -> None:
    async def scenario() -> int:
        pair, open_now, most = asyncio.Barrier(2), 0, 0

        async def answer(_: web.Request) -> web.StreamResponse:
            nonlocal open_now, most
            open_now += 1
            most = max(most, open_now)
            await pair.wait()
            open_now -= 1
            return web.json_response({"sid": SID}, status=201)

        async with provider(answer) as seen, carrier(seen.url, concurrency=2).open() as line:
            outcomes = await asyncio.gather(*(line.send(TEXT) for _ in range(8)))
        assert outcomes == [Accepted(SID)] * 8
        return most

    assert asyncio.run(asyncio.wait_for(scenario(), 20)) == 2


def test_the_environment_cannot_lead_texts_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    monkeypatch.setenv("TWILIO_REGION", "au1")
    outcome, seen = hand_over(says(201, {"sid": SID}))
    assert outcome == Accepted(SID)
    assert len(seen.asked) == 1


def test_no_other_host_is_asked_and_nothing_is_kept() -> None:
    async def scenario() -> None:
        async with provider(says(200, {}, **{"Twilio-Concurrent-Requests": "7"})) as seen:
            async with PatientHttp(seen.url + "/") as http:
                answer = await http.request("GET", f"{TWILIO_API}/x", auth=("a", "b"))
                assert answer.headers is not None
                assert answer.headers["Twilio-Concurrent-Requests"] == "7"
                await http.request("GET", f"{TWILIO_API}/y")
                with pytest.raises(NeverSent):
                    await http.request("GET", f"{TWILIO_API}.example.org/x")
                assert http.session is not None
                assert isinstance(http.session.cookie_jar, DummyCookieJar)
                assert http._test_only_last_request is None  # noqa: SLF001 - the library's own, for its tests
                assert http._test_only_last_response is None  # noqa: SLF001
            assert [path for _, path, _ in seen.asked] == ["/x", "/y"]
            assert "Authorization" not in seen.headers[1]

    asyncio.run(scenario())


def test_neither_logs_nor_reprs_hold_a_number_words_or_a_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    hand_over(says(201, {"sid": SID}))
    hand_over(says(400, {"code": 21211, "message": f"The 'To' number {PERSON.e164} is not valid"}))
    ask(listing(row()), lambda line: line.find(PERSON, NOON))
    written = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    assert not any(secret in written for secret in ("5550142", "5550100", "práctica", "Maple"))
    assert "secret" not in repr(carrier("https://api.twilio.com"))
    assert logging.getLogger("twilio").getEffectiveLevel() == logging.DEBUG  # so that the silence is the client's own


def test_a_line_is_a_carrier() -> None:
    async def scenario() -> bool:
        async with carrier("http://127.0.0.1:1").open() as line:
            port: Carrier = line
            return port is line

    assert asyncio.run(scenario())


def row(**changed: object) -> dict[str, object]:
    made = {"sid": SID, "status": "sent", "body": "Maple Tree: x", "date_created": "Mon, 23 Nov 2026 12:00:00 +0000"}
    return made | changed


def listing(*pages: dict[str, object]) -> Answer:
    """Serve one text a page, as the provider pages: by a path of its own."""

    async def answer(request: web.Request) -> web.StreamResponse:
        page = int(request.query.get("Page", "0"))
        following = f"{MESSAGES}?To=%2B12135550142&Page={page + 1}" if page + 1 < len(pages) else None
        return web.json_response({"messages": [pages[page]], "page": page, "next_page_uri": following})

    return answer


def test_texts_are_found_over_pages_by_recipient_and_cut_by_date() -> None:
    second, third = "SM" + "1" * 32, "SM" + "2" * 32
    pages = listing(
        row(),
        row(sid=second, date_created=None, status="queued"),
        row(sid=third, date_created="Mon, 23 Nov 2026 11:59:59 +0000"),
    )
    found, seen = ask(pages, lambda line: line.find(PERSON, NOON + timedelta(milliseconds=900)))
    assert found == [
        FoundText(SID, "sent", "Maple Tree: x", NOON),
        FoundText(second, "queued", "Maple Tree: x", None),
    ]
    assert "Maple" not in repr(found)
    assert [path for _, path, _ in seen.asked] == [
        f"{MESSAGES}?To=%2B12135550142&PageSize=200",
        f"{MESSAGES}?To=%2B12135550142&Page=1",
        f"{MESSAGES}?To=%2B12135550142&Page=2",
    ]


def sent_row(sid: str, to: str = PERSON.e164, direction: str = "outbound-api", hour: int = 12) -> dict[str, object]:
    made = f"Mon, 23 Nov 2026 {hour}:00:00 +0000"
    return {"sid": sid, "to": to, "body": "x", "direction": direction, "date_created": made}


def test_what_left_from_a_number_is_listed_back_to_a_time_without_what_a_webhook_answered() -> None:
    names = [f"SM{n:032x}" for n in range(5)]
    pages = listing(
        sent_row(names[0], hour=14),
        sent_row(names[1], direction="outbound-reply", hour=13),
        sent_row(names[2], to="whatsapp:+12135550142", hour=13),
        sent_row(names[3]),
        sent_row(names[4], hour=11),
        sent_row("never asked for"),
    )
    found, seen = ask(pages, lambda line: line.find_sent(SITE, NOON + timedelta(milliseconds=900)))
    assert found == [
        SentText(names[0], PERSON, "x", NOON + timedelta(hours=2)),
        SentText(names[3], PERSON, "x", NOON),
    ]
    assert len(seen.asked) == 5, "the provider lists the newest first"
    assert seen.asked[0][1] == f"{MESSAGES}?From=%2B12135550100&PageSize=250"


@pytest.mark.parametrize("answer", [says(500), says(401, {"code": 20003}), says(200, "{")])
def test_a_list_of_what_left_that_does_not_come_is_none(answer: Answer) -> None:
    assert ask(answer, lambda line: line.find_sent(SITE, NOON))[0] is None


def test_calls_are_found_by_both_numbers_and_cut_by_date() -> None:
    call, before = "CA" + "1" * 32, "CA" + "2" * 32
    rows = [
        {"sid": call, "status": "completed", "date_created": "Mon, 23 Nov 2026 12:00:00 +0000"},
        {"sid": before, "status": "completed", "date_created": "Mon, 23 Nov 2026 11:59:59 +0000"},
    ]
    answer = says(200, {"calls": rows, "page": 0, "next_page_uri": None})
    found, seen = ask(answer, lambda line: line.find_calls(PERSON, SITE, NOON))
    assert found == [FoundCall(call, NOON)]
    path = MESSAGES.replace("Messages", "Calls")
    assert [asked for _, asked, _ in seen.asked] == [f"{path}?To=%2B12135550142&From=%2B12135550100&PageSize=200"]
    assert ask(says(503), lambda line: line.find_calls(PERSON, SITE, NOON))[0] is None


@pytest.mark.parametrize("answer", [says(500), says(401, {"code": 20003}), says(200, "{"), says(200, {"odd": 1})])
def test_a_look_up_without_an_answer_says_so(answer: Answer) -> None:
    found, _seen = ask(answer, lambda line: line.find(PERSON, NOON))
    assert found is None


@pytest.mark.parametrize(
    ("answer", "gone"),
    [
        (says(204, ""), True),
        (says(404, {"code": 20404, "message": "gone"}), True),
        (says(409, {"code": 20009, "message": "on its way"}), False),
        (says(401, {"code": 20003, "message": "no"}), False),
        (says(500, ""), False),
    ],
)
def test_a_text_is_deleted_or_not_yet(answer: Answer, gone: bool) -> None:  # noqa: FBT001
    deleted, seen = ask(answer, lambda line: line.delete(SID))
    assert deleted is gone
    assert [(method, path) for method, path, _ in seen.asked] == [
        ("DELETE", MESSAGES.replace("Messages.json", f"Messages/{SID}.json"))
    ]
