"""Notes webhooks that were answered late: who texts or calls hears it as silence, and the provider gives up at last."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from flask import Flask, Response, g, request

LATE = 5.0
"""Seconds; the provider waits fifteen."""
LATE_WEBHOOK = "webhooks answered late"
log = structlog.get_logger()


def watch_lateness(app: Flask, note: Callable[[], None], clock: Callable[[], float] = time.monotonic) -> None:
    """Count each, in all processes together. What is slow already gains little from one row more, so only those."""

    def began() -> None:
        g.began = clock()

    def ended(response: Response) -> Response:
        if request.path.startswith("/twilio/") and clock() - g.began > LATE:
            log.warning("a webhook was answered late")
            try:
                note()
            except Exception as error:  # noqa: BLE001 - whoever waits gets the answer all the same
                log.error("a late webhook was not counted", error=type(error).__qualname__)  # noqa: TRY400
        return response

    app.before_request(began)
    app.after_request(ended)
