"""The web server of the bench: as ``phonetree serve`` starts it, and the servers on which the floors were set."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path

from bench.ground import Ground
from phonetree.cli.serving import THREADS

PROCESSES = 2
PATIENCE = 30.0
HOME = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Server:
    """``keeps_lines``: whether a connection serves more than one request."""

    name: str
    options: tuple[str, ...]
    keeps_lines: bool

    def command(self, port: int) -> list[str]:
        return [sys.executable, "-m", *self.options, *self._address(port), "bench.served:app"]

    def _address(self, port: int) -> tuple[str, ...]:
        if self.options[0] == "gunicorn":
            return ("--bind", f"127.0.0.1:{port}")
        return ("--host", "127.0.0.1", "--port", str(port))


_GRANIAN = ("granian", "--interface", "wsgi", "--no-log", "--workers-kill-timeout", "5s", "--workers", str(PROCESSES))
_GUNICORN = ("gunicorn", "--log-level", "error", "--workers", str(PROCESSES))
AS_SERVED = Server("as served", (*_GRANIAN, "--blocking-threads", str(THREADS)), keeps_lines=True)
PLAIN = Server("gunicorn sync", _GUNICORN, keeps_lines=False)
"""Where the floors of turns were set: its constant costs as much as a server costs, where Granian's costs nothing."""
THREADED = Server("gunicorn threads", (*_GUNICORN, "--threads", str(THREADS)), keeps_lines=False)
"""The same for receipts, which wait together and so need threads."""


@contextmanager
def served(ground: Ground, by: Server = AS_SERVED) -> Iterator[Server]:
    with subprocess.Popen(by.command(ground.port), env=os.environ | ground.environment, cwd=HOME) as server:  # noqa: S603
        try:
            _wait_until_ready(server, ground.port)
            yield by
        finally:
            server.terminate()


def _wait_until_ready(server: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == HTTPStatus.OK:
                return
        except OSError:
            if time.monotonic() > until or server.poll() is not None:
                raise
        finally:
            connection.close()
        time.sleep(0.05)
