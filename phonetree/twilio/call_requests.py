"""What a signed webhook of a call says, as the desk's values: the blueprint gets an event or a plain reason."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import assert_never

from werkzeug.datastructures import MultiDict

from phonetree.desk.call_answers import (
    AnsweredBy,
    CallAnswered,
    CallBegan,
    CallEvent,
    CallReceipt,
    DialEnded,
    HeldOn,
    KeysPressed,
    QueueLeft,
    SoundRecorded,
)
from phonetree.twilio.call_statuses import (
    read_answered_by,
    read_call_status,
    read_dial_status,
    read_queue_result,
)
from phonetree.twilio.forms import Malformed, error_code, named, optional, required, word
from phonetree.words.numbers import NotAPhoneNumber, PhoneNumber, is_textable, parse_address

MOST_KEYS = 40
LONGEST_SOUND = 86_400
"""Seconds, as the provider records at most."""

_CALL_SID = re.compile(r"CA[0-9a-f]{32}")
_RECORDING_SID = re.compile(r"RE[0-9a-f]{32}")
_STATUS = re.compile(r"[a-z_-]{1,32}")
_SECONDS = re.compile(r"[0-9]{1,5}", re.ASCII)
_TONES = re.compile(r"[0-9*#A-D]*", re.ASCII)
_LETTERED_TONES = re.compile(r"[A-D]")
_HUNG_UP = "hangup"


class Kind(StrEnum):
    """What a further webhook of a call tells; it stands in the address that the provider was given."""

    KEYS = "keys"
    SOUND = "sound"
    DIAL = "dial"
    QUEUE = "queue"
    HOLD = "hold"


def parse_call_began(form: MultiDict[str, str], account_sid: str) -> tuple[str, CallBegan]:
    """Read an incoming call; raises ``Malformed``. A caller without a number that we may call is welcome."""
    sid = call_sid(form, account_sid)
    recipient = _number(required(form, "To"))
    if recipient is None:
        raise Malformed("To is not a phone number")
    sender = _number(required(form, "From"))
    return sid, CallBegan(sender if sender and is_textable(sender) else None, recipient)


def parse_turn(form: MultiDict[str, str], account_sid: str, kind: Kind) -> tuple[str, CallEvent]:
    """Read a further step of any call; raises ``Malformed``."""
    sid = call_sid(form, account_sid)
    match kind:
        case Kind.KEYS:
            return sid, KeysPressed(_keys(form))
        case Kind.SOUND:
            return sid, _sound(form)
        case Kind.DIAL:
            was_joined = optional(form, "DialBridged") != "false"
            result = read_dial_status(word(form, "DialCallStatus", _STATUS), was_joined=was_joined)
            return sid, DialEnded(result, _leg(form))
        case Kind.QUEUE:
            return sid, QueueLeft(read_queue_result(word(form, "QueueResult", _STATUS)))
        case Kind.HOLD:
            return sid, HeldOn()
        case _:
            assert_never(kind)


def _leg(form: MultiDict[str, str]) -> str:
    """A leg that was never placed has no name."""
    leg = optional(form, "DialCallSid")
    return leg if leg and _CALL_SID.fullmatch(leg) else ""


def parse_answered(form: MultiDict[str, str], account_sid: str, attempt: str) -> tuple[str, CallAnswered]:
    """Read that a call we placed was picked up; raises ``Malformed``."""
    sid = call_sid(form, account_sid)
    by = read_answered_by(word(form, "AnsweredBy", _STATUS)) if optional(form, "AnsweredBy") else AnsweredBy.PERSON
    return sid, CallAnswered(attempt, by)


def parse_call_receipt(form: MultiDict[str, str], account_sid: str, attempt: str) -> CallReceipt | None:
    """Read how a call we placed goes; raises ``Malformed``. ``None``: nothing that we keep."""
    sid = call_sid(form, account_sid)
    progress = read_call_status(word(form, "CallStatus", _STATUS))
    code = error_code(form)
    return CallReceipt(attempt, sid, progress.rank, progress.outcome, code) if progress else None


def parse_caller_gone(form: MultiDict[str, str], account_sid: str) -> str | None:
    """The incoming call that is over; ``None`` while it goes on. Raises ``Malformed``."""
    sid = call_sid(form, account_sid)
    progress = read_call_status(word(form, "CallStatus", _STATUS))
    return sid if progress and progress.is_final else None


def call_sid(form: MultiDict[str, str], account_sid: str) -> str:
    """Which call a form of ours is about; raises ``Malformed``."""
    return named(form, account_sid, "CallSid", _CALL_SID)


def _number(raw: str) -> PhoneNumber | None:
    try:
        return parse_address(raw)
    except NotAPhoneNumber:
        return None


def _keys(form: MultiDict[str, str]) -> str:
    """The first of them. A to D are tones that no telephone of today has a key for: they are not heard."""
    tones = optional(form, "Digits") or ""
    if not _TONES.fullmatch(tones):
        raise Malformed("Digits are not keys")
    return _LETTERED_TONES.sub("", tones)[:MOST_KEYS]


def _sound(form: MultiDict[str, str]) -> SoundRecorded:
    hung_up = optional(form, "Digits") == _HUNG_UP
    sid = _recording(form)
    if sid is None:
        return SoundRecorded(None, 0, hung_up)
    seconds = required(form, "RecordingDuration")
    if not _SECONDS.fullmatch(seconds) or int(seconds) > LONGEST_SOUND:
        raise Malformed("RecordingDuration is not a number of seconds")
    return SoundRecorded(sid, int(seconds), hung_up)


def _recording(form: MultiDict[str, str]) -> str | None:
    """The recording's SID; only its address is documented, and ends in it."""
    sid, url = optional(form, "RecordingSid"), optional(form, "RecordingUrl")
    told = sid or (url or "").rpartition("/")[2]
    if told and not _RECORDING_SID.fullmatch(told):
        raise Malformed("RecordingSid does not look like one")
    return told or None
