"""``serve``, ``worker`` and ``migrate``: what runs for weeks."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import click

from phonetree.cli.failing import Failed
from phonetree.cli.supervision import Job, Supervisor

ROOT = Path(__file__).resolve().parents[2]
"""Where ``wsgi.py`` is."""
WEB_STOPS_WITHIN = "8s"
THREADS = 8
"""Of each web process: so many receipts wait for the disk together (ADR 0011)."""


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Listen here; a proxy with HTTPS stands before it."
)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Processes that answer.")
def serve(host: str, port: int, workers: int) -> None:
    """Answer texts and send: the web server and one worker, watched over.

    With the embedded SQLite the database is brought up to date first. Stop it with Ctrl-C or SIGTERM.
    """
    from phonetree.cli.opening import open_checked_house

    environment = {**os.environ, "PYTHONPATH": _with_root(os.environ.get("PYTHONPATH", ""))}
    house = open_checked_house()
    house.database.dispose()  # the children open it for themselves
    _check_port(host, port)
    sends = (sys.executable, "-m", "phonetree", "worker")
    # The worker comes second: the receipts of what it sends find nobody before the web server answers.
    jobs = (Job("web", _web(host, port, workers)), Job("worker", sends, after=lambda: _answers(host, port)))
    stop = threading.Event()
    _on_signals(stop.set)
    click.echo(f"phonetree starts on http://{host}:{port}, with a worker that sends; Ctrl-C stops it", err=True)
    Supervisor(jobs, environment, say=lambda line: click.echo(line, err=True)).run(stop)


@click.command()
def worker() -> None:
    """Send what waits, without a web server. Any number of workers may run, on any hosts."""
    from phonetree.app import make_worker
    from phonetree.cli.opening import open_checked_house
    from phonetree.words.logs import configure_logs, log_what_nobody_catches

    house = open_checked_house()
    configure_logs(sys.stderr, json=True)
    log_what_nobody_catches()
    sends = make_worker(house, os.environ)
    _on_signals(sends.stop)
    sends.run()


@click.command()
def migrate() -> None:
    """Bring the database to the newest migration; changes nothing when it is there. Needs DATABASE_URL alone."""
    from phonetree.app import make_room
    from phonetree.models.database import open_database
    from phonetree.models.migrations import is_migrated
    from phonetree.models.migrations import migrate as bring_up_to_date
    from phonetree.words.settings import read_database_url

    url = read_database_url(os.environ)
    make_room(url)
    database = open_database(url)
    was_there = is_migrated(database)
    bring_up_to_date(database)
    database.dispose()
    click.echo(
        "the database was at the newest migration" if was_there else "the database is at the newest migration now"
    )


def _web(host: str, port: int, workers: int) -> tuple[str, ...]:
    # No log: its lines would not pass our redactor.
    return (
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-log", "--no-ws"),
        *("--host", host, "--port", str(port), "--workers", str(workers), "--blocking-threads", str(THREADS)),
        *("--respawn-failed-workers", "--workers-kill-timeout", WEB_STOPS_WITHIN, "wsgi:app"),
    )


def _with_root(path: str) -> str:
    return os.pathsep.join(filter(None, (str(ROOT), path)))


def _check_port(host: str, port: int) -> None:
    """Say it now, for a server that cannot listen would be started again and again."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        reason = str(error.strerror).partition(" (")[0]
        raise Failed(f"cannot listen on {host}:{port}: {reason}; choose another --host or --port") from None


def _answers(host: str, port: int) -> bool:
    connection = HTTPConnection(_near(host), port, timeout=1)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _near(host: str) -> str:
    """Where to ask a server that listens on every address."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound


def _on_signals(stop: Callable[[], None]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop())
