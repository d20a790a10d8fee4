"""Everything between the numbers and the handsets: accepting, queueing, delivering; lives on one event loop."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from typing import Any

from phonetree.simulator.callbacks import Receipts, arrivals
from phonetree.simulator.checks import Form, refusal_of
from phonetree.simulator.handsets import OUTCOMES, Phones, Received
from phonetree.simulator.lines import Behaviour, Line, Lines
from phonetree.simulator.messages import LONGEST_VALIDITY, Direction, Ledger, Message, Status
from phonetree.simulator.optout import OptOuts
from phonetree.simulator.queues import SendingQueue
from phonetree.simulator.refusals import REFUSALS, Refusal
from phonetree.simulator.standing import StandingOfAccount
from phonetree.simulator.webhooks import Poster, WebhookError
from phonetree.simulator.wire import Wire
from phonetree.words.ports import Clock
from phonetree.words.segments import measure


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something the school's side did wrong: the provider's code and where."""

    code: int
    where: str
    reason: str


@dataclass(frozen=True, slots=True, repr=False)
class Account:
    """Who may use the carrier: by the auth token, which also signs, or by an API key and its secret."""

    sid: str
    auth_token: str
    api_keys: Mapping[str, str]


class Network:
    """Not thread-safe: every method runs on the carrier's loop. ``tell`` is called after each change."""

    def __init__(self, account: Account, lines: Lines, clock: Clock, tell: Callable[[], None], seed: int) -> None:
        self.account = account
        self.lines: dict[str, Line] = dict(lines)
        self.behaviour = Behaviour()
        self.ledger = Ledger()
        self.phones = Phones()
        self.opt_outs = OptOuts()
        self.complaints: list[Complaint] = []
        self.standing = StandingOfAccount()
        self.clock = clock
        self.wire = Wire()
        self.poster = Poster(account.auth_token, self.wire)
        self.tell = tell
        self._receipts = Receipts(account.sid, self.poster)
        self._queues: dict[str, SendingQueue] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.chance = random.Random(seed)  # noqa: S311  for faults that repeat with a seed, not for secrets

    @property
    def is_quiet(self) -> bool:
        """Nothing is waiting to leave and no receipt is under way."""
        return not self._tasks and not any(queue.waiting_segments for queue in self._queues.values())

    def open(self) -> None:
        """Take up work on the running loop, which may be another than last time."""
        self._receipts = Receipts(self.account.sid, self.poster)
        for queue in self._queues.values():
            queue.resume()

    async def close(self) -> None:
        for queue in self._queues.values():
            queue.pause()
        for task in (pending := list(self._tasks)):
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        await self.poster.close()

    def set_line(self, number: str, line: Line) -> None:
        self.lines = {**self.lines, number: line}  # set anew: the loop may be reading the old one
        if number in self._queues:
            self._queues[number].line = line

    def put_into_service(self, number: str, service: str) -> None:
        self.set_line(number, replace(self.lines[number], service=service))

    def scope_of(self, number: str) -> str:
        """What a stop word stops: the number, or the whole service it is in."""
        return self.service_of(number) or number

    def service_of(self, number: str) -> str | None:
        line = self.lines.get(number)
        return None if line is None else line.service

    def accept(self, form: Form) -> Message | Refusal:
        """Judge a request to send; what is accepted goes on its way with ``submit``."""
        refusal = refusal_of(form, self.lines)
        if refusal is not None:
            return refusal
        message = self._requested(form)
        if self.opt_outs.has_blocked(message.recipient, self.scope_of(message.sender)):
            return REFUSALS[21610]
        if not self._queue(message.sender).has_room_for(message.segments):
            return REFUSALS[21611]
        return message

    def submit(self, message: Message) -> None:
        """Put an accepted text on record and into its sender's queue; at an idle sender it arrives at once."""
        self.ledger.add(message)
        self._queue(message.sender).add(message)
        self.tell()

    def reply(self, sender: str, recipient: str, body: str, action: str | None, media: int = 0) -> None:
        """Send what a webhook answered. Raises WebhookError where the provider would only log."""
        if self.opt_outs.has_blocked(recipient, self.scope_of(sender)):
            raise WebhookError(21610, "a reply to a handset that has opted out")
        message = self.written(sender, recipient, body, Direction.REPLY)
        message.callback_url, message.media = action, media
        if not self._queue(sender).has_room_for(message.segments):
            raise WebhookError(21611, "a reply from a number whose queue is full")
        self.submit(message)

    def deliver_own(self, sender: str, recipient: str, body: str) -> None:
        """The carrier's own words, past every queue and block."""
        message = self.written(sender, recipient, body, Direction.REPLY)
        message.by_carrier = True
        self.ledger.add(message)
        self._hand_on(message)

    def written(self, sender: str, recipient: str, body: str, direction: Direction) -> Message:
        """A new text, not yet on record."""
        now = self.clock()
        message = Message(sender, recipient, body, direction, max(1, measure(body).segments), time.monotonic(), now)
        message.updated_at = now
        return message

    def complain(self, where: str, failure: WebhookError) -> None:
        self.complaints.append(Complaint(failure.code, where, failure.reason))
        self.tell()

    def _requested(self, form: Form) -> Message:
        service = form.get("MessagingServiceSid")
        sender = form.get("From") or self._sticky_sender(service, form["To"])
        message = self.written(sender, form["To"], form["Body"], Direction.API)
        message.validity = float(form.get("ValidityPeriod", LONGEST_VALIDITY))
        message.callback_url, message.service = form.get("StatusCallback"), service
        message.status = Status.QUEUED if service is None else Status.ACCEPTED
        return message

    def _sticky_sender(self, service: str | None, recipient: str) -> str:
        numbers = [number for number, line in self.lines.items() if line.service == service]
        return numbers[int(recipient[1:]) % len(numbers)]

    def _queue(self, sender: str) -> SendingQueue:
        if sender not in self._queues:
            self._queues[sender] = SendingQueue(self.lines.get(sender, Line()), self._hand_on, self._expire)
        return self._queues[sender]

    def _hand_on(self, message: Message) -> None:
        phone = self.phones.touch(message.recipient)
        message.sent_at = message.updated_at = self.clock()
        message.status, message.error_code = OUTCOMES[phone.kind]
        if message.status is Status.DELIVERED:
            phone.inbox.append(Received(message.body, time.monotonic(), message.sid, message.sender))
        self._post_receipts(message, [Status.SENT, message.status])

    def _expire(self, message: Message) -> None:
        message.status, message.error_code, message.updated_at = Status.FAILED, 30036, self.clock()
        self._post_receipts(message, [Status.FAILED])

    def _post_receipts(self, message: Message, statuses: list[Status]) -> None:
        if message.callback_url:
            self.spawn(self._post_each(message, statuses))
        self.tell()

    async def _post_each(self, message: Message, statuses: list[Status]) -> None:
        plan = self.behaviour.callbacks
        for status in arrivals(plan, self.chance, statuses):
            try:
                await self._receipts.post(message, status, plan.delay)
            except WebhookError as failure:
                self.complain("status callback", failure)

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        return task

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self.tell()
