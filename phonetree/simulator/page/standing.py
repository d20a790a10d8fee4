"""How one telephone stands: idle, ringing or in a call, and what its keys mean just now."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from phonetree.simulator.calls import CallDirection, CallStatus
from phonetree.simulator.handsets import Phone
from phonetree.simulator.leg_events import Need
from phonetree.simulator.legs import Leg
from phonetree.simulator.page import words


class State(StrEnum):
    IDLE = "idle"
    RINGING = "ringing"
    CALLING = "calling"
    IN_CALL = "in-call"


@dataclass(frozen=True, slots=True)
class Standing:
    """What is told above the display, and what stands on the four keys whose meaning changes."""

    state: State
    words: str
    left: str
    right: str
    green: str
    red: str


_KEYS = {
    State.IDLE: ("Erase", "Erase all", "Call", "Hang up"),
    State.RINGING: ("Let it ring", "Voicemail", "Pick up", "Decline"),
    State.CALLING: ("Say nothing", "Speak", "Call", "Hang up"),
    State.IN_CALL: ("Say nothing", "Speak", "Call", "Hang up"),
}
_WAITS_FOR = {
    Need.KEYS: words.ASKED,
    Need.SOUND: words.AFTER_TONE,
    Need.QUEUE: words.ON_HOLD,
    Need.ANOTHER: words.ANOTHER,
}


def call_of(phone: Phone) -> Leg | None:
    """The call that its keys act on: the first that is not over."""
    return next((leg for leg in phone.legs[-MOST_AT_ONCE:] if not (leg.is_over or leg.call.is_final)), None)


MOST_AT_ONCE = 20
"""Calls of one telephone that are looked at: all before them are over."""


def standing_of(leg: Leg | None, dialled: str, partner: str) -> Standing:
    """*partner*: who is at the other end, in words, where somebody is."""
    state = _state_of(leg)
    return Standing(state, _words_of(state, leg, dialled, partner), *_KEYS[state])


def _state_of(leg: Leg | None) -> State:
    if leg is None:
        return State.IDLE
    if leg.call.status is CallStatus.IN_PROGRESS:
        return State.IN_CALL
    return State.CALLING if leg.call.direction is CallDirection.INBOUND else State.RINGING


def _words_of(state: State, leg: Leg | None, dialled: str, partner: str) -> str:
    if leg is None:
        return words.DIALLING.format(digits=dialled) if dialled else words.IDLE
    if state is State.RINGING:
        return words.RINGING.format(number=leg.call.sender)
    if state is State.CALLING:
        return words.CALLING
    if partner:
        return words.TALKING.format(who=partner)
    return words.LISTENING if leg.need is None else _WAITS_FOR.get(leg.need, words.LISTENING)
