"""Calls there and back: from a handset to a number of the account, and those that the school asks for over REST."""

from __future__ import annotations

import asyncio
import time

from phonetree.simulator.answer_plans import AnswerPlan, MachineAnswers, PicksUp
from phonetree.simulator.board import Board
from phonetree.simulator.call_checks import CallForm, refusal_of_call, refusal_of_change
from phonetree.simulator.calls import LONGEST_CALL, USUAL_RINGING, Ask, Call, CallDirection, CallStatus
from phonetree.simulator.leg_events import Diverted, LineClosed
from phonetree.simulator.legs import Leg
from phonetree.simulator.lines import Line
from phonetree.simulator.network import Network
from phonetree.simulator.player import play
from phonetree.simulator.refusals import REFUSALS, Refusal
from phonetree.simulator.webhooks import WebhookError

LONGEST_WAIT = 86_400.0
"""Seconds of calls that may queue at one number."""


class Switchboard:
    """Not thread-safe: every method runs on the carrier's loop."""

    def __init__(self, network: Network) -> None:
        self.board = Board(network)
        self._network = network
        self._free_at: dict[str, float] = {}

    def receive(self, handset: str, number: str, plan: AnswerPlan, shown: str | None = None) -> Leg:
        """A call from a handset, which goes on by itself; *shown* instead of the handset's own number."""
        call = self.board.new_call(shown or handset, number, CallDirection.INBOUND)
        call.status, line = CallStatus.RINGING, self._network.lines[number]
        call.fallback_url = line.voice_fallback_url
        leg = self.board.connect(call, handset, plan)
        if line.voice_url is None:
            self._network.complain("voice_url", WebhookError(11100, "nobody is asked about calls to this number"))
            self.board.end(leg, CallStatus.FAILED)
        else:
            self.board.spawn(leg, self._conduct(leg, Ask(line.voice_url)))
        return leg

    def accept(self, form: CallForm) -> Call | Refusal:
        """Judge a request to call; what is accepted goes on its way with ``submit``."""
        refusal = refusal_of_call(form, self._network.lines)
        if refusal is not None:
            return refusal
        if self._free_at.get(form["From"], 0.0) - time.monotonic() > LONGEST_WAIT:
            return REFUSALS[22005]
        return self._requested(form)

    def submit(self, call: Call) -> None:
        leg = self.board.connect(call, call.recipient)
        self.board.spawn(leg, self._place(leg))

    def change(self, call: Call, form: CallForm) -> Refusal | None:
        """End a call, or send it elsewhere."""
        refusal = refusal_of_change(call, form)
        if refusal is not None:
            return refusal
        leg = self.board.leg_of(call)
        if "Status" not in form:
            document = form["Twiml"].encode() if "Twiml" in form else None
            leg.divert(Ask(form.get("Url", "http://localhost/"), form.get("Method", "POST"), document=document))
        elif form["Status"] == "completed" or call.status is not CallStatus.IN_PROGRESS:
            leg.hang_up()
            if call.status is not CallStatus.IN_PROGRESS:
                self.board.end(leg, CallStatus.CANCELED)
        return None

    def _requested(self, form: CallForm) -> Call:
        call = self.board.new_call(form["From"], form["To"], CallDirection.API)
        document = form["Twiml"].encode() if "Twiml" in form else None
        call.first = Ask(form.get("Url", "http://localhost/"), form.get("Method", "POST"), document=document)
        call.fallback_url = form.get("FallbackUrl")
        call.callback_url, call.callback_method = form.get("StatusCallback"), form.get("StatusCallbackMethod", "POST")
        call.events = frozenset(form.get("StatusCallbackEvent", "completed").split())
        call.rings = int(form.get("Timeout", USUAL_RINGING))
        call.time_limit = int(form.get("TimeLimit", LONGEST_CALL))
        call.detection = form.get("MachineDetection")
        return call

    async def _place(self, leg: Leg) -> None:
        """Wait for the number's turn, ring, and go on with whoever answers."""
        call = leg.call
        try:
            await leg.pass_time(0, least=self._turn_of(call.sender))
            for status in (CallStatus.INITIATED, CallStatus.RINGING):
                self.board.turn(call, status)
            result = await self.board.ring(leg, call.rings)
        except (LineClosed, Diverted):
            self.board.end(leg, CallStatus.CANCELED)
            return
        if result is not CallStatus.IN_PROGRESS:
            self.board.end(leg, result)
            return
        self.board.answer(leg)
        if self.board.pace():
            asyncio.get_running_loop().call_later(call.time_limit * self.board.pace(), leg.hang_up)
        await self._conduct(leg, call.first or Ask(""))

    def _turn_of(self, number: str) -> float:
        """Seconds until this number may begin its next call."""
        now, rate = time.monotonic(), self._network.lines.get(number, Line()).calls_per_second
        begins = max(now, self._free_at.get(number, 0.0))
        self._free_at[number] = begins + 1 / rate
        return begins - now

    async def _conduct(self, leg: Leg, ask: Ask) -> None:
        try:
            await _detect(leg)
            await play(self.board, leg, ask)
        except (LineClosed, Diverted):
            pass
        finally:
            self.board.end(leg)


async def _detect(leg: Leg) -> None:
    """Find out, where that was asked for, whether a machine answered; and wait for its beep."""
    call, plan = leg.call, leg.plan
    if call.detection is None:
        return
    taken_for = plan.taken_for if isinstance(plan, PicksUp | MachineAnswers) else "human"
    is_machine, waits = taken_for.startswith("machine"), call.detection == "DetectMessageEnd"
    if is_machine and waits and isinstance(plan, MachineAnswers):
        await leg.pass_time(plan.greeting)
    call.answered_by = "machine_start" if is_machine and not waits else taken_for
