"""Playing documents on a call, one after another, until they run out, somebody hangs up, or a mistake ends it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import assert_never

from phonetree.simulator.answer_plans import Heard
from phonetree.simulator.board import Board
from phonetree.simulator.calls import Ask, CallDirection, CallStatus
from phonetree.simulator.gathering import gather, record
from phonetree.simulator.joining import Left, Place, dial_number, dial_queue, enqueue
from phonetree.simulator.leg_events import Diverted, LineClosed
from phonetree.simulator.legs import Leg
from phonetree.simulator.prompts import tell
from phonetree.simulator.voice_verbs import (
    DialNumber,
    DialQueue,
    Enqueue,
    Gather,
    Hangup,
    Leave,
    Pause,
    Play,
    Record,
    Redirect,
    Reject,
    Say,
    Verb,
)
from phonetree.simulator.webhooks import WebhookError

MOST_DOCUMENTS = 1000
"""Of one call, those to a caller in a queue apart: a call that goes round in circles ends."""
APOLOGY = Heard("We are sorry, an application error has occurred. Goodbye.", "en-US", "man")
_MISPLACED: Mapping[Place, Mapping[type[Verb], int]] = MappingProxyType(
    {
        Place.CALL: {Leave: 12200},
        Place.QUEUE: dict.fromkeys((Gather, Record, DialNumber, DialQueue, Enqueue, Reject), 12200),
        Place.WHISPER: {DialNumber: 13201, DialQueue: 13201, Enqueue: 12200, Leave: 12200, Reject: 12200},
    }
)


async def play(board: Board, leg: Leg, ask: Ask, place: Place = Place.CALL) -> None:
    """Play from this document on. Raises LineClosed when the call is over, Left and Taken only in a queue."""
    following: Ask | None = ask
    for _ in range(MOST_DOCUMENTS):
        if following is None:
            return
        try:
            following = await _play_one(board, leg, following, place)
        except Diverted as diverted:
            if place is Place.QUEUE:
                raise
            following = diverted.ask
    board.network.complain("call", WebhookError(14106, "documents without end"))
    _hang_up(leg)


async def _play_one(board: Board, leg: Leg, ask: Ask, place: Place) -> Ask | None:
    """One document; where to go on."""
    try:
        verbs = await board.fetch(leg, ask)
        _check_place(verbs, place)
    except WebhookError as failure:
        board.network.complain("call", failure)
        return _fallback(leg, ask, failure)
    leg.check()
    _answer_if_new(board, leg, verbs)
    for verb in verbs:
        leg.check()
        following = await _perform(board, leg, verb)
        if following is not None:
            return following
    return None


def _check_place(verbs: tuple[Verb, ...], place: Place) -> None:
    for verb in verbs:
        code = _MISPLACED[place].get(type(verb))
        if code is not None:
            raise WebhookError(code, f"{type(verb).__name__} {place.value}")


def _fallback(leg: Leg, ask: Ask, failure: WebhookError) -> Ask:
    """The address of last resort, asked once in a row. Raises LineClosed where there is none."""
    url = leg.call.fallback_url
    if url is None or url == ask.url:
        leg.hear(APOLOGY)
        _hang_up(leg)
    return Ask(url or "", fields={"ErrorCode": str(failure.code), "ErrorUrl": ask.url})


def _answer_if_new(board: Board, leg: Leg, verbs: tuple[Verb, ...]) -> None:
    """A caller is answered by the first document, unless it begins by rejecting them."""
    is_ringing = leg.call.direction is CallDirection.INBOUND and leg.call.status is CallStatus.RINGING
    if is_ringing and not (verbs and isinstance(verbs[0], Reject)):
        board.answer(leg)


async def _perform(board: Board, leg: Leg, verb: Verb) -> Ask | None:
    following: Ask | None = None
    match verb:
        case Say() | Play() | Pause():
            await tell(board, leg, verb)
        case Gather():
            following = await gather(board, leg, verb)
        case Record():
            following = await record(board, leg, verb)
        case DialNumber():
            following = await dial_number(board, leg, verb, play)
        case DialQueue():
            following = await dial_queue(board, leg, verb)
        case Enqueue():
            following = await enqueue(board, leg, verb, play)
        case Redirect(target):
            following = Ask(target.url, target.method)
        case Leave():
            raise Left
        case Hangup():
            _hang_up(leg)
        case Reject(is_busy):
            board.end(leg, CallStatus.BUSY if is_busy else CallStatus.NO_ANSWER)
            _hang_up(leg)
        case _:
            assert_never(verb)
    return following


def _hang_up(leg: Leg) -> None:
    leg.hang_up()
    raise LineClosed
