"""A sender's queue: its pace, its order, its limit, and texts that grow too old in it."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from listening_school import (
    MARIA,
    NAIRA,
    SCHOOL,
    ListeningSchool,
    carrier_for,
    listening_school,
    twilio_client,
)
from twilio.base.exceptions import TwilioRestException

from phonetree.simulator.lines import Line

STANDSTILL = 0.0001


@pytest.fixture
def school() -> Iterator[ListeningSchool]:
    with listening_school() as school:
        yield school


def test_segments_leave_in_order_at_the_senders_pace(school: ListeningSchool) -> None:
    with carrier_for(school, segments_per_second=50) as carrier, twilio_client(carrier) as client:
        for body in ("1", "2" * 161, "3", "4"):
            client.messages.create(to=MARIA, from_=SCHOOL, body=body)
        handset = carrier.handset(MARIA)
        assert handset.wait_for_text(count=4)
        assert [body[0] for body in handset.bodies] == ["1", "2", "3", "4"]
        assert handset.inbox[-1].at - handset.inbox[0].at >= 4 / 50 - 0.005
        assert carrier.settle()


def test_a_text_expires_in_the_queue(school: ListeningSchool) -> None:
    with carrier_for(school, segments_per_second=STANDSTILL) as carrier, twilio_client(carrier) as client:
        client.messages.create(to=MARIA, from_=SCHOOL, body="leaves")
        late = client.messages.create(
            to=MARIA, from_=SCHOOL, body="waits", validity_period=1, status_callback=school.receipt_url
        )
        assert str(late.fetch().status) == "queued"
        assert not carrier.settle(timeout=0.01)
        assert carrier.wait_for(lambda: carrier.accepted[1].is_final)
        assert (str(late.fetch().status), late.fetch().error_code) == ("failed", 30036)
        assert carrier.settle()
        assert school.statuses() == ["failed"]
        assert carrier.handset(MARIA).bodies == ("leaves",)
        carrier.set_line(SCHOOL, Line())
        client.messages.create(to=NAIRA, from_=SCHOOL, body="next")
        assert carrier.accepted[2].is_waiting


def test_a_full_queue_refuses(school: ListeningSchool) -> None:
    with (
        carrier_for(school, segments_per_second=STANDSTILL, queue_limit=2) as carrier,
        twilio_client(carrier) as client,
    ):
        for _ in range(3):
            client.messages.create(to=MARIA, from_=SCHOOL, body="Hi")
        with pytest.raises(TwilioRestException) as refusal:
            client.messages.create(to=MARIA, from_=SCHOOL, body="Hi")
        assert refusal.value.code == 21611
        assert len(carrier.accepted) == 3


def test_a_queue_holds_ten_hours_unless_said_otherwise() -> None:
    assert Line(segments_per_second=1).most_segments_waiting == 36_000


def test_what_waits_survives_an_outage(school: ListeningSchool) -> None:
    with carrier_for(school, segments_per_second=20) as carrier, twilio_client(carrier) as client:
        for _ in range(3):
            client.messages.create(to=MARIA, from_=SCHOOL, body="Hi")
        carrier.stop()
        before = len(carrier.handset(MARIA).inbox)
        assert before < 3
        carrier.start()
        assert carrier.handset(MARIA).wait_for_text(count=3)
        assert carrier.accepted[2].accepted_at <= time.monotonic()
