"""A school's side of the wire for these tests: a real web server in a thread that remembers what it was asked."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response as TwilioResponse
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from phonetree.simulator.carrier import SimulatedCarrier
from phonetree.simulator.lines import Line

ACCOUNT = "AC" + "0" * 32
TOKEN = "12345"
SCHOOL = "+12135550100"
MARIA, NAIRA, JOON = "+12135550142", "+12135550143", "+12135550144"
SILENCE = "<Response/>"


@dataclass(frozen=True, slots=True)
class Asked:
    path: str
    form: Mapping[str, str]
    is_signed: bool
    idempotency: str | None
    content_type: str


@dataclass(slots=True)
class ListeningSchool:
    """Answers ``reply(form)`` as TwiML at every path, unless ``answers`` or ``documents`` has something for it."""

    port: int = 0
    reply: Callable[[Mapping[str, str]], str] = lambda _: SILENCE
    answers: dict[str, Response] = field(default_factory=dict)
    documents: dict[str, str | Callable[[Mapping[str, str]], str]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def forms(self, path: str) -> list[Mapping[str, str]]:
        """What was posted there, in order."""
        return [asked.form for asked in self.asked if asked.path == path]

    @property
    def sms_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/sms"

    @property
    def receipt_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/receipt/a1?b=%C3%A9"

    def statuses(self) -> list[str]:
        return [asked.form["MessageStatus"] for asked in self.asked if asked.path.startswith("/receipt")]

    def answer(self, request: Request) -> Response:
        form = request.form.to_dict()
        raw_url = f"http://{request.host}{request.environ['RAW_URI']}"
        given = request.headers.get("X-Twilio-Signature", "")
        self.asked.append(
            Asked(
                request.path,
                form,
                RequestValidator(TOKEN).validate(raw_url, form, given),
                request.headers.get("I-Twilio-Idempotency-Token"),
                request.headers.get("Content-Type", ""),
            ),
        )
        document = self.documents.get(request.path, self.reply)
        xml = document if isinstance(document, str) else document(form)
        return self.answers.get(request.path) or Response(xml, content_type="text/xml")


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002  werkzeug's name
        """Keep the tests' output to the tests."""


@contextmanager
def listening_school() -> Iterator[ListeningSchool]:
    school = ListeningSchool()
    server = make_server("127.0.0.1", 0, Request.application(school.answer), threaded=True, request_handler=_Quiet)
    school.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield school
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def carrier_for(school: ListeningSchool, **line: Any) -> SimulatedCarrier:
    return SimulatedCarrier(ACCOUNT, TOKEN, numbers={SCHOOL: Line(sms_url=school.sms_url, **line)})


SILENT = "<Response><Hangup/></Response>"


def said(words: str) -> str:
    return f'<Say language="en-US" voice="Polly.Joanna-Neural">{words}</Say>'


def asks(words: str, action: str, **attributes: str) -> str:
    more = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<Gather input="dtmf" action="{action}" actionOnEmptyResult="true"{more}>{said(words)}</Gather>'


def voice(*verbs: str) -> str:
    return f"<Response>{''.join(verbs)}</Response>"


def voice_carrier_for(school: ListeningSchool, **line: Any) -> SimulatedCarrier:
    """Its number asks at /voice, and begins calls as fast as the machine can."""
    usual: dict[str, Any] = {"voice_url": school.url("/voice"), "calls_per_second": math.inf}
    return SimulatedCarrier(ACCOUNT, TOKEN, numbers={SCHOOL: Line(**usual | line)})


class _Redirected:
    """Twilio's own transport, aimed at this machine."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.transport = TwilioHttpClient(timeout=5)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> TwilioResponse:
        return self.transport.request(method, url.replace("https://api.twilio.com", self.base_url), *args, **kwargs)


@contextmanager
def twilio_client(carrier: SimulatedCarrier, username: str = ACCOUNT, password: str = TOKEN) -> Iterator[Client]:
    redirected = _Redirected(carrier.base_url)
    try:
        yield Client(username, password, ACCOUNT, http_client=redirected)
    finally:
        if redirected.transport.session is not None:
            redirected.transport.session.close()
