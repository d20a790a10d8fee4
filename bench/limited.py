"""F4: a carrier that takes only so many requests at a time, where our window is twice as wide."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from bench.course import Course
from bench.fanout import count_and_clear, send_all
from bench.figures import Figure
from bench.ground import Ground
from bench.queueing import queue_for
from phonetree.app import carrier_of
from phonetree.words.ports import HandOver, OutgoingText, Refused

TOO_MANY_AT_ONCE = 20429
MOST_REFUSED, MOST_REFUSED_GOAL = 0.05, 0.02


@dataclass
class Counted:
    """The line to the carrier, with a count of what its answers were."""

    line: Any
    answers: Counter[str] = field(default_factory=Counter)

    async def send(self, text: OutgoingText) -> HandOver:
        outcome: HandOver = await self.line.send(text)
        is_throttled = isinstance(outcome, Refused) and outcome.code == TOO_MANY_AT_ONCE
        self.answers["429" if is_throttled else type(outcome).__name__] += 1
        return outcome

    def __getattr__(self, name: str) -> Any:
        return getattr(self.line, name)


def measure(course: Course) -> list[Figure]:
    """Every text has to have arrived, each at another phone."""
    sizes = course.sizes
    course.carrier.behave(sizes.latency, limit=sizes.limit)
    try:
        return [figure for ground in course.grounds for figure in _measure(course, ground)]
    finally:
        course.carrier.behave(sizes.latency)


def _measure(course: Course, ground: Ground) -> list[Figure]:
    sizes, texts = course.sizes, course.sizes.limited
    course.say(f"{texts:,} texts to a carrier that takes {sizes.limit} at a time, {ground.name}")
    queue_for(ground, texts)
    course.carrier.took()
    begun = time.perf_counter()
    answers = asyncio.run(_send_all(ground))
    seconds = time.perf_counter() - begun
    took = course.carrier.took()
    if (took.texts, took.phones) != (texts, texts):
        raise RuntimeError(f"{took.texts} texts to {took.phones} phones instead of {texts}")
    count_and_clear(ground, texts)
    asked = answers.total()
    note = f"{texts:,} texts, none lost, none doubled, {answers['429']:,} times 429"
    where, limit = ground.name, sizes.limit / sizes.latency
    return [
        Figure(f"F4 limited carrier, {where}", "per second", took.rate(seconds), limit, "limit / latency", 0.90, 0.95),
        Figure(
            f"F4 limited carrier, {where}",
            "429s",
            answers["429"],
            asked,
            "requests",
            MOST_REFUSED,
            MOST_REFUSED_GOAL,
            at_most=True,
            note=note,
        ),
    ]


async def _send_all(ground: Ground) -> Counter[str]:
    async with carrier_of(ground.house.settings).open() as line:
        counted = Counted(line)
        await send_all(ground, counted)
        return counted.answers
