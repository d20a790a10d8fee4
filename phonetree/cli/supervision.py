"""Keeps the processes of ``serve`` alive, and ends them together."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

LOOK_EVERY = 0.2
STOPPED_WITHIN = 14.0
"""Seconds. What still runs then is killed; its rows are in doubt, which is the truth."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
STEADY_AFTER = 60.0
"""A process that lived this long is started again at once."""


LONGEST_WAIT = 30.0


def _at_once() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Job:
    """One process that should always run. Its first start waits until *after* is true, though not for ever."""

    name: str
    command: Sequence[str]
    after: Callable[[], bool] = _at_once


@dataclass(slots=True)
class _Running:
    job: Job
    process: subprocess.Popen[bytes] | None = None
    started_at: float | None = None
    start_at: float = 0.0
    pause: float = field(default=FIRST_PAUSE)


class Supervisor:
    """Starts jobs, starts them again when they die, each after a longer pause, and stops them gracefully."""

    def __init__(
        self,
        jobs: Sequence[Job],
        environment: Mapping[str, str],
        say: Callable[[str], None],
        stopped_within: float = STOPPED_WITHIN,
    ) -> None:
        self._running = [_Running(job) for job in jobs]
        self._environment, self._say, self._stopped_within = dict(environment), say, stopped_within
        self._began = time.monotonic()

    def run(self, stop: threading.Event) -> None:
        """Until *stop* is set; nothing runs any more when it returns."""
        try:
            while not stop.is_set():
                for each in self._running:
                    self._look_after(each)
                stop.wait(LOOK_EVERY)
        finally:
            self._end()

    def _look_after(self, each: _Running) -> None:
        now = time.monotonic()
        if each.process is not None and each.process.poll() is not None:
            self._plan_restart(each, each.process.returncode, now)
        if each.process is None and now >= each.start_at and self._may_start(each, now):
            # A group of its own: Ctrl-C in the terminal reaches us alone, and we end it in order.
            each.process = subprocess.Popen(each.job.command, env=self._environment, process_group=0)  # noqa: S603
            each.started_at = now

    def _may_start(self, each: _Running, now: float) -> bool:
        return each.started_at is not None or now >= self._began + LONGEST_WAIT or each.job.after()

    def _plan_restart(self, each: _Running, code: int, now: float) -> None:
        if each.started_at is not None and now - each.started_at >= STEADY_AFTER:
            each.pause = FIRST_PAUSE
        self._say(f"{each.job.name} ended with {code}; it starts again in {each.pause:g} seconds")
        each.process, each.start_at = None, now + each.pause
        each.pause = min(each.pause * 2, LONGEST_PAUSE)

    def _end(self) -> None:
        processes = [each.process for each in self._running if each.process is not None]
        for process in processes:
            process.terminate()
        deadline = time.monotonic() + self._stopped_within
        for process in processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
        for process in processes:
            with suppress(ProcessLookupError):  # its children too, where it has any left
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
