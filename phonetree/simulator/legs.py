"""One end of a call: what its telephone heard, what somebody does there, and how the player waits for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from phonetree.simulator.answer_plans import AnswerPlan, ByHand, Heard, MachineAnswers, PicksUp
from phonetree.simulator.calls import Ask, Call
from phonetree.simulator.leg_events import Diverted, LineClosed, Need, Speech

BREATH = 0.02
"""The least that a pause takes, in seconds of real time: documents that are asked for again and again do not spin."""


class Taken(Exception):
    """Somebody joined this caller, who was waiting in a queue."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__("the caller was taken from the queue")
        self.bridge = bridge


@dataclass(slots=True, eq=False)
class Bridge:
    """Two telephones that hear each other."""

    ends: tuple[Leg, Leg]
    is_over: bool = False

    def part(self) -> None:
        if not self.is_over:
            self.is_over = True
            for leg in self.ends:
                leg.bridge = None
                leg.stir()


class Leg:
    """Lives on the carrier's loop; attributes may be read from any thread."""

    def __init__(
        self, call: Call, number: str, plan: AnswerPlan, pace: Callable[[], float], tell: Callable[[], None]
    ) -> None:
        self.call, self.number, self.plan = call, number, plan
        self.heard: list[Heard] = []
        self.just_heard_from = 0
        self.keys = ""
        self.speech: Speech | None = None
        self.need: Need | None = None
        self.bridge: Bridge | None = None
        self.met: list[str] = []
        self.is_over = self.is_picked_up = self.is_refused = False
        self.taken: Bridge | None = None
        self.wanted: Ask | None = None
        self.posted: Ask | None = None
        self.seconds = 0.0
        """How long the call has lasted, in its own time."""
        self.pace = pace
        self._tell = tell
        self._acted = asyncio.Event()
        self._is_silent = self._is_ahead = False
        self._questions = 0

    @property
    def is_at_rest(self) -> bool:
        """Over, or waiting for somebody."""
        return self.need is not None or (self.is_over and self.call.is_final)

    @property
    def partner(self) -> Leg | None:
        bridge = self.bridge
        return None if bridge is None else bridge.ends[bridge.ends[0] is self]

    # --- what somebody does at the telephone --------------------------------------------------------------------------

    def press(self, keys: str) -> None:
        self.keys += keys
        self._act()

    def speak(self, speech: Speech) -> None:
        self.speech = speech
        self._act()

    def stay_silent(self) -> None:
        self._is_silent = True
        self._act()

    def pick_up(self) -> None:
        self.is_picked_up = True
        self._act()

    def let_machine_answer(self) -> None:
        """Nobody comes: their voicemail takes the call."""
        self.plan = MachineAnswers()
        self.pick_up()

    def refuse(self) -> None:
        self.is_refused = True
        self._act()

    def hang_up(self) -> None:
        self.is_over = True
        if self.bridge is not None:
            self.bridge.part()
        self.stir()

    def divert(self, ask: Ask) -> None:
        self.wanted = ask
        if self.bridge is not None:
            self.bridge.part()
        self.stir()

    def stir(self) -> None:
        """Something changed: whoever waits looks again."""
        self.need = None
        self._acted.set()
        self._tell()

    def _act(self) -> None:
        self.just_heard_from = len(self.heard)
        self.stir()

    # --- how the player waits -----------------------------------------------------------------------------------------

    def check(self) -> None:
        """Raises LineClosed, Diverted or Taken where that is what became of the call meanwhile."""
        if self.is_over:
            raise LineClosed
        if self.wanted is not None:
            wanted, self.wanted = self.wanted, None
            raise Diverted(wanted)
        if self.taken is not None:
            taken, self.taken = self.taken, None
            raise Taken(taken)

    def hear(self, heard: Heard) -> None:
        self.heard.append(heard)
        self._tell()

    async def pass_time(self, seconds: float, is_cut: Callable[[], bool] | None = None, least: float = 0.0) -> None:
        """Let *seconds* of the call go by, or fewer when it is cut short. Raises as ``check``."""
        limit = max(seconds * self.pace(), least)
        if limit:
            with suppress(TimeoutError):
                async with asyncio.timeout(limit):
                    while is_cut is None or not is_cut():
                        await self._stirred(None)
        self.seconds += seconds
        self.check()

    def answer_early(self) -> None:
        """Somebody who does not wait for the end of a question answers it now."""
        if isinstance(self.plan, PicksUp) and self.plan.barges_in:
            self._follow_plan(Need.KEYS)
            self._is_ahead = True

    async def rest(self, need: Need, is_done: Callable[[], bool], seconds: float | None) -> bool:
        """Wait for the person: whether they acted in time. *seconds*, of the call's own time, start with each act."""
        if not self._is_ahead:
            self._follow_plan(need)
        self._is_ahead = False
        limit = None if seconds is None or self._is_patient(need) else seconds * self.pace()
        # a plan is as good as done: only who may take any time lets the call rest
        is_restful = limit is None or (isinstance(self.plan, ByHand) and limit > 0)
        try:
            while not is_done():
                self.need = need if is_restful else None
                self._tell()
                if not await self._stirred(limit) or self._is_silent:
                    break
        finally:
            self.need, self._is_silent = None, False
        self.seconds += 0.0 if is_done() else seconds or 0.0
        self.check()
        return is_done()

    async def talk(self, bridge: Bridge) -> None:
        """Stay on the line until one of the two hangs up. Raises as ``check``."""
        limit = self.plan.talks if isinstance(self.plan, PicksUp) else None
        if not await self.rest(Need.TALK, lambda: bridge.is_over, limit):
            self.hang_up()
            self.check()

    def _is_patient(self, need: Need) -> bool:
        """Time stands still until whoever drives this telephone by hand has acted."""
        return isinstance(self.plan, ByHand) and self.pace() == 0 and need is not Need.ANOTHER

    async def _stirred(self, limit: float | None) -> bool:
        self.check()
        self._acted.clear()
        try:
            async with asyncio.timeout(limit):
                await self._acted.wait()
        except TimeoutError:
            return False
        self.check()
        return True

    def _follow_plan(self, need: Need) -> None:
        """What the plan does about a question or a tone."""
        if not isinstance(self.plan, PicksUp) or need not in {Need.KEYS, Need.SOUND}:
            return
        self._questions += 1
        if self._questions == self.plan.hangs_up_after:
            self.hang_up()
        elif need is Need.SOUND and self.plan.speaks:
            self.speech = Speech(self.plan.speaks)
        elif need is Need.KEYS:
            self.keys += self._planned_keys(self.plan) or ""

    def _planned_keys(self, plan: PicksUp) -> str | None:
        if callable(plan.keys):
            return plan.keys(tuple(self.heard))
        asked = self._questions - 1
        return plan.keys[asked] if asked < len(plan.keys) else None


def join(one: Leg, other: Leg) -> Bridge:
    """From now on they hear each other."""
    bridge = Bridge((one, other))
    for leg, partner in ((one, other), (other, one)):
        leg.met.append(partner.number)
        leg.bridge = bridge
        leg.stir()
    return bridge
