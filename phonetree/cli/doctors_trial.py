"""``doctor --send-to``: tries a phone through ledger, worker, provider and back, and tells how it went."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from phonetree.cli.failing import Failed

if TYPE_CHECKING:
    from phonetree.app import House
    from phonetree.desk.trials import Stage, Trial
    from phonetree.operators.findings import Finding
    from phonetree.words.numbers import PhoneNumber

LOOK_EVERY = 0.25
PATIENCE = 240.0
"""Seconds; a call rings for half a minute, and a carrier may take its time."""


def try_phone(house: House, number: PhoneNumber, code: str | None) -> Iterator[Finding]:
    """Send both, watch them, and say what came of them."""
    from phonetree.desk import trials

    tried = _begun(house, number, code)
    text, call = _watched(house, tried)
    trials.call_off(house.database, house.means, tried)
    yield _of_text(text)
    yield _of_call(call)


def _begun(house: House, number: PhoneNumber, code: str | None) -> Trial:
    from phonetree.cli.opening import site_called
    from phonetree.desk import trials
    from phonetree.models import writing

    with writing(house.database) as session:
        site = site_called(session, code) if code else trials.first_site(session)
        if site is None:
            raise Failed("no school is loaded, so there is nobody in whose name to text")
        try:
            tried = trials.begin(session, house.means, site, number)
        except trials.HasLeft:
            raise Failed("this phone has left by STOP: it gets nothing until it texts START itself") from None
    house.means.doorbell.ring()
    return tried


def _watched(house: House, tried: Trial) -> tuple[Stage, Stage]:
    """Until both are over, or nobody waits any longer. Each step is told as it is seen."""
    from phonetree.desk import trials

    until, pause = time.monotonic() + PATIENCE, threading.Event()
    told: dict[str, str] = {}
    while True:
        both = trials.stages(house.database, tried)
        for name, stage in zip(("text", "call"), both, strict=True):
            said = stage.state.value.replace("_", " ") + (f", {stage.outcome}" if stage.outcome else "")
            if told.get(name) != said:
                told[name] = said
                click.echo(f"{name}: {said}", err=True)
        if all(stage.is_over for stage in both) or time.monotonic() > until:
            return both
        pause.wait(LOOK_EVERY)


def _of_text(text: Stage) -> Finding:
    from phonetree.models import State
    from phonetree.operators.findings import fine, stops

    if text.state is State.DELIVERED:
        return fine("trial-text", "The text arrived, and its receipt came back.")
    return stops("trial-text", f"The text did not arrive: {_why(text)}", _NEXT)


_NEXT = "What is found above comes first; then try again."


def _of_call(call: Stage) -> Finding:
    from phonetree.models import CallOutcome, State
    from phonetree.operators.findings import fine, stops, warns

    match call.outcome:
        case CallOutcome.HEARD:
            return fine("trial-call", "The call was answered, and a key was pressed and understood.")
        case CallOutcome.ANSWERED | CallOutcome.VOICEMAIL:
            return warns("trial-call", "The call was answered, and no key was pressed.", "Try again and press a key.")
        case CallOutcome.BUSY | CallOutcome.NO_ANSWER:
            return warns("trial-call", "The call rang, and nobody picked up.", "Try again and pick up.")
    if call.state is State.SUBMITTED:
        what = "The call was placed, and nothing was heard of it since."
        return warns("trial-call", what, "Can the provider reach PHONETREE_PUBLIC_URL?")
    return stops("trial-call", f"The call was not placed: {_why(call)}", _NEXT)


def _why(stage: Stage) -> str:
    from phonetree.models import State
    from phonetree.twilio.errors import explain

    if stage.error_code is not None:
        return f"{explain(stage.error_code)} ({stage.error_code})"
    match stage.state:
        case State.PENDING | State.CANCELLED | State.EXPIRED:
            return "no worker took it up in time."
        case State.SUBMITTED | State.SENDING:
            return "it was handed over, and no receipt came."
        case _:
            return "the provider does not say why."
