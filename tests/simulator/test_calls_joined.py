"""Two telephones that are joined: by a dialled number with a whisper, and by a queue in which callers wait."""

from __future__ import annotations

from collections.abc import Iterator

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

from phonetree.simulator.answer_plans import AnswerPlan, Busy, ByHand, MachineAnswers, PicksUp, RingsOut, Unobtainable
from phonetree.simulator.carrier import SimulatedCarrier
from phonetree.simulator.leg_events import Need


def dial(number: str = NAIRA, caller_id: str = SCHOOL, *, whispers: bool = True) -> str:
    url = ' url="/whisper"' if whispers else ""
    attributes = f'action="/dialled" timeout="20" callerId="{caller_id}" answerOnBridge="true"'
    return f"<Dial {attributes}><Number{url}>{number}</Number></Dial>"


@pytest.fixture
def school() -> Iterator[ListeningSchool]:
    with listening_school() as school:
        school.documents["/voice"] = voice(said("One moment."), dial())
        school.documents["/whisper"] = voice(asks("Press 1.", "/pressed", numDigits="1"))
        school.documents["/pressed"] = lambda form: voice(said("Go.") if form["Digits"] == "1" else "<Hangup/>")
        school.documents["/dialled"] = voice(said("They are gone."))
        yield school


@pytest.fixture
def carrier(school: ListeningSchool) -> Iterator[SimulatedCarrier]:
    with voice_carrier_for(school) as carrier:
        yield carrier


