"""F6: what queueing and sending cost per row, and how much memory they take, as a school grows to a million phones."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass

from bench.course import Course
from bench.fanout import drain_all
from bench.far import HOME, Far, far
from bench.figures import Figure
from bench.ground import Ground
from bench.memory import most_memory
from bench.queueing import queue_for
from phonetree.app import open_house
from phonetree.words.settings import take_settings

MOST_PER_ROW, GOAL_PER_ROW = 1.6, 1.3
MOST_MEMORY = 20.0
"""MB more than the smallest size takes."""
TOLD_EVERY = 2.0


@dataclass(frozen=True, slots=True)
class Grown:
    """Microseconds per row, and the most megabytes that the process ever held."""

    queue: float
    drain: float
    memory: float


def measure(course: Course) -> list[Figure]:
    figures: list[Figure] = []
    with far("bench.sink") as sink:
        for name in course.land.names:
            sizes = course.sizes.growth
            grown = {phones: _grow(course, sink, name, phones) for phones in sizes}
            for phones in sizes[1:]:
                figures += _figures(grown[sizes[0]], grown[phones], (sizes[0], phones), name)
    return figures


def _figures(small: Grown, large: Grown, grown: tuple[int, int], where: str) -> list[Figure]:
    before, after = grown
    rows = [
        Figure(
            f"F6 {doing} {after:,}, {where}",
            "µs per row",
            ours,
            baseline,
            f"at {before:,} rows",
            MOST_PER_ROW,
            GOAL_PER_ROW,
            at_most=True,
            grown=grown,
        )
        for doing, ours, baseline in (("queueing", large.queue, small.queue), ("sending", large.drain, small.drain))
    ]
    more, note = max(0.0, large.memory - small.memory), f"{small.memory:.0f} MB, then {large.memory:.0f} MB"
    what = f"F6 memory at {after:,}, {where}"
    return [*rows, Figure(what, "MB more", more, MOST_MEMORY, "MB", 1.0, None, at_most=True, note=note)]


def _grow(course: Course, sink: Far, name: str, phones: int) -> Grown:
    """In a database and a process of its own, so that no peak hides another."""
    with course.land.ground(name, api_base_url=sink.base_url, phones=phones, say=course.say) as ground:
        sink.ask("took")
        grown = _watch(course, sink, ground)
    texts, to = sink.ask("took")
    if (texts, to) != (phones, phones):
        raise RuntimeError(f"{texts} texts to {to} phones instead of {phones}")
    return grown


def _watch(course: Course, sink: Far, ground: Ground) -> Grown:
    """Run the child. It writes a line now and then, and at last what it measured."""
    command = [sys.executable, "-m", "bench.growth", str(ground.phones)]
    last = ""
    with subprocess.Popen(  # noqa: S603
        command, env=os.environ | ground.environment, cwd=HOME, stdout=subprocess.PIPE, text=True
    ) as child:
        for line in child.stdout or ():
            last = line
            course.say(f"{ground.name}: {sink.ask('so_far'):,} of {ground.phones:,} texts sent")
    if child.returncode:
        raise RuntimeError("a process that measured growth failed")
    return Grown(**json.loads(last))


def _measure_here(phones: int) -> Grown:
    """In the child: queue one text to each of *phones*, and send them."""
    ground = Ground("child", open_house(take_settings(os.environ)), 0, {}, phones)
    begun = time.perf_counter()
    queue_for(ground, phones)
    queued = time.perf_counter()
    asyncio.run(_send(ground))
    sent = time.perf_counter()
    return Grown((queued - begun) * 1e6 / phones, (sent - queued) * 1e6 / phones, most_memory())


async def _send(ground: Ground) -> None:
    async def tell() -> None:
        while True:
            await asyncio.sleep(TOLD_EVERY)
            _write("on its way")

    telling = asyncio.create_task(tell())
    await drain_all(ground)
    telling.cancel()


def _write(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _write(json.dumps(asdict(_measure_here(int(sys.argv[1])))))
