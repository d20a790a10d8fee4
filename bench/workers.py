"""Workers as ``phonetree worker`` starts them, and the speed of two of them beside one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.course import Course
from bench.fanout import count_and_clear, open_rows
from bench.far import HOME
from bench.figures import Figure
from bench.ground import Ground
from bench.queueing import queue_for

PATIENCE = 300.0
LOOK_EVERY = 0.2


def measure(course: Course) -> list[Figure]:
    """Only where several processes may write at once: SQLite has one writer at a time."""
    figures = []
    for ground in course.grounds:
        if ground.name == "PostgreSQL":
            course.say(f"one worker and two of them on {ground.name}")
            one, two = (_speed(course, ground, many) for many in (1, 2))
            what = f"W2 fan-out of two workers, {ground.name}"
            limit = 2 * course.sizes.in_flight / course.sizes.latency
            note = f"limit of two {limit:,.0f} per second"
            figures.append(Figure(what, "per second", two, one, "one worker", note=note))
    return figures


def _speed(course: Course, ground: Ground, many: int) -> float:
    texts = course.sizes.messages
    course.carrier.took()
    queue_for(ground, texts)
    with workers(ground, many):
        wait_until_sent(ground)
    took = course.carrier.took()
    if (took.texts, took.phones) != (texts, texts):
        raise RuntimeError(f"{many} workers: {took.texts} texts to {took.phones} phones instead of {texts}")
    count_and_clear(ground, texts)
    return took.per_second


@contextmanager
def workers(ground: Ground, many: int = 1) -> Iterator[None]:
    """They stop at the end of the block, once what they began is written down."""
    command = [sys.executable, "-m", "phonetree", "worker"]
    environment = os.environ | ground.environment
    started = [subprocess.Popen(command, env=environment, cwd=HOME) for _ in range(many)]  # noqa: S603
    try:
        yield
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(PATIENCE)


def wait_until_sent(ground: Ground) -> None:
    """Until nothing waits, is under way or in doubt."""
    until = time.monotonic() + PATIENCE
    while open_rows(ground):
        if time.monotonic() > until:
            raise TimeoutError("the workers did not come to an end")
        time.sleep(LOOK_EVERY)