def test_who_presses_1_is_joined_and_neither_sees_the_other(carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    carrier.handset(NAIRA).answers(PicksUp(["1"]))
    caller = carrier.handset(MARIA).call()
    assert caller.wait_until_joined()
    callee = carrier.handset(NAIRA).calls[0]
    assert (caller.joined_with, callee.joined_with) == (NAIRA, MARIA)
    assert (caller.seen_number, callee.seen_number) == (SCHOOL, SCHOOL)
    assert (caller.needs, callee.words) == (Need.TALK, ("Press 1.", "Go."))
    whisper = school.forms("/whisper")[0]
    assert (whisper["CallSid"], whisper["ParentCallSid"]) == (callee.sid, caller.sid)
    assert (whisper["Direction"], whisper["From"], whisper["To"]) == ("outbound-dial", SCHOOL, NAIRA)
    callee.hang_up()
    assert caller.wait_until_over()
    assert caller.words == ("One moment.", "They are gone.")
    form = school.forms("/dialled")[0]
    assert (form["DialCallStatus"], form["DialBridged"], form["DialCallSid"]) == ("completed", "true", callee.sid)
    assert (caller.joined_with, caller.was_joined_with) == (None, (NAIRA,))
    assert carrier.settle()
    assert carrier.errors == ()


@pytest.mark.parametrize(
    ("plan", "status"),
    [
        (Busy(), "busy"),
        (RingsOut(), "no-answer"),
        (Unobtainable(), "failed"),
        (MachineAnswers(), "completed"),
        (PicksUp(["2"]), "completed"),
        (PicksUp(hangs_up_after=1), "completed"),
    ],
)
def test_who_does_not_take_it_is_not_joined(
    carrier: SimulatedCarrier, school: ListeningSchool, plan: AnswerPlan, status: str
) -> None:
    carrier.handset(NAIRA).answers(plan)
    caller = carrier.handset(MARIA).call()
    assert caller.wait_until_over()
    form = school.forms("/dialled")[0]
    assert (form["DialCallStatus"], form["DialBridged"]) == (status, "false")
    assert caller.was_joined_with == ()


def test_a_caller_who_gives_up_stops_the_ringing(carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    carrier.handset(NAIRA).answers(ByHand())
    caller = carrier.handset(MARIA).call()
    callee = carrier.handset(NAIRA).wait_for_call()
    assert (caller.needs, callee.needs) == (Need.ANOTHER, Need.PICK_UP)
    caller.hang_up()
    assert callee.wait_until_over()
    assert callee.status == "canceled"
    assert carrier.settle()
    form = school.forms("/dialled")[0]
    assert (form["DialCallStatus"], form["CallStatus"]) == ("canceled", "completed")


def test_a_caller_who_hangs_up_ends_both(carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    carrier.handset(NAIRA).answers(PicksUp(["1"]))
    caller = carrier.handset(MARIA).call()
    assert caller.wait_until_joined()
    caller.hang_up()
    callee = carrier.handset(NAIRA).calls[0]
    assert callee.wait_until_over()
    assert carrier.settle()
    assert school.forms("/dialled")[0]["DialBridged"] == "true"
    assert "They are gone." not in caller.words


def test_without_a_whisper_they_are_joined_at_once(carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    school.documents["/voice"] = voice(dial(whispers=False))
    carrier.handset(NAIRA).answers(PicksUp(talks=60))
    caller = carrier.handset(MARIA).call()
    assert caller.wait_until_over()
    assert caller.was_joined_with == (NAIRA,)


def test_a_caller_id_must_be_the_accounts(carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    school.documents["/voice"] = voice(dial(caller_id=JOON))
    caller = carrier.handset(MARIA).call()
    assert caller.is_over
    assert [error.code for error in carrier.errors] == [13214]
    assert school.forms("/dialled")[0]["DialCallStatus"] == "failed"
    assert carrier.handset(NAIRA).calls == ()


def test_a_whisper_cannot_dial(carrier: SimulatedCarrier, school: ListeningSchool) -> None:
    school.documents["/whisper"] = voice(dial(JOON))
    carrier.handset(NAIRA).answers(PicksUp())
    assert carrier.handset(MARIA).call().wait_until_over()
    assert [error.code for error in carrier.errors] == [13201]


# --- the queue --------------------------------------------------------------------------------------------------------


@pytest.fixture
def hotline(school: ListeningSchool) -> ListeningSchool:
    school.documents["/voice"] = voice(
        '<Enqueue action="/left" waitUrl="/wait" waitUrlMethod="POST" method="POST">hunt-1</Enqueue>'
    )
    school.documents["/wait"] = voice(said("Please hold."), '<Pause length="10"/>')
    school.documents["/left"] = lambda form: voice(said(f"Result {form['QueueResult']}."))
    school.documents["/pressed"] = voice('<Dial action="/dialled"><Queue>hunt-1</Queue></Dial>')
    return school


def ring(carrier: SimulatedCarrier, school: ListeningSchool, number: str) -> None:
    with twilio_client(carrier) as client:
        client.calls.create(to=number, from_=SCHOOL, url=school.url("/whisper"))


def test_a_caller_waits_and_the_first_who_presses_1_joins(carrier: SimulatedCarrier, hotline: ListeningSchool) -> None:
    carrier.handset(NAIRA).answers(PicksUp(["1"]))
    carrier.handset(JOON).answers(PicksUp(["1"]))
    caller = carrier.handset(MARIA).call()
    assert caller.needs is Need.QUEUE
    ring(carrier, hotline, NAIRA)
    assert caller.wait_until_joined()
    assert caller.joined_with == NAIRA
    ring(carrier, hotline, JOON)
    late = carrier.handset(JOON).wait_for_call()
    assert late.wait_until_over()
    assert hotline.forms("/dialled")[0]["DialCallStatus"] == "no-answer"
    carrier.handset(NAIRA).calls[0].hang_up()
    assert caller.wait_until_over()
    assert caller.words[-1] == "Result bridged."
    assert carrier.settle()
    assert hotline.forms("/dialled")[1]["DialCallStatus"] == "completed"
    assert int(hotline.forms("/left")[0]["QueueTime"]) >= 10
    assert carrier.errors == ()


def test_the_wait_is_asked_again_and_again_until_it_says_leave(
    carrier: SimulatedCarrier, hotline: ListeningSchool
) -> None:
    hotline.documents["/wait"] = lambda form: voice(
        "<Leave/>" if int(form["QueueTime"]) >= 30 else said("Hold.") + '<Pause length="10"/>'
    )
    caller = carrier.handset(MARIA).call()
    assert caller.wait_until_over()
    assert caller.words[-1] == "Result leave."
    waits = hotline.forms("/wait")
    assert len(waits) >= 3
    assert {form["QueuePosition"] for form in waits} == {"1"}
    assert waits[0]["QueueSid"] == hotline.forms("/left")[0]["QueueSid"]


def test_a_caller_who_hangs_up_in_the_queue_is_out_of_it(carrier: SimulatedCarrier, hotline: ListeningSchool) -> None:
    caller = carrier.handset(MARIA).call()
    caller.hang_up()
    assert carrier.settle()
    form = hotline.forms("/left")[0]
    assert (form["QueueResult"], form["CallStatus"]) == ("hangup", "completed")
    carrier.handset(NAIRA).answers(PicksUp(["1"]))
    ring(carrier, hotline, NAIRA)
    assert carrier.settle()
    assert hotline.forms("/dialled")[0]["DialCallStatus"] == "no-answer"


def test_a_caller_who_hangs_up_on_who_took_them(carrier: SimulatedCarrier, hotline: ListeningSchool) -> None:
    carrier.handset(NAIRA).answers(PicksUp(["1"]))
    caller = carrier.handset(MARIA).call()
    ring(carrier, hotline, NAIRA)
    assert caller.wait_until_joined()
    caller.hang_up()
    assert carrier.handset(NAIRA).calls[0].wait_until_over()
    assert carrier.settle()
    assert hotline.forms("/left")[0]["QueueResult"] == "bridged"
    assert carrier.handset(NAIRA).calls[0].words[-1] == "They are gone."


def test_first_come_first_served(carrier: SimulatedCarrier, hotline: ListeningSchool) -> None:
    callers = [carrier.handset(number).call() for number in (MARIA, JOON)]
    carrier.handset(NAIRA).answers(PicksUp(["1"]))
    ring(carrier, hotline, NAIRA)
    assert callers[0].wait_until_joined()
    assert callers[1].joined_with is None
    assert {form["QueuePosition"] for form in hotline.forms("/wait")} == {"1", "2"}


def test_a_queue_that_nobody_was_in_fails(carrier: SimulatedCarrier, hotline: ListeningSchool) -> None:
    carrier.handset(NAIRA).answers(PicksUp(["1"]))
    ring(carrier, hotline, NAIRA)
    assert carrier.settle()
    assert hotline.forms("/dialled")[0]["DialCallStatus"] == "failed"


def test_a_wait_may_not_ask_for_keys(carrier: SimulatedCarrier, hotline: ListeningSchool) -> None:
    hotline.documents["/wait"] = voice(asks("Key?", "/keys"))
    caller = carrier.handset(MARIA).call()
    assert caller.is_over
    assert [error.code for error in carrier.errors] == [12200]
    assert carrier.settle()
    assert hotline.forms("/left")[0]["QueueResult"] == "hangup"


def test_without_a_wait_url_there_is_nothing_but_waiting(carrier: SimulatedCarrier, hotline: ListeningSchool) -> None:
    hotline.documents["/voice"] = voice("<Enqueue>hunt-1</Enqueue>", said("After all."))
    caller = carrier.handset(MARIA).call()
    assert (caller.needs, caller.heard) == (Need.QUEUE, ())
    carrier.handset(NAIRA).answers(PicksUp(["1"], talks=30))
    ring(carrier, hotline, NAIRA)
    assert caller.wait_until_over()
    assert caller.words == ("After all.",)
