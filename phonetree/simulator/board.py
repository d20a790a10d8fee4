"""What the carrier's calls have in common: the records, the queues, the recordings, ringing, answering and ending."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, assert_never

from phonetree.simulator.answer_plans import (
    AnswerPlan,
    Busy,
    ByHand,
    MachineAnswers,
    PicksUp,
    RingsOut,
    Unobtainable,
)
from phonetree.simulator.call_forms import call_form, report_form
from phonetree.simulator.call_reports import CallReport, CallReports
from phonetree.simulator.calls import PROGRESS, Ask, Call, CallDirection, CallLedger, CallStatus
from phonetree.simulator.leg_events import Need
from phonetree.simulator.legs import Leg
from phonetree.simulator.messages import new_sid
from phonetree.simulator.network import Network
from phonetree.simulator.sounds import Recordings
from phonetree.simulator.voice_twiml import read_document, read_voice
from phonetree.simulator.voice_verbs import Verb
from phonetree.simulator.webhooks import WebhookError

USUAL_RINGS = 3.0
"""Seconds until somebody who answers has picked up."""


@dataclass(slots=True, eq=False)
class CallQueue:
    """Callers who wait, first come first served, and those who wait for one to come."""

    sid: str = field(default_factory=lambda: new_sid("QU"))
    callers: list[Leg] = field(default_factory=list)
    takers: list[Leg] = field(default_factory=list)


class Board:
    """Not thread-safe: every method runs on the carrier's loop."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.ledger = CallLedger()
        self.recordings = Recordings()
        self.queues: dict[str, CallQueue] = {}
        self.reports = CallReports(network)
        self._live: dict[asyncio.Task[None], Leg] = {}
        self._legs: dict[str, Leg] = {}

    @property
    def is_quiet(self) -> bool:
        """Every call waits for a person, if it is not over."""
        return all(leg.need is not None for leg in list(self._live.values()))

    def pace(self) -> float:
        return self.network.behaviour.call_pace

    def new_call(self, sender: str, recipient: str, direction: CallDirection) -> Call:
        now = self.network.clock()
        call = Call(sender, recipient, direction, time.monotonic(), now)
        call.updated_at = now
        return call

    def connect(self, call: Call, number: str, plan: AnswerPlan | None = None) -> Leg:
        """Put a call on record and onto the telephone with this number."""
        phone = self.network.phones.touch(number)
        leg = Leg(call, number, plan or phone.next_plan(), self.pace, self.network.tell)
        self.ledger.add(call)
        self._legs[call.sid] = leg
        phone.legs.append(leg)
        self.network.tell()
        return leg

    def leg_of(self, call: Call) -> Leg:
        return self._legs[call.sid]

    def spawn(self, leg: Leg, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Go on with a call, apart from all others."""
        task = asyncio.get_running_loop().create_task(work)
        self._live[task] = leg
        task.add_done_callback(self._forget)
        return task

    async def close(self) -> None:
        for task in (pending := list(self._live)):
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)

    async def fetch(self, leg: Leg, ask: Ask) -> tuple[Verb, ...]:
        """The next document of a call. Raises WebhookError."""
        if ask.document is not None:
            return read_document(ask.document, ask.url)
        form = call_form(self.network.account.sid, leg.call) | ask.fields
        leg.posted = Ask(ask.url, ask.method, form)
        return read_voice(await self.network.poster.fetch(ask.url, form, ask.method))

    async def post_again(self, leg: Leg) -> str:
        """The last step of a call once more, as it was; the answer is not played. Raises WebhookError."""
        if leg.posted is None:
            raise ValueError("nothing to repeat")
        answer = await self.network.poster.fetch(leg.posted.url, leg.posted.fields, leg.posted.method)
        return answer.body.decode()

    async def tell_afterwards(self, leg: Leg, ask: Ask) -> None:
        """Post how a verb ended that was cut off by hanging up; whatever is answered is not played."""
        self.end(leg)
        try:
            await self.fetch(leg, ask)
        except WebhookError as failure:
            self.network.complain("call that is over", failure)

    # --- from the first ring to the last ------------------------------------------------------------------------------

    async def ring(self, leg: Leg, seconds: float) -> CallStatus:
        """Ring a telephone: ``IN_PROGRESS`` when it is picked up. Raises LineClosed where the call is withdrawn."""
        match leg.plan:
            case PicksUp() | MachineAnswers():
                await leg.pass_time(min(USUAL_RINGS, seconds))
                return CallStatus.IN_PROGRESS
            case RingsOut():
                await leg.pass_time(seconds)
                return CallStatus.NO_ANSWER
            case Busy():
                return CallStatus.BUSY
            case Unobtainable():
                return CallStatus.FAILED
            case ByHand():
                if not await leg.rest(Need.PICK_UP, lambda: leg.is_picked_up or leg.is_refused, seconds):
                    return CallStatus.NO_ANSWER
                return CallStatus.BUSY if leg.is_refused else CallStatus.IN_PROGRESS
            case _:
                assert_never(leg.plan)

    def answer(self, leg: Leg) -> None:
        """The call begins to count."""
        leg.seconds = 0.0
        leg.call.started_at = self.network.clock()
        self.turn(leg.call, CallStatus.IN_PROGRESS)

    def end(self, leg: Leg, status: CallStatus | None = None) -> None:
        """The call is over, if it was not before; told once."""
        call = leg.call
        if call.is_final:
            return
        was_answered = call.status is CallStatus.IN_PROGRESS
        leg.hang_up()
        call.ended_at, call.duration = self.network.clock(), int(leg.seconds) if was_answered else None
        is_ours = call.direction is not CallDirection.INBOUND
        unanswered = CallStatus.CANCELED if is_ours else CallStatus.NO_ANSWER
        self.turn(call, status or (CallStatus.COMPLETED if was_answered else unanswered))

    def turn(self, call: Call, status: CallStatus) -> None:
        """A call comes to another status, and whoever asked for it is told."""
        call.status, call.updated_at = status, self.network.clock()
        url, method = self._report_address(call)
        if url is not None:
            form = report_form(self.network.account.sid, call, call.updated_at)
            self.reports.send(call.sid, CallReport("call status", url, method, form), is_last=call.is_final)
            call.sequence += 1
        self.network.tell()

    def _report_address(self, call: Call) -> tuple[str | None, str]:
        event = PROGRESS.get(call.status, "completed")
        if call.direction is CallDirection.API and event in call.events:
            return call.callback_url, call.callback_method
        line = self.network.lines.get(call.recipient) if call.direction is CallDirection.INBOUND else None
        return (line.call_status_url if line is not None and call.is_final else None), "POST"

    def _forget(self, task: asyncio.Task[None]) -> None:
        leg = self._live.pop(task)
        self.network.tell()
        if not task.cancelled() and task.exception() is not None:
            self.network.complain("the simulator itself", WebhookError(0, f"{type(task.exception()).__name__}"))
            self.end(leg)
