"""Where a worker of the laboratory may die: labelled points of the product's own code, which has no switch for it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from enum import StrEnum
from itertools import count
from types import ModuleType
from typing import Any, assert_never

from waits import PATIENCE

from phonetree.desk import call_delivery, delivery, reconciliation, rounds, settling
from phonetree.desk.delivery import Claimed, ClaimedCall
from phonetree.twilio.client import Line
from phonetree.words.ports import HandOver, OutgoingText

HALF_WAY = 0.2 * PATIENCE
"""Seconds after which a request is under way and, at a carrier that is slow enough, not answered yet."""

Strike = Callable[[], None]


class Point(StrEnum):
    """Every step between a row that waits and a row that is settled (reliability 4.1)."""

    BEFORE_INTENT = "before the intent is committed"
    AFTER_INTENT = "after the intent is committed and before the request"
    UNDER_WAY = "while the request is under way"
    BEFORE_OUTCOME = "after the carrier has taken it and before that is committed"
    IN_RESOLVER = "in the resolver, between listing and settling"
    IN_ROUND = "in the middle of the round"
    CALL_BEFORE_OUTCOME = "after the carrier has taken a call and before that is committed"
    CALL_AFTER_INTENT = "after the intent of a call is committed and before the request"


def die_at(point: Point, passes: int) -> None:
    """From now on this process kills itself the *passes*-th time that it comes by *point*."""
    strike = _killer(passes)
    match point:
        case Point.BEFORE_INTENT:
            _behind(delivery, "_note_claimed", strike, lambda _result, _session, claimed, *_: bool(claimed))
        case Point.AFTER_INTENT:
            _behind(delivery, "claim", strike, lambda claimed, *_: bool(claimed))
        case Point.UNDER_WAY:
            _while_asked(strike)
        case Point.BEFORE_OUTCOME:
            _behind(settling, "_record_accepted", strike, lambda _result, _session, _means, taken: bool(taken))
        case Point.IN_RESOLVER:
            _before(reconciliation, "_settle", strike)
        case Point.IN_ROUND:
            _before(rounds, "_lapse", strike)
        case Point.CALL_BEFORE_OUTCOME:
            _behind(settling, "_record_accepted", strike, lambda _result, _session, _means, taken: _calls(taken))
        case Point.CALL_AFTER_INTENT:
            _behind(call_delivery, "claim_calls", strike, lambda claimed, *_: bool(claimed))
        case _:
            assert_never(point)


def _calls(taken: Sequence[tuple[Claimed | ClaimedCall, str]]) -> bool:
    return any(isinstance(one, ClaimedCall) for one, _sid in taken)


def _killer(passes: int) -> Strike:
    passed = count(1)

    def strike() -> None:
        if next(passed) >= passes:
            os.kill(os.getpid(), signal.SIGKILL)

    return strike


def _behind(module: ModuleType, name: str, strike: Strike, counts: Callable[..., bool]) -> None:
    """Pass when *name* has returned, if *counts* says so of what it returned and was given."""
    original = getattr(module, name)

    def passed(*given: Any) -> Any:
        result = original(*given)
        if counts(result, *given):
            strike()
        return result

    setattr(module, name, passed)


def _before(module: ModuleType, name: str, strike: Strike) -> None:
    original = getattr(module, name)

    def passing(*given: Any) -> Any:
        strike()
        return original(*given)

    setattr(module, name, passing)


def _while_asked(strike: Strike) -> None:
    original = Line.send

    async def send(line: Line, text: OutgoingText) -> HandOver:
        asked = asyncio.ensure_future(original(line, text))
        await asyncio.wait([asked], timeout=HALF_WAY)
        strike()
        return await asked

    setattr(Line, "send", send)  # noqa: B010 - a type checker knows it for a method
