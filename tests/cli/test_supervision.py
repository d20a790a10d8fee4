"""The supervisor of ``serve``: it starts its jobs again when they die, and leaves none behind."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from phonetree.cli.supervision import Job, Supervisor

PATIENCE = 20.0
GRACEFUL = "import signal, sys; signal.signal(signal.SIGTERM, lambda *_: (os.write(out, b'bye\\n'), sys.exit(0)))"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
SPEAKS = "import os; out = os.open({path!r}, os.O_WRONLY)"
WAITS = "os.write(out, b'%d\\n' % os.getpid()); signal.pause()"


def job(path: Path, behaviour: str) -> Job:
    """A process that says its identity into a pipe once it is ready."""
    return Job("job", (sys.executable, "-c", "; ".join((SPEAKS.format(path=str(path)), behaviour, WAITS))))


def supervise(pipe: Path, behaviour: str, *, stopped_within: float, then: Callable[[int], None]) -> list[str]:
    """Run one job; when it is ready do *then*, and afterwards stop. All that the job and the supervisor said."""
    os.mkfifo(pipe)
    stop, said = threading.Event(), list[str]()

    def watch() -> None:
        with pipe.open() as lines:
            then(int(lines.readline()))
            stop.set()
            said.extend(line.strip() for line in lines)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    Supervisor([job(pipe, behaviour)], os.environ, said.append, stopped_within).run(stop)
    watcher.join(PATIENCE)
    assert not watcher.is_alive()
    return said


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_job_is_stopped_gracefully(tmp_path: Path) -> None:
    seen: list[int] = []
    said = supervise(tmp_path / "pipe", GRACEFUL, stopped_within=PATIENCE, then=seen.append)
    assert said == ["bye"]
    assert not is_alive(seen[0])


def test_a_job_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    seen: list[int] = []
    supervise(tmp_path / "pipe", STUBBORN, stopped_within=0.1, then=seen.append)
    assert not is_alive(seen[0])


def test_a_dead_job_starts_again(tmp_path: Path) -> None:
    os.mkfifo(pipe := tmp_path / "pipe")
    stop, said, seen = threading.Event(), list[str](), list[int]()

    def watch() -> None:
        with os.fdopen(os.open(pipe, os.O_RDWR)) as lines:  # open for both, it does not end between two writers
            seen.append(int(lines.readline()))
            os.kill(seen[0], signal.SIGKILL)
            seen.append(int(lines.readline()))
            stop.set()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    Supervisor([job(pipe, GRACEFUL)], os.environ, said.append, PATIENCE).run(stop)
    watcher.join(PATIENCE)
    assert said == ["job ended with -9; it starts again in 0.5 seconds"]
    assert seen[0] != seen[1]
    assert not is_alive(seen[1])


def test_the_pauses_grow(tmp_path: Path) -> None:
    stop, said = threading.Event(), list[str]()

    def note(line: str) -> None:
        said.append(line.rpartition(" in ")[2])
        if len(said) == 2:
            stop.set()

    Supervisor([Job("job", (sys.executable, "-c", "raise SystemExit(3)"))], os.environ, note).run(stop)
    assert said == ["0.5 seconds", "1 seconds"]


def test_the_first_start_waits_for_what_comes_before(tmp_path: Path) -> None:
    stop, asked = threading.Event(), list[bool]()

    def is_there() -> bool:
        asked.append(len(asked) == 2)
        return asked[-1]

    waits = Job("job", (sys.executable, "-c", ""), after=is_there)
    Supervisor([waits], os.environ, lambda _line: stop.set()).run(stop)
    assert asked == [False, False, True]
