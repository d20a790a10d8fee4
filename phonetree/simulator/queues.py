"""One sender's queue: first in, first out, at its segments a second, on the carrier's event loop."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from phonetree.simulator.lines import Line
from phonetree.simulator.messages import Message


class SendingQueue:
    """Hands each text on when its turn comes, or tells that its validity ran out while it waited."""

    def __init__(self, line: Line, hand_on: Callable[[Message], None], expire: Callable[[Message], None]) -> None:
        self.line = line
        self.waiting_segments = 0
        self._hand_on = hand_on
        self._expire = expire
        self._waiting: deque[Message] = deque()
        self._free_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def has_room_for(self, segments: int) -> bool:
        return self.waiting_segments + segments <= self.line.most_segments_waiting

    def add(self, message: Message) -> None:
        """Queue a text; at an idle sender it leaves before this returns."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            self._free_at = max(self._free_at, loop.time())
        self._waiting.append(message)
        self.waiting_segments += message.segments
        if self._timer is None:
            self._drain()
        if message.is_waiting:
            loop.call_later(message.validity, self._run_out, message)

    def pause(self) -> None:
        """Let go of the loop, keeping what waits."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def resume(self) -> None:
        loop = asyncio.get_running_loop()
        self._free_at = max(self._free_at, loop.time())
        for message in self._waiting:
            left = message.accepted_at + message.validity - loop.time()
            loop.call_later(max(0.0, left), self._run_out, message)
        self._drain()

    def _drain(self) -> None:
        self._timer = None
        loop = asyncio.get_running_loop()
        while self._waiting:
            if self._waiting[0].is_waiting and self._free_at > loop.time():
                self._timer = loop.call_at(self._free_at, self._drain)
                return
            message = self._waiting.popleft()
            if message.is_waiting:
                self.waiting_segments -= message.segments
                self._free_at += message.segments / self.line.segments_per_second
                self._hand_on(message)

    def _run_out(self, message: Message) -> None:
        if message.is_waiting:
            self.waiting_segments -= message.segments
            self._expire(message)
