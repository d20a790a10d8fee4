"""What somebody does at a drawn telephone: write, dial, press, pick up, let it ring, speak, hang up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from phonetree.simulator.answer_plans import ByHand
from phonetree.simulator.inbound import receive
from phonetree.simulator.leg_events import Need, Speech
from phonetree.simulator.legs import Leg
from phonetree.simulator.messages import LONGEST_BODY
from phonetree.simulator.page import words
from phonetree.simulator.page.book import LineKind
from phonetree.simulator.page.deck import Deck, Drawn
from phonetree.simulator.page.standing import State
from phonetree.simulator.phone_calls import EVERY_KEY
from phonetree.simulator.switchboard import Switchboard

SPEAKS = 5
"""Seconds, whenever somebody speaks after a tone."""
MOST_DIALLED, NATIONAL_DIGITS = 15, 10
Form = Mapping[str, str]


class NotNow(Exception):
    """It makes no sense at this telephone just now; says why, to who tried."""


class Acts:
    """Not thread-safe: every method runs on the carrier's loop. Raises NotNow."""

    def __init__(self, deck: Deck, switchboard: Switchboard) -> None:
        self._deck = deck
        self._switchboard = switchboard
        self._by_name: Mapping[str, Callable[[Drawn, str], None]] = MappingProxyType(
            {"green": self._green, "red": self._red, "left": self._left, "right": self._right}
        )

    async def perform(self, drawn: Drawn, form: Form) -> None:
        """Whatever the pressed button of a telephone's form says; without one it is the text that is sent."""
        line = form.get("to") or next(iter(self._deck.network.lines), "")
        if keys := form.get("keys"):
            self._press(drawn, keys)
        elif act := self._by_name.get(form.get("act", "")):
            act(drawn, line)
        else:
            await self._write(drawn, line, form.get("body", ""))
        self._deck.network.tell()

    async def _write(self, drawn: Drawn, line: str, body: str) -> None:
        if line not in self._deck.network.lines:
            raise NotNow(words.NO_SUCH_NUMBER.format(number=next(iter(self._deck.network.lines), "")))
        if not body.strip():
            raise NotNow(words.NOTHING_WRITTEN)
        await receive(self._deck.network, drawn.face.number, line, body[:LONGEST_BODY])

    def _press(self, drawn: Drawn, keys: str) -> None:
        if not EVERY_KEY.issuperset(keys):
            raise NotNow(words.NOT_NOW.format(state=keys[:MOST_DIALLED]))
        match self._state(drawn), drawn.call:
            case State.IN_CALL, Leg() as leg:
                drawn.watch.write(LineKind.KEYS, words.PRESSED.format(keys=keys))
                leg.press(keys)
            case State.IDLE, _:
                drawn.dialled = (drawn.dialled + keys)[:MOST_DIALLED]
            case _:
                raise self._not_now(drawn)

    def _green(self, drawn: Drawn, line: str) -> None:
        """Pick up, or call what was dialled; the tree where nothing was."""
        match self._state(drawn), drawn.call:
            case State.RINGING, Leg() as leg:
                leg.pick_up()
            case State.IDLE, _:
                number = _in_full(drawn.dialled) if drawn.dialled else line
                if number not in self._deck.network.lines:
                    raise NotNow(words.NO_SUCH_NUMBER.format(number=line))
                drawn.dialled = ""
                self._switchboard.receive(drawn.face.number, number, ByHand())
            case _:
                raise self._not_now(drawn)

    def _red(self, drawn: Drawn, line: str) -> None:  # noqa: ARG002  every key is told the line
        match self._state(drawn), drawn.call:
            case State.RINGING, Leg() as leg:
                leg.refuse()
            case _, Leg() as leg:
                leg.hang_up()
            case _:
                drawn.dialled = ""

    def _left(self, drawn: Drawn, line: str) -> None:  # noqa: ARG002
        """Erase a digit, let it ring, or say nothing."""
        match self._state(drawn), drawn.call:
            case State.RINGING, Leg() as leg:
                leg.stay_silent()
            case State.IN_CALL, Leg(need=Need.KEYS | Need.SOUND) as leg:
                drawn.watch.write(LineKind.KEYS, words.WAITED)
                leg.stay_silent()
            case State.IDLE, _:
                drawn.dialled = drawn.dialled[:-1]
            case _:
                raise self._not_now(drawn)

    def _right(self, drawn: Drawn, line: str) -> None:  # noqa: ARG002
        """Erase all digits, let the voicemail answer, or speak."""
        match self._state(drawn), drawn.call:
            case State.RINGING, Leg() as leg:
                leg.let_machine_answer()
            case State.IN_CALL, Leg(need=Need.SOUND) as leg:
                drawn.watch.write(LineKind.KEYS, words.SPOKE.format(seconds=SPEAKS))
                leg.speak(Speech(SPEAKS, "#"))
            case State.IDLE, _:
                drawn.dialled = ""
            case _:
                raise self._not_now(drawn)

    def _state(self, drawn: Drawn) -> State:
        return self._deck.standing(drawn).state

    def _not_now(self, drawn: Drawn) -> NotNow:
        return NotNow(words.NOT_NOW.format(state=self._deck.standing(drawn).words))


def _in_full(digits: str) -> str:
    """As E.164; ten digits are a national number."""
    return f"+1{digits}" if len(digits) == NATIONAL_DIGITS else f"+{digits}"
