"""Calls that the school asks for, through the provider's own library: who answers, what is told, what is refused."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from listening_school import (
    JOON,
    MARIA,
    NAIRA,
    SCHOOL,
    ListeningSchool,
    asks,
    listening_school,
    said,
    twilio_client,
    voice,
    voice_carrier_for,
)
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client
from twilio.rest.api.v2010.account.call import CallInstance

from phonetree.simulator.answer_plans import AnswerPlan, Busy, ByHand, MachineAnswers, PicksUp, RingsOut, Unobtainable
from phonetree.simulator.carrier import SimulatedCarrier
from phonetree.simulator.faults import Reset, Throttled
from phonetree.simulator.handsets import HandsetKind
from phonetree.simulator.leg_events import Need
from phonetree.simulator.lines import Behaviour, CallbackPlan

EVENTS = ["initiated", "ringing", "answered", "completed"]


@pytest.fixture
def school() -> Iterator[ListeningSchool]:
    with listening_school() as school:
        school.documents["/answered"] = voice(asks("Press 1 to take it.", "/keys", numDigits="1"))
        school.documents["/keys"] = lambda form: voice(said(f"You pressed {form['Digits'] or 'nothing'}."))
        yield school


@pytest.fixture
def carrier(school: ListeningSchool) -> Iterator[SimulatedCarrier]:
    with voice_carrier_for(school) as carrier:
        yield carrier


@pytest.fixture
def client(carrier: SimulatedCarrier) -> Iterator[Client]:
    with twilio_client(carrier) as client:
        yield client


def place(client: Client, school: ListeningSchool, to: str = MARIA, **more: Any) -> CallInstance:
    usual = {"url": school.url("/answered"), "status_callback": school.url("/status"), "status_callback_event": EVENTS}
    return client.calls.create(to=to, from_=SCHOOL, **usual | more)


def statuses(school: ListeningSchool) -> list[str]:
    return [form["CallStatus"] for form in school.forms("/status")]


def test_a_call_is_answered_and_told_in_order(
    client: Client, carrier: SimulatedCarrier, school: ListeningSchool
) -> None:
    carrier.handset(MARIA).answers(PicksUp(["1"]))
    placed = place(client, school)
    assert placed.sid is not None
    assert (len(placed.sid), placed.sid[:2], str(placed.status), placed.direction) == (
        34,
        "CA",
        "queued",
        "outbound-api",
    )
    call = carrier.handset(MARIA).wait_for_call()
    assert call.wait_until_over()
    assert call.words == ("Press 1 to take it.", "You pressed 1.")
    assert (call.sid, call.seen_number) == (placed.sid, SCHOOL)
    assert carrier.settle()
    assert statuses(school) == ["initiated", "ringing", "in-progress", "completed"]
    assert [form["SequenceNumber"] for form in school.forms("/status")] == ["0", "1", "2", "3"]
    assert all(asked.is_signed for asked in school.asked)
    answered = school.forms("/answered")[0]
    assert (answered["CallStatus"], answered["Direction"], answered["From"]) == ("in-progress", "outbound-api", SCHOOL)
    fetched = client.calls(placed.sid).fetch()
    assert (str(fetched.status), fetched.duration is not None) == ("completed", True)
    assert carrier.errors == ()


@pytest.mark.parametrize(
    ("plan", "status"),
    [(Busy(), "busy"), (RingsOut(), "no-answer"), (Unobtainable(), "failed"), (None, "no-answer")],
)
def test_calls_that_reach_nobody(
    client: Client, carrier: SimulatedCarrier, school: ListeningSchool, plan: AnswerPlan | None, status: str
) -> None:
    if plan is not None:
        carrier.handset(MARIA).answers(plan)
    place(client, school, status_callback_event=["completed"])
    assert carrier.settle()
    assert statuses(school) == [status]
    assert [call.status for call in carrier.accepted_calls] == [status]
    assert school.forms("/answered") == []


def test_a_number_that_does_not_exist_fails_whatever_was_planned(
    client: Client, carrier: SimulatedCarrier, school: ListeningSchool
) -> None:
    carrier.handset(MARIA, HandsetKind.UNKNOWN).answers(PicksUp())
    carrier.handset(NAIRA, HandsetKind.UNREACHABLE).answers(PicksUp())
    place(client, school)
    place(client, school, NAIRA)
    assert carrier.settle()
    assert [call.status for call in carrier.accepted_calls] == ["failed", "no-answer"]


def test_one_plan_for_each_call_and_the_last_stays(
    client: Client, carrier: SimulatedCarrier, school: ListeningSchool
) -> None:
    handset = carrier.handset(MARIA)
    handset.answers(Busy(), RingsOut(), PicksUp(["1"]))
    for count in range(4):
        place(client, school)
        assert handset.wait_for_call(count + 1).wait_until_over()
    assert [call.status for call in handset.calls] == ["busy", "no-answer", "completed", "completed"]


@pytest.mark.parametrize(
    ("plan", "detection", "answered_by"),
    [
        (MachineAnswers(), "DetectMessageEnd", "machine_end_beep"),
        (MachineAnswers(taken_for="machine_end_silence"), "DetectMessageEnd", "machine_end_silence"),
        (MachineAnswers(), "Enable", "machine_start"),
        (MachineAnswers(taken_for="unknown"), "Enable", "unknown"),
        (PicksUp(), "DetectMessageEnd", "human"),
        (PicksUp(taken_for="machine_start"), "DetectMessageEnd", "machine_start"),
        (MachineAnswers(), None, None),
    ],
)
def test_who_answered_is_found_out_where_asked(
    client: Client,
    carrier: SimulatedCarrier,
    school: ListeningSchool,
    plan: AnswerPlan,
    detection: str | None,
    answered_by: str | None,
) -> None:
    carrier.handset(MARIA).answers(plan)
    placed = place(client, school, **({"machine_detection": detection} if detection else {}))
    assert carrier.settle()
    assert school.forms("/answered")[0].get("AnsweredBy") == answered_by
    assert client.calls(str(placed.sid)).fetch().answered_by == answered_by
    assert carrier.handset(MARIA).calls[0].words[-1] == "You pressed nothing."


def test_by_hand_it_rings_until_it_is_picked_up(
    client: Client, carrier: SimulatedCarrier, school: ListeningSchool
) -> None:
    carrier.handset(MARIA).answers(ByHand())
    place(client, school)
    call = carrier.handset(MARIA).wait_for_call()
    assert (call.needs, call.status) == (Need.PICK_UP, "ringing")
    call.pick_up()
    assert (call.needs, call.status) == (Need.KEYS, "in-progress")
    call.press("9")
    assert call.words[-1] == "You pressed 9."
    for act, status in (("refuse", "busy"), ("stay_silent", "no-answer")):
        place(client, school)
        call = carrier.handset(MARIA).wait_for_call(len(carrier.accepted_calls))
        getattr(call, act)()
        assert call.status == status


def test_a_call_can_be_ended_from_outside(client: Client, carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    handset = carrier.handset(MARIA)
    handset.answers(ByHand())
    ringing = place(client, school)
    call = handset.wait_for_call()
    with pytest.raises(TwilioRestException) as refusal:
        client.calls(str(ringing.sid)).delete()
    assert refusal.value.code == 20009
    assert str(client.calls(str(ringing.sid)).update(status="canceled").status) == "canceled"
    assert call.is_over
    talking = place(client, school)
    handset.wait_for_call(2).pick_up()
    client.calls(str(talking.sid)).update(status="canceled")
    assert not handset.calls[1].is_over
    client.calls(str(talking.sid)).update(status="completed")
    assert handset.calls[1].wait_until_over()
    assert carrier.settle()
    assert statuses(school)[-1] == "completed"
    with pytest.raises(TwilioRestException) as late:
        client.calls(str(talking.sid)).update(status="completed")
    assert late.value.code == 21220
    assert client.calls(str(talking.sid)).delete()
    with pytest.raises(TwilioRestException) as gone:
        client.calls(str(talking.sid)).fetch()
    assert gone.value.code == 20404


def test_a_call_can_be_sent_elsewhere(client: Client, carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    carrier.handset(MARIA).answers(ByHand())
    placed = place(client, school)
    call = carrier.handset(MARIA).wait_for_call()
    with pytest.raises(TwilioRestException) as early:
        client.calls(str(placed.sid)).update(url=school.url("/keys"))
    assert early.value.code == 21220
    call.pick_up()
    client.calls(str(placed.sid)).update(twiml=voice(asks("Elsewhere.", school.url("/keys"))))
    assert call.wait_for("Elsewhere.")
    school.documents["/other"] = voice(said("At last."))
    client.calls(str(placed.sid)).update(url=school.url("/other"))
    assert call.wait_until_over()
    assert call.words == ("Press 1 to take it.", "Elsewhere.", "At last.")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to": "+15005550001"}, 21217),
        ({"to": "+15005550002"}, 21214),
        ({"to": "+15005550003"}, 21215),
        ({"to": "+15005550004"}, 21216),
        ({"to": "5550142"}, 21211),
        ({"to": ""}, 21201),
        ({"from_": "+15005550001"}, 21212),
        ({"from_": MARIA}, 21210),
        ({"from_": ""}, 21213),
        ({"url": "nowhere"}, 21205),
        ({"url": ""}, 21205),
        ({"twiml": "a" * 4001}, 20001),
        ({"method": "PUT"}, 21209),
        ({"timeout": 601}, 21208),
        ({"time_limit": 0}, 20001),
        ({"machine_detection": "Maybe"}, 20001),
        ({"status_callback": "ftp://x"}, 21609),
        ({"status_callback_event": ["picked-up"]}, 21626),
    ],
)
def test_what_is_refused(
    client: Client, carrier: SimulatedCarrier, school: ListeningSchool, changes: dict[str, Any], code: int
) -> None:
    with pytest.raises(TwilioRestException) as refusal:
        client.calls.create(**{"to": MARIA, "from_": SCHOOL, "url": school.url("/answered")} | changes)
    assert (refusal.value.status, refusal.value.code) == (400, code)
    assert carrier.accepted_calls == ()
    assert len(carrier.call_submissions) == 1


def test_the_magic_sender_may_call(client: Client, carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    client.calls.create(to=MARIA, from_="+15005550006", twiml=voice(said("Hi")))
    assert carrier.settle()
    assert carrier.accepted_calls[0].sender == "+15005550006"


def test_calls_are_listed_newest_first(client: Client, carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    carrier.handset(NAIRA).answers(Busy())
    placed = [place(client, school, to).sid for to in (MARIA, NAIRA, JOON, MARIA)]
    assert carrier.settle()
    assert [call.sid for call in client.calls.list()] == placed[::-1]
    assert [call.sid for call in client.calls.list(page_size=3)] == placed[::-1]
    assert [call.sid for call in client.calls.list(to=MARIA)] == [placed[3], placed[0]]
    assert [call.sid for call in client.calls.list(status="busy")] == [placed[1]]
    assert client.calls.list(from_=MARIA) == []


def test_a_number_begins_so_many_calls_in_a_second(school: ListeningSchool) -> None:
    with voice_carrier_for(school, calls_per_second=20) as carrier, twilio_client(carrier) as client:
        carrier.handset(MARIA).answers(PicksUp())
        began = time.monotonic()
        for _ in range(4):
            place(client, school)
        assert carrier.settle()
        assert time.monotonic() - began >= 3 / 20 - 0.005
        assert [call.status for call in carrier.accepted_calls] == ["completed"] * 4


def test_a_call_that_waits_for_its_turn_can_be_cancelled(school: ListeningSchool) -> None:
    with voice_carrier_for(school, calls_per_second=0.001) as carrier, twilio_client(carrier) as client:
        place(client, school)
        waiting = place(client, school)
        assert not carrier.settle(timeout=0.01)
        client.calls(str(waiting.sid)).update(status="completed")
        assert carrier.settle()
        assert [call.status for call in carrier.accepted_calls] == ["no-answer", "canceled"]


def test_faults_befall_requests_to_call(client: Client, carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    carrier.behaviour = Behaviour(fault_plan=lambda form: Throttled() if form["To"] == MARIA else Reset())
    with pytest.raises(TwilioRestException) as refusal:
        place(client, school)
    assert refusal.value.code == 20429
    with pytest.raises(OSError, match="Connection"):
        place(client, school, NAIRA)
    assert [call.recipient for call in carrier.accepted_calls] == [NAIRA]
    assert [submission.status for submission in carrier.call_submissions] == [429, None]


def test_reports_come_twice_or_in_any_order_where_planned(
    client: Client, carrier: SimulatedCarrier, school: ListeningSchool
) -> None:
    carrier.behaviour = Behaviour(callbacks=CallbackPlan(repeat=2, shuffle=True))
    carrier.handset(MARIA).answers(PicksUp(["1"]))
    place(client, school)
    assert carrier.settle()
    in_order = [status for status in ("initiated", "ringing", "in-progress", "completed") for _ in range(2)]
    assert sorted(statuses(school)) == sorted(in_order)
    assert statuses(school) != in_order


def test_a_call_ends_at_its_limit(client: Client, carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    carrier.behaviour = Behaviour(call_pace=0.001)
    carrier.handset(MARIA).answers(PicksUp())
    school.documents["/answered"] = voice('<Pause length="3600"/>')
    place(client, school, time_limit=10)
    assert carrier.settle()
    assert carrier.accepted_calls[0].status == "completed"


def test_the_school_may_be_down_when_somebody_answers(
    client: Client, carrier: SimulatedCarrier, school: ListeningSchool
) -> None:
    carrier.handset(MARIA).answers(PicksUp())
    school.documents["/trouble"] = voice(said("Trouble."))
    place(client, school, url="http://127.0.0.1:9/", fallback_url=school.url("/trouble"))
    assert carrier.settle()
    assert carrier.handset(MARIA).calls[0].words == ("Trouble.",)
    assert [error.code for error in carrier.errors] == [11205]
