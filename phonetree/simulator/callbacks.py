"""Delivery receipts on their way to the school: late, twice, lost or out of order, as the plan says."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from typing import TypeVar

from phonetree.simulator.lines import CallbackPlan
from phonetree.simulator.messages import Message, Status
from phonetree.simulator.webhooks import Poster

Report = TypeVar("Report")
AT_ONCE = 100
"""How many receipts are under way at a time."""


def arrivals(plan: CallbackPlan, chance: random.Random, statuses: list[Report]) -> Iterator[Report]:
    """The receipts of one text, or the reports on one call, in the order in which they will be posted."""
    due = [status for status in statuses for _ in range(plan.repeat)]
    if plan.shuffle:
        chance.shuffle(due)
    return (status for status in due if chance.random() >= plan.drop)


def receipt(account_sid: str, message: Message, status: Status) -> dict[str, str]:
    fields = {
        "AccountSid": account_sid,
        "ApiVersion": "2010-04-01",
        "From": message.sender,
        "To": message.recipient,
        "MessageSid": message.sid,
        "SmsSid": message.sid,
        "MessageStatus": status,
        "SmsStatus": status,
    }
    if message.service is not None:
        fields["MessagingServiceSid"] = message.service
    if message.error_code is not None and status in {Status.FAILED, Status.UNDELIVERED}:
        fields["ErrorCode"] = str(message.error_code)
    if message.updated_at is not None and status in {Status.DELIVERED, Status.UNDELIVERED}:
        fields["RawDlrDoneDate"] = message.updated_at.strftime("%y%m%d%H%M")
    return fields


class Receipts:
    """Posts receipts, a bounded number at a time; raises WebhookError for one that was not taken."""

    def __init__(self, account_sid: str, poster: Poster) -> None:
        self._account_sid = account_sid
        self._poster = poster
        self._turnstile = asyncio.Semaphore(AT_ONCE)

    async def post(self, message: Message, status: Status, delay: float) -> None:
        if delay:
            await asyncio.sleep(delay)
        async with self._turnstile:
            await self._poster.fetch(message.callback_url or "", receipt(self._account_sid, message, status))
