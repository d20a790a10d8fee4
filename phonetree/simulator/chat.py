"""A group chat on this machine: it takes posts as signal-cli's REST service does, for the tests and the demo.

``POST /v2/send`` with ``number``, ``recipients`` and ``message`` gives 201 and a timestamp, or 400 and a reason
(bbernhard/signal-cli-rest-api, ``src/api/api.go``, SendV2). Nothing leaves this machine.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

NUMBER = "+12135550190"
"""The made-up Signal account that posts."""
GROUP = "group.bWFwbGUtc3RhZmY="
LARGEST = 100_000


class Manner(Enum):
    """How the service answers."""

    TAKES = "takes"
    REFUSES = "refuses"
    """400, as it answers whatever Signal refused."""
    FAILS = "fails"
    HANGS = "hangs"
    """Reads the request, shows it to nobody, and never answers."""
    LOSES_ANSWERS = "loses answers"
    """The group reads it, and the answer never comes."""


@dataclass(frozen=True, slots=True)
class GroupMessage:
    """What the members of a group read."""

    number: str
    group: str
    words: str


class GroupChat:
    """The service and what its groups read: in ``read`` in order; ``asked`` counts the requests, shown or not."""

    def __init__(self) -> None:
        self.manner = Manner.TAKES
        self.read: list[GroupMessage] = []
        self.asked = 0
        self._changed, self._end = threading.Condition(), threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Request)
        self._server.chat = self
        self._thread = threading.Thread(target=self._server.serve_forever, name="group-chat", args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def address(self) -> str:
        """What goes into the environment: the address of the group, as Apprise reads it."""
        return f"signal://127.0.0.1:{self._server.server_port}/{NUMBER}/{GROUP}"

    @property
    def words(self) -> list[str]:
        return [message.words for message in self.read]

    def wait_for(self, is_so: Callable[[], bool], within: float) -> bool:
        """Look whenever a request came, until it is so or *within* seconds are over."""
        with self._changed:
            return self._changed.wait_for(is_so, within)

    def take(self, asked: Any) -> HTTPStatus | None:
        """One request; None: it is never answered."""
        with self._changed:
            self.asked += 1
            status = self._answer_to(asked)
            self._changed.notify_all()
        if status is None:
            self._end.wait()
        return status

    def _answer_to(self, asked: Any) -> HTTPStatus | None:
        match asked:
            case {"number": str(number), "recipients": [str(group)], "message": str(words)} if number and words:
                message = GroupMessage(number, group, words)
            case _:
                return HTTPStatus.BAD_REQUEST
        if self.manner in {Manner.TAKES, Manner.LOSES_ANSWERS}:
            self.read.append(message)
        return _ANSWERS[self.manner]


_ANSWERS = {
    Manner.TAKES: HTTPStatus.CREATED,
    Manner.REFUSES: HTTPStatus.BAD_REQUEST,
    Manner.FAILS: HTTPStatus.INTERNAL_SERVER_ERROR,
    Manner.HANGS: None,
    Manner.LOSES_ANSWERS: None,
}


class _Server(ThreadingHTTPServer):
    chat: GroupChat
    block_on_close = False


class _Request(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        is_ours = self.path == "/v2/send" and size <= LARGEST
        status = self.server.chat.take(_read(self.rfile.read(size))) if is_ours else HTTPStatus.NOT_FOUND
        if status is None:
            self.close_connection = True
            return
        said = {"timestamp": "1700000000000"} if status is HTTPStatus.CREATED else {"error": status.phrase}
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """It would print what was asked."""


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
