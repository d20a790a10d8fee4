"""Delivery receipts, late, twice, lost, out of order and refused."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from listening_school import MARIA, SCHOOL, ListeningSchool, carrier_for, listening_school, twilio_client
from werkzeug.wrappers import Response

from phonetree.simulator.callbacks import arrivals
from phonetree.simulator.carrier import SimulatedCarrier
from phonetree.simulator.lines import Behaviour, CallbackPlan
from phonetree.simulator.messages import Status

BOTH = [Status.SENT, Status.DELIVERED]


@pytest.fixture
def school() -> Iterator[ListeningSchool]:
    with listening_school() as school:
        yield school


def send(carrier: SimulatedCarrier, school: ListeningSchool, plan: CallbackPlan) -> None:
    carrier.behaviour = Behaviour(callbacks=plan)
    with twilio_client(carrier) as client:
        client.messages.create(to=MARIA, from_=SCHOOL, body="Hi", status_callback=school.receipt_url)
    assert carrier.settle()


@pytest.fixture
def chance() -> random.Random:
    return random.Random(1)  # noqa: S311  the same faults every time


def test_as_it_should_be(chance: random.Random) -> None:
    assert list(arrivals(CallbackPlan(), chance, BOTH)) == BOTH


def test_each_several_times(chance: random.Random) -> None:
    assert list(arrivals(CallbackPlan(repeat=2), chance, BOTH)) == [BOTH[0], BOTH[0], BOTH[1], BOTH[1]]


def test_out_of_order_some_of_the_time(chance: random.Random) -> None:
    orders = {tuple(arrivals(CallbackPlan(shuffle=True), chance, BOTH)) for _ in range(20)}
    assert orders == {tuple(BOTH), tuple(reversed(BOTH))}


def test_a_share_is_lost(chance: random.Random) -> None:
    kept = sum(len(list(arrivals(CallbackPlan(drop=0.1), chance, BOTH))) for _ in range(500))
    assert 850 < kept < 950
    assert list(arrivals(CallbackPlan(drop=1), chance, BOTH)) == []


def test_late_and_twice_over_the_wire(school: ListeningSchool) -> None:
    with carrier_for(school) as carrier:
        send(carrier, school, CallbackPlan(delay=0.01, repeat=2))
        assert school.statuses() == ["sent", "sent", "delivered", "delivered"]
        assert all(asked.is_signed for asked in school.asked)


def test_a_refused_receipt_is_an_error_on_record(school: ListeningSchool) -> None:
    school.answers["/receipt/a1"] = Response(status=500)
    with carrier_for(school) as carrier:
        send(carrier, school, CallbackPlan())
        assert [(error.code, error.where) for error in carrier.errors] == [(11200, "status callback")] * 2


def test_receipts_under_way_are_dropped_at_a_stop(school: ListeningSchool) -> None:
    with carrier_for(school) as carrier, twilio_client(carrier) as client:
        carrier.behaviour = Behaviour(callbacks=CallbackPlan(delay=600))
        client.messages.create(to=MARIA, from_=SCHOOL, body="Hi", status_callback=school.receipt_url)
        assert not carrier.settle(timeout=0.01)
        carrier.stop()
    assert school.asked == []
