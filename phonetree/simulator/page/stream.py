"""What a browser is told, and when: one message after each change, with everything that is new to this browser."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from aiohttp import web

from phonetree.simulator.page import rendering, words
from phonetree.simulator.page.deck import Deck, Drawn
from phonetree.simulator.page.lesson import Lesson

STILL_HERE = 15.0
"""Seconds after which a browser that heard nothing hears that we are here."""
GATHERS = 0.05
"""Seconds for which changes are gathered before a browser is told: an alert is many at once."""
Shown = Mapping[str, str]
"""The words of elements by their ids."""


class Stream:
    """To one browser that has seen everything up to *seen*; *run* is this start of the carrier."""

    def __init__(self, deck: Deck, run: str, seen: int) -> None:
        self.stirred = asyncio.Event()
        self.is_over = False
        self._deck, self._run, self._seen = deck, run, seen
        self._shown: dict[str, str] = {}

    async def flow(self, request: web.Request) -> web.StreamResponse:
        """Until the browser goes away or the carrier stops."""
        response = web.StreamResponse(headers={**rendering.HEADERS, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        with suppress(ConnectionError):
            while not self.is_over:
                await response.write(self._message())
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.stirred.wait(), STILL_HERE)
                    await asyncio.sleep(GATHERS)
                self.stirred.clear()
        return response

    def stop(self) -> None:
        self.is_over = True
        self.stirred.set()

    def _message(self) -> bytes:
        told = self._news()
        return f"id: {self._seen}\ndata: {json.dumps(told)}\n\n".encode() if told else b": still here\n\n"

    def _news(self) -> dict[str, Any]:
        book, since = self._deck.book, self._seen
        self._seen = book.last
        shown = shown_now(self._deck)
        changed = {name: value for name, value in shown.items() if self._shown.get(name) != value}
        self._shown = shown
        news = {
            "lines": [[line.face, rendering.line(line)] for line in book.lines_since(since)],
            "crossings": [rendering.crossing(passed) for passed in book.crossings_since(since)],
            "words": changed,
        }
        return {"run": self._run, **news} if any(news.values()) else {}


def shown_now(deck: Deck) -> dict[str, str]:
    """What changes its words in place."""
    shown = training_now(deck.lesson)
    for drawn in deck.drawn:
        shown |= keys_now(deck, drawn)
    return shown


def keys_now(deck: Deck, drawn: Drawn) -> dict[str, str]:
    standing, n = deck.standing(drawn), drawn.index
    keys = {"left": standing.left, "right": standing.right, "green": standing.green, "red": standing.red}
    told = {"phone": standing.state.value, "state": standing.words, **keys}
    return {f"{name}-{n}": value for name, value in told.items()}


def training_now(lesson: Lesson) -> dict[str, str]:
    if not lesson.steps:
        return {}
    ticks = {f"tick-{n}": words.PAGE["done"] if n <= lesson.done else "" for n in range(1, len(lesson.steps) + 1)}
    at = words.STEP.format(n=min(lesson.done + 1, len(lesson.steps)), of=len(lesson.steps))
    return {"step-at": at, "step": words.PAGE["all_done"] if lesson.now is None else lesson.now.words, **ticks}
