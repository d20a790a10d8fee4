"""Joining two telephones: Dial with a number or a queue, and Enqueue, where callers wait to be joined."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import Enum

from phonetree.simulator.board import Board, CallQueue
from phonetree.simulator.calls import Ask, CallDirection, CallStatus
from phonetree.simulator.leg_events import Diverted, LineClosed, Need
from phonetree.simulator.legs import BREATH, Bridge, Leg, Taken, join
from phonetree.simulator.voice_verbs import DialNumber, DialQueue, Enqueue, Target
from phonetree.simulator.webhooks import WebhookError


class Place(Enum):
    """Where a document is played, which says what it may hold."""

    CALL = "the call itself"
    QUEUE = "to a caller who waits in a queue"
    WHISPER = "to somebody who picked up, before they are joined"


class Left(Exception):
    """The document told the caller to leave the queue."""


PlayDocuments = Callable[[Board, Leg, Ask, Place], Awaitable[None]]


def _ask(action: Target | None, fields: dict[str, str]) -> Ask | None:
    return None if action is None else Ask(action.url, action.method, fields)


async def _tell_afterwards(board: Board, leg: Leg, ask: Ask | None) -> None:
    if ask is not None:
        await board.tell_afterwards(leg, ask)


# --- a number ---------------------------------------------------------------------------------------------------------


async def dial_number(board: Board, leg: Leg, verb: DialNumber, play: PlayDocuments) -> Ask | None:
    """Ring somebody, whisper to them, join the two, and tell how that went."""
    shown = verb.caller_id or leg.call.sender
    if shown not in {*board.network.lines, leg.call.sender, leg.call.recipient}:
        board.network.complain("Dial", WebhookError(13214, "a caller ID that is not the account's"))
        return _ask(verb.action, {"DialCallStatus": "failed", "DialBridged": "false"})
    call = board.new_call(shown, verb.number, CallDirection.DIAL)
    call.parent, call.status = leg.call.sid, CallStatus.RINGING
    callee = board.connect(call, verb.number)
    try:
        is_bridged = await _reach(board, leg, callee, verb, play)
    except LineClosed:
        board.end(callee)
        await _tell_afterwards(board, leg, _ask(verb.action, _outcome(callee, is_bridged=bool(callee.met))))
        raise
    finally:
        board.end(callee)
    return _ask(verb.action, _outcome(callee, is_bridged=is_bridged))


async def _reach(board: Board, leg: Leg, callee: Leg, verb: DialNumber, play: PlayDocuments) -> bool:
    """Whether the two were joined; back when that is over. Raises as ``Leg.check`` for the caller."""
    reached = board.spawn(callee, _ring_and_whisper(board, callee, verb, play))
    reached.add_done_callback(lambda _: leg.stir())
    await leg.rest(Need.ANOTHER, reached.done, None)
    if callee.is_over or callee.call.is_final:
        return False
    bridge = join(leg, callee)
    board.spawn(callee, _stay(board, callee, bridge))
    try:
        await leg.talk(bridge)
    finally:
        bridge.part()
    return True


async def _ring_and_whisper(board: Board, callee: Leg, verb: DialNumber, play: PlayDocuments) -> None:
    try:
        status = await board.ring(callee, verb.timeout)
        if status is not CallStatus.IN_PROGRESS:
            board.end(callee, status)
            return
        board.answer(callee)
        if verb.whisper is not None:
            await play(board, callee, Ask(verb.whisper.url, verb.whisper.method), Place.WHISPER)
    except (LineClosed, Diverted):
        board.end(callee)


async def _stay(board: Board, callee: Leg, bridge: Bridge) -> None:
    try:
        await callee.talk(bridge)
    except (LineClosed, Diverted):
        bridge.part()
    board.end(callee)


def _outcome(callee: Leg, *, is_bridged: bool) -> dict[str, str]:
    """Somebody who hung up during the whisper counts as completed: only ``DialBridged`` tells."""
    return {
        "DialCallStatus": callee.call.status.value,
        "DialCallSid": callee.call.sid,
        "DialCallDuration": str(callee.call.duration or 0),
        "DialBridged": str(is_bridged).lower(),
    }


# --- a queue ----------------------------------------------------------------------------------------------------------


async def dial_queue(board: Board, leg: Leg, verb: DialQueue) -> Ask | None:
    """Join whoever has waited longest."""
    queue = board.queues.get(verb.name)
    if queue is None:
        return _ask(verb.action, {"DialCallStatus": "failed", "DialBridged": "false"})
    queue.takers.append(leg)
    try:
        is_somebody_there = await leg.rest(Need.ANOTHER, lambda: bool(queue.callers), verb.timeout)
    finally:
        queue.takers.remove(leg)
    if not is_somebody_there:
        return _ask(verb.action, {"DialCallStatus": "no-answer", "DialBridged": "false"})
    return await _take(board, leg, verb, queue.callers.pop(0))


async def _take(board: Board, leg: Leg, verb: DialQueue, caller: Leg) -> Ask | None:
    began = leg.seconds
    bridge = caller.taken = join(leg, caller)
    try:
        await leg.talk(bridge)
    except LineClosed:
        await _tell_afterwards(board, leg, _ask(verb.action, _joined(caller, leg.seconds - began)))
        raise
    finally:
        bridge.part()
    return _ask(verb.action, _joined(caller, leg.seconds - began))


def _joined(caller: Leg, seconds: float) -> dict[str, str]:
    return {
        "DialCallStatus": "completed",
        "DialCallSid": caller.call.sid,
        "DialCallDuration": str(int(seconds)),
        "DialBridged": "true",
    }


async def enqueue(board: Board, leg: Leg, verb: Enqueue, play: PlayDocuments) -> Ask | None:
    """Wait until somebody joins, the document says to leave, or the caller hangs up."""
    queue = board.queues.setdefault(verb.name, CallQueue())
    entered, result = leg.seconds, "hangup"
    queue.callers.append(leg)
    for taker in queue.takers:
        taker.stir()
    try:
        await _wait(board, leg, verb, queue, play)
    except Left:
        result = "leave"
    except Taken as taken:
        result = "bridged"
        await _talk_on(board, leg, taken.bridge, _ask(verb.action, _waited(queue, leg, entered, result)))
    except LineClosed:
        _leave(queue, leg)
        await _tell_afterwards(board, leg, _ask(verb.action, _waited(queue, leg, entered, result)))
        raise
    finally:
        _leave(queue, leg)
    return _ask(verb.action, _waited(queue, leg, entered, result))


async def _talk_on(board: Board, leg: Leg, bridge: Bridge, ask: Ask | None) -> None:
    try:
        await leg.talk(bridge)
    except LineClosed:
        await _tell_afterwards(board, leg, ask)
        raise
    finally:
        bridge.part()


async def _wait(board: Board, leg: Leg, verb: Enqueue, queue: CallQueue, play: PlayDocuments) -> None:
    """The same document again and again, never without a breath between."""
    entered = leg.seconds
    while verb.wait is not None:
        fields = _waited(queue, leg, entered, None) | {
            "QueuePosition": str(queue.callers.index(leg) + 1 if leg in queue.callers else 0),
            "CurrentQueueSize": str(len(queue.callers)),
            "AvgQueueTime": "0",
        }
        await play(board, leg, Ask(verb.wait.url, verb.wait.method, fields), Place.QUEUE)
        leg.need = Need.QUEUE
        await leg.pass_time(0, least=max(BREATH, board.network.behaviour.hold))
    await leg.rest(Need.QUEUE, lambda: False, None)


def _leave(queue: CallQueue, leg: Leg) -> None:
    leg.need = None
    if leg in queue.callers:
        queue.callers.remove(leg)


def _waited(queue: CallQueue, leg: Leg, entered: float, result: str | None) -> dict[str, str]:
    fields = {"QueueSid": queue.sid, "QueueTime": str(int(leg.seconds - entered))}
    return fields if result is None else fields | {"QueueResult": result}
