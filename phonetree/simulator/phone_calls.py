"""A call as it is in somebody's hand: press, speak, listen, hang up, from a test or the demo, on another thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from phonetree.simulator.answer_plans import Heard
from phonetree.simulator.calls import CallDirection, CallStatus
from phonetree.simulator.leg_events import Need, Speech
from phonetree.simulator.legs import Leg

EVERY_KEY = frozenset("1234567890*#")


class Operator(Protocol):
    """What a call in the hand needs of the carrier, from any thread."""

    def act(self, action: Callable[[], None]) -> None: ...
    def post_again(self, leg: Leg) -> str: ...
    def wait_for(self, predicate: Callable[[], bool], timeout: float = ...) -> bool: ...


class PhoneCall:
    """One call at one telephone. Every act waits until the call waits for somebody, before and after.

    Acts raise TimeoutError where the call does not come to rest, and RuntimeError where it is over.
    """

    def __init__(self, leg: Leg, operator: Operator, timeout: float = 5.0) -> None:
        self._leg = leg
        self._operator = operator
        self._timeout = timeout

    # --- what happens in it -------------------------------------------------------------------------------------------

    @property
    def sid(self) -> str:
        return self._leg.call.sid

    @property
    def direction(self) -> CallDirection:
        """As the provider names it: ``inbound`` is a call that this telephone made."""
        return self._leg.call.direction

    @property
    def status(self) -> CallStatus:
        return self._leg.call.status

    @property
    def needs(self) -> Need | None:
        """What it waits for; None while it moves, and when it is over."""
        return self._leg.need

    @property
    def is_over(self) -> bool:
        return self._leg.is_over and self._leg.call.is_final

    @property
    def heard(self) -> tuple[Heard, ...]:
        return tuple(self._leg.heard)

    @property
    def just_heard(self) -> tuple[Heard, ...]:
        """What was heard since the last key, word or silence at this end."""
        return tuple(self._leg.heard[self._leg.just_heard_from :])

    @property
    def words(self) -> tuple[str, ...]:
        """What was said to it, without what was played."""
        return tuple(heard.words for heard in self.heard if heard.words)

    @property
    def seen_number(self) -> str:
        """The number that this telephone shows for the other side."""
        call = self._leg.call
        return call.recipient if call.direction is CallDirection.INBOUND else call.sender

    @property
    def joined_with(self) -> str | None:
        """The telephone at the other end while two are joined, whatever either of them is shown."""
        partner = self._leg.partner
        return None if partner is None else partner.number

    @property
    def was_joined_with(self) -> tuple[str, ...]:
        return tuple(self._leg.met)

    # --- what somebody does -------------------------------------------------------------------------------------------

    def press(self, keys: str, *, early: bool = False) -> None:
        """Press keys once it waits; *early*: now, whatever is being said."""
        if not EVERY_KEY.issuperset(keys):
            raise ValueError("not on the keypad")
        self._act(lambda: self._leg.press(keys), is_early=early)

    def speak(self, seconds: float, *, key: str = "", hangs_up: bool = False) -> None:
        """Speak after the tone, then press *key*, hang up, or fall silent."""
        self._act(lambda: self._leg.speak(Speech(seconds, "hangup" if hangs_up else key)))

    def stay_silent(self) -> None:
        """Do nothing until the carrier's patience is over."""
        self._act(self._leg.stay_silent)

    def pick_up(self) -> None:
        self._act(self._leg.pick_up)

    def refuse(self) -> None:
        """Be busy."""
        self._act(self._leg.refuse)

    def hang_up(self) -> None:
        """Hang up, at once."""
        self._operator.act(self._leg.hang_up)
        self.wait_until_at_rest()

    def repeat(self) -> str:
        """The carrier posts the last step of the call once more; the document that it got, which is not played."""
        return self._operator.post_again(self._leg)

    # --- waiting ------------------------------------------------------------------------------------------------------

    def wait_for(self, words: str = "", *, timeout: float | None = None) -> bool:
        """Whether these words were said in time, or anything at all."""
        return self._wait(lambda: any(words in heard.words for heard in list(self._leg.heard)), timeout)

    def wait_until_joined(self, *, timeout: float | None = None) -> bool:
        return self._wait(lambda: self._leg.bridge is not None, timeout)

    def wait_until_over(self, *, timeout: float | None = None) -> bool:
        return self._wait(lambda: self.is_over, timeout)

    def wait_until_at_rest(self) -> None:
        if not self._wait(lambda: self._leg.is_at_rest, None):
            raise TimeoutError("the call goes on and on")

    def _wait(self, predicate: Callable[[], bool], timeout: float | None) -> bool:
        return self._operator.wait_for(predicate, self._timeout if timeout is None else timeout)

    def _act(self, action: Callable[[], None], *, is_early: bool = False) -> None:
        if not is_early:
            self.wait_until_at_rest()
        if self._leg.is_over:
            raise RuntimeError("the call is over")
        self._operator.act(action)
        self.wait_until_at_rest()
