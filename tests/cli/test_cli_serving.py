"""``phonetree serve``, ``worker`` and ``migrate``, as processes where it matters."""

from __future__ import annotations

import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest
from operator_desk import MAPLE, PEOPLE, OperatorDesk, check_printed, command

from phonetree.simulator.carrier import SimulatedCarrier
from phonetree.simulator.lines import Line

PATIENCE = 90.0
"""Seconds, for machines that have other work; a start takes one or two."""
SCHOOL, PARENT, STRANGER = "+12135550100", "+12135550120", "+12135550142"


@pytest.fixture
def desk(tmp_path: Path) -> OperatorDesk:
    return OperatorDesk.at(tmp_path)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def get(port: int, path: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def is_ready(port: int, process: subprocess.Popen[str]) -> bool:
    """Whether the web server answers in time."""
    turn = threading.Event()
    for _attempt in range(int(PATIENCE / 0.2)):
        try:
            return get(port, "/readyz")[0] == 200
        except (OSError, HTTPException):
            assert process.poll() is None, "it ended by itself"
            turn.wait(0.2)
    return False


@contextmanager
def running(desk: OperatorDesk, *words: str) -> Iterator[subprocess.Popen[str]]:
    """A command as a process of its own, which is always ended."""
    process = subprocess.Popen(  # noqa: S603 - our own command
        command(*words),
        env=desk.environment(),
        cwd=desk.folder,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        printed, _nothing = process.communicate(timeout=PATIENCE)
        check_printed(printed)


def test_serve_answers_sends_and_stops(desk: OperatorDesk) -> None:
    port = free_port()
    line = Line(f"http://127.0.0.1:{port}/twilio/sms")
    with SimulatedCarrier(*desk.account, numbers={SCHOOL: line}) as carrier:
        desk.settings.update(TWILIO_API_BASE_URL=carrier.base_url, PHONETREE_PUBLIC_URL=f"http://127.0.0.1:{port}")
        desk.done("site", "load", MAPLE)
        desk.done("people", "import", PEOPLE, "--site", "MAPLE")
        with running(desk, "serve", "--port", str(port)) as process:
            assert is_ready(port, process)
            assert get(port, "/healthz") == (200, "alive\n")
            assert carrier.handset(PARENT).wait_for_text("Maple Tree", timeout=PATIENCE), "the welcome came"
            (answer,) = carrier.handset(STRANGER).text("JOIN MAPLE")
            assert "Maple Parents Phone Tree" in answer
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
        with pytest.raises(ConnectionRefusedError):
            get(port, "/healthz")


def test_a_worker_stops_on_a_signal(desk: OperatorDesk) -> None:
    with SimulatedCarrier(*desk.account, numbers={SCHOOL: Line()}) as carrier:
        desk.settings.update(TWILIO_API_BASE_URL=carrier.base_url)
        desk.done("site", "load", MAPLE)
        desk.done("people", "import", PEOPLE, "--site", "MAPLE")
        with running(desk, "worker") as process:
            assert carrier.handset(PARENT).wait_for_text("Maple Tree", timeout=PATIENCE), "it has begun"
            process.send_signal(signal.SIGINT)
            assert process.wait(PATIENCE) == 0


def test_serve_says_that_its_port_is_taken(desk: OperatorDesk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        (line,) = desk.fails("serve", "--port", str(port))
    assert line == f"cannot listen on 127.0.0.1:{port}: Address already in use; choose another --host or --port"


@pytest.mark.parametrize("name", ["serve", "worker"])
def test_a_shared_database_is_not_migrated_behind_its_operators_back(desk: OperatorDesk, name: str) -> None:
    (line,) = desk.fails(name, PHONETREE_ENGINE_URL="redis://127.0.0.1:9/0")
    assert line == "DATABASE_URL: the database is not at the newest migration; run `phonetree migrate`"


def test_migrate_needs_the_database_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new/phonetree.db"
    desk = OperatorDesk(tmp_path, {"DATABASE_URL": url})
    assert desk.done("migrate") == ["the database is at the newest migration now"]
    assert desk.done("migrate") == ["the database was at the newest migration"]
    assert desk.rows()["people"] == 0


COMMANDS = [
    ["serve"],
    ["worker"],
    ["site", "load", str(MAPLE)],
    ["site", "show", "MAPLE"],
    ["people", "import", str(PEOPLE), "--site", "MAPLE"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_wrong_setting_is_one_line(desk: OperatorDesk, words: list[str]) -> None:
    (line,) = desk.fails(*words, PHONETREE_PUBLIC_URL="tree.example.org")
    assert line.startswith("PHONETREE_PUBLIC_URL: set it to an origin")
    (line,) = desk.fails(*words, PHONETREE_KEYS="")
    assert line.startswith("PHONETREE_KEYS: set it")


def test_a_wrong_key_is_one_line_that_does_not_show_it(desk: OperatorDesk) -> None:
    desk.done("site", "load", MAPLE)
    other = OperatorDesk.at(desk.folder)
    (line,) = other.fails("site", "show", "MAPLE")
    assert line.startswith("PHONETREE_KEYS: no key of PHONETREE_KEYS opens the data key ")
    assert other.settings["PHONETREE_KEYS"] not in line


def test_a_database_that_cannot_be_used_is_one_line(desk: OperatorDesk) -> None:
    desk.file("broken.db", "this is no database, however long these words go on and on and on" * 100)
    (line,) = desk.fails("site", "show", "MAPLE", DATABASE_URL=f"sqlite:///{desk.folder}/broken.db")
    assert line.startswith("DATABASE_URL: the database cannot be used")


def test_help_names_every_command(desk: OperatorDesk) -> None:
    printed = "\n".join(desk.done("--help"))
    for name in ("demo", "talk", "serve", "worker", "migrate", "site", "people", "alert", "keys", "twilio", "doctor"):
        assert f"\n  {name} " in printed
