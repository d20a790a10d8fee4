"""Pages that keep themselves up to date: server-sent events, one to an answer, so that no thread of a server is held.

A WSGI server gives a thread to every answer for as long as it lasts. An open stream would keep one for hours, and the
webhooks need them (ADR 0018). So each answer is what is so now, and in how long the browser is to ask again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from flask import Response, request

SOON, LATER = timedelta(seconds=0.7), timedelta(seconds=1.5)
"""When to ask again: while something moves, and while nothing does."""


@dataclass(frozen=True, slots=True)
class Happening:
    """The parts of a page by their names, and a sentence for who listens instead of looking."""

    parts: Mapping[str, str]
    said: str = ""
    again: timedelta = LATER

    def response(self) -> Response:
        """Nothing but when to ask again, where the browser has just this already."""
        told = json.dumps({"parts": self.parts, "said": self.said})
        mark = hashlib.blake2s(told.encode(), digest_size=8).hexdigest()
        lines = [f"retry: {self.again // timedelta(milliseconds=1)}"]
        if request.headers.get("Last-Event-ID") != mark:
            lines += [f"id: {mark}", "event: parts", f"data: {told}"]
        return Response("\n".join(lines) + "\n\n", content_type="text/event-stream; charset=utf-8")
