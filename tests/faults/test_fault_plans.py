"""The faults come as often as they are said to, and the gate stops requests to list and nothing else."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import pytest
from fault_plans import FAULTS, LOST, RARE, Shares, fault_for, receipts_for
from gate import is_listing, without_listing
from phone import ACCOUNT, TOKEN
from waits import LATE

from phonetree.simulator.carrier import SimulatedCarrier
from phonetree.simulator.faults import Throttled
from phonetree.simulator.lines import Line
from phonetree.twilio.client import TwilioCarrier
from phonetree.words.numbers import PhoneNumber
from phonetree.words.ports import Accepted, FoundText, HandOver, OutgoingText, system_clock

SCHOOL, ANA = PhoneNumber("+12135550100"), PhoneNumber("+12135550142")


@pytest.mark.parametrize("shares", [FAULTS, RARE])
def test_faults_come_in_their_shares(shares: Shares) -> None:
    counts = Counter(fault_for(place / 1000, shares) for place in range(1000))
    assert {fault: n / 1000 for fault, n in counts.items()} == pytest.approx(dict(shares), abs=0.0011)


def test_the_first_and_the_last_place_have_a_fault_or_none() -> None:
    assert fault_for(0.0) == Throttled()
    assert fault_for(0.9999999999) is None


def test_receipts_are_late_lost_and_doubled() -> None:
    chance = random.Random(1)  # noqa: S311
    plans = [receipts_for(chance) for _ in range(1000)]
    assert {plan.drop for plan in plans} == {LOST}
    assert 60 < sum(plan.repeat == 2 for plan in plans) < 140
    assert 0.9 * LATE < max(plan.delay for plan in plans) <= LATE


@pytest.mark.parametrize(
    ("request_line", "expected"),
    [
        (b"GET /2010-04-01/Accounts/AC7/Messages.json?To=x HTTP/1.1\r\n", True),
        (b"GET /2010-04-01/Accounts/AC7/Messages/SM1.json HTTP/1.1\r\n", False),
        (b"POST /2010-04-01/Accounts/AC7/Messages.json HTTP/1.1\r\n", False),
        (b"To=%2B1&Body=GET+/Messages.json", False),
    ],
)
def test_the_gate_knows_a_request_to_list(request_line: bytes, *, expected: bool) -> None:
    assert is_listing(request_line.partition(b" HTTP")[0]) is expected


def test_through_the_gate_texts_are_sent_and_not_listed() -> None:
    text = OutgoingText("0" * 32, ANA, SCHOOL, "Maple Tree: a drill", timedelta(minutes=5))

    async def ask(base_url: str) -> tuple[HandOver, Sequence[FoundText] | None]:
        carrier = TwilioCarrier(ACCOUNT, (ACCOUNT, TOKEN), base_url, "http://127.0.0.1:9")
        async with carrier.open() as line:
            return await line.send(text), await line.find(ANA, system_clock() - timedelta(minutes=1))

    with SimulatedCarrier(ACCOUNT, TOKEN, numbers={SCHOOL.e164: Line()}) as simulated:
        with without_listing(simulated.base_url) as base_url:
            sent, listed = asyncio.run(ask(base_url))
        _sent, straight = asyncio.run(ask(simulated.base_url))
    assert isinstance(sent, Accepted)
    assert listed is None
    assert straight is not None
    assert len(straight) == 2
