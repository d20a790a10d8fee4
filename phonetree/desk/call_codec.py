"""A call's answer as words to store, so that a repeat of a webhook gets the very same answer (decisions 3)."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import timedelta
from typing import Any

from phonetree.desk import call_answers
from phonetree.desk.call_answers import CallAnswer
from phonetree.words.numbers import PhoneNumber
from phonetree.words.speech import Paused, Played, Said

_KINDS: dict[str, Any] = {
    kind.__name__: kind
    for kind in (
        Said,
        Played,
        Paused,
        call_answers.Gather,
        call_answers.TakeRecording,
        call_answers.Queue,
        call_answers.DialOut,
        call_answers.JoinQueue,
        call_answers.HoldOn,
        call_answers.JoinNow,
        call_answers.HangUp,
    )
}


def dump_answer(answer: CallAnswer) -> str:
    return json.dumps(_plain(answer))


def load_answer(stored: str) -> CallAnswer:
    answer: CallAnswer = _value(json.loads(stored))
    return answer


def _plain(value: object) -> Any:
    match value:
        case timedelta():
            return {"seconds": value.total_seconds()}
        case PhoneNumber():
            return {"number": value.e164}
        case tuple():
            return [_plain(each) for each in value]
        case _ if is_dataclass(value):
            return {"kind": type(value).__name__} | {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
        case _:
            return value


def _value(plain: Any) -> Any:
    match plain:
        case {"seconds": seconds} if len(plain) == 1:
            return timedelta(seconds=seconds)
        case {"number": number} if len(plain) == 1:
            return PhoneNumber(number)
        case {"kind": kind, **rest}:
            return _KINDS[kind](**{str(name): _value(each) for name, each in rest.items()})
        case list():
            return tuple(_value(each) for each in plain)
        case _:
            return plain
