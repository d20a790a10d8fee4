"""The web server of the laboratory: it keeps every webhook with its answer, so that all of them can come once more."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any

import requests
from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SIGNED = "X-Twilio-Signature"
PATIENCE = 30.0


@dataclass(frozen=True, slots=True, repr=False)
class Webhook:
    """One webhook as it came, and what was answered."""

    path: str
    kind: str
    signed: str
    body: bytes
    answer: bytes


@dataclass
class Recorder:
    """A WSGI application before another one."""

    app: WSGIApplication
    heard: list[Webhook] = field(default_factory=list, repr=False)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        given = environ | {"wsgi.input": BytesIO(body)}
        answer = b"".join(self.app(given, start_response))
        path = str(environ["PATH_INFO"]) + (f"?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else "")
        kind, signed = str(environ.get("CONTENT_TYPE", "")), str(environ.get("HTTP_X_TWILIO_SIGNATURE", ""))
        self.heard.append(Webhook(path, kind, signed, body, answer))
        return [answer]

    def repeat_at(self, port: int) -> list[str]:
        """Post everything once more, in order; the paths of those that are answered differently now."""
        return [once.path for once in list(self.heard) if _posted(port, once) != once.answer]


def _posted(port: int, webhook: Webhook) -> bytes:
    headers = {"Content-Type": webhook.kind, SIGNED: webhook.signed}
    url = f"http://127.0.0.1:{port}{webhook.path}"
    return requests.post(url, data=webhook.body, headers=headers, timeout=PATIENCE).content


@contextmanager
def received_at(port: int, recorder: Recorder) -> Iterator[None]:
    """The server, at the address that the workers tell the carrier."""
    server = make_server("127.0.0.1", port, recorder, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name
        """Keep the tests' output to the tests."""
