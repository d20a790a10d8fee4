"""Asking for keys, and for speech after a tone: what Gather and Record do in a call."""

from __future__ import annotations

import time

from phonetree.simulator.board import Board
from phonetree.simulator.call_reports import CallReport
from phonetree.simulator.calls import Ask
from phonetree.simulator.leg_events import LineClosed, Need, Speech
from phonetree.simulator.legs import BREATH, Leg
from phonetree.simulator.prompts import tell
from phonetree.simulator.sounds import Recording
from phonetree.simulator.voice_verbs import Gather, Record


async def gather(board: Board, leg: Leg, verb: Gather) -> Ask | None:
    """Ask, and wait for keys. A key ends the asking; keys beyond those wanted stay for the next question."""
    leg.answer_early()
    for prompt in verb.prompts:
        if leg.keys:
            break
        await tell(board, leg, prompt, lambda: bool(leg.keys))
    await leg.rest(Need.KEYS, lambda: _taken(verb, leg.keys) is not None, verb.timeout)
    digits, finished_on, leg.keys = _taken(verb, leg.keys) or (leg.keys, "", "")
    if not (digits or verb.tells_silence):
        return None
    fields = {"Digits": digits, "FinishedOnKey": finished_on, "msg": "Gather End"}
    return Ask(verb.action.url, verb.action.method, fields)


def _taken(verb: Gather, keys: str) -> tuple[str, str, str] | None:
    """The digits, the key that ended them, and what is left over; None while more are wanted."""
    for place, key in enumerate(keys):
        if key in verb.finish_on:
            return keys[:place], key, keys[place + 1 :]
        if place + 1 == verb.digits:
            return keys[: place + 1], "", keys[place + 1 :]
    return None


async def record(board: Board, leg: Leg, verb: Record) -> Ask | None:
    """Record what is said after a tone. Where nothing is, the document goes on."""
    leg.keys, leg.speech = "", None
    await leg.rest(Need.SOUND, lambda: leg.speech is not None or _is_ended(verb, leg), verb.timeout)
    speech, leg.speech, leg.keys = leg.speech or Speech(0), None, ""
    if speech.seconds <= 0:
        return None
    seconds = min(speech.seconds, float(verb.longest))
    await leg.pass_time(seconds)
    recording = _keep(board, leg, seconds)
    fields = _form(board, recording) | {"Digits": speech.ending}
    if verb.callback is not None:
        report = CallReport("recording callback", verb.callback.url, verb.callback.method, _report(board, recording))
        board.reports.send_later(report, max(board.network.behaviour.recording_lag, BREATH))
    ask = Ask(verb.action.url, verb.action.method, fields)
    if speech.ending == "hangup":
        await board.tell_afterwards(leg, ask)
        raise LineClosed
    return ask


def _is_ended(verb: Record, leg: Leg) -> bool:
    return any(key in verb.finish_on for key in leg.keys)


def _keep(board: Board, leg: Leg, seconds: float) -> Recording:
    ready_at = time.monotonic() + board.network.behaviour.recording_lag
    recording = Recording(leg.call.sid, seconds, ready_at)
    board.recordings.kept[recording.sid] = recording
    return recording


def _form(board: Board, recording: Recording) -> dict[str, str]:
    address = f"https://api.twilio.com/2010-04-01/Accounts/{board.network.account.sid}/Recordings/{recording.sid}"
    return {
        "RecordingSid": recording.sid,
        "RecordingUrl": address,
        "RecordingDuration": str(int(recording.seconds)),
    }


def _report(board: Board, recording: Recording) -> dict[str, str]:
    return _form(board, recording) | {
        "AccountSid": board.network.account.sid,
        "CallSid": recording.call_sid,
        "RecordingStatus": "completed",
        "RecordingChannels": "1",
        "RecordingSource": "RecordVerb",
        "ErrorCode": "0",
    }
