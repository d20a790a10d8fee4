"""Requests to send that go wrong as planned."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from listening_school import ACCOUNT, MARIA, NAIRA, SCHOOL, TOKEN, carrier_for, listening_school

from phonetree.simulator.carrier import SimulatedCarrier
from phonetree.simulator.faults import Broken, Delay, Drip, Fault, Hang, Reset, Throttled, Truncated
from phonetree.simulator.lines import Behaviour

MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


@pytest.fixture
def carrier() -> Iterator[SimulatedCarrier]:
    with listening_school() as school, carrier_for(school) as carrier:
        yield carrier


def ask(carrier: SimulatedCarrier, to: str = MARIA, patience: float = 5) -> requests.Response:
    form = {"To": to, "From": SCHOOL, "Body": "Hi"}
    return requests.post(carrier.base_url + MESSAGES, data=form, auth=(ACCOUNT, TOKEN), timeout=patience)


def plan(carrier: SimulatedCarrier, fault: Fault | None) -> None:
    carrier.behaviour = Behaviour(fault_plan=lambda _: fault)


@pytest.mark.parametrize(
    ("fault", "status", "accepted"),
    [
        (None, 201, 1),
        (Delay(0.01), 201, 1),
        (Broken(500), 500, 0),
        (Broken(503, accepted=True), 503, 1),
        (Throttled(), 429, 0),
        (Truncated(), 201, 1),
        (Drip(0.00001), 201, 1),
    ],
)
def test_what_is_answered_and_what_was_accepted(
    carrier: SimulatedCarrier, fault: Fault | None, status: int, accepted: int
) -> None:
    plan(carrier, fault)
    assert ask(carrier).status_code == status
    assert len(carrier.accepted) == len(carrier.handset(MARIA).inbox) == accepted
    assert carrier.wait_for(lambda: carrier.submissions[0].status == status)
    assert (carrier.submissions[0].sid is not None) is (accepted == 1)


def test_a_truncated_answer_is_no_json(carrier: SimulatedCarrier) -> None:
    plan(carrier, Truncated())
    with pytest.raises(requests.exceptions.JSONDecodeError):
        ask(carrier).json()


def test_an_answer_that_drips_is_whole_for_whoever_waits_and_accepted_for_all(carrier: SimulatedCarrier) -> None:
    plan(carrier, Drip(0.00001))
    assert ask(carrier).json()["sid"] == carrier.accepted[0].sid
    plan(carrier, Drip(0.05))
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(ask, carrier)
        assert carrier.wait_for(lambda: len(carrier.accepted) == 2)
        assert not answer.done()
        carrier.release()
        assert answer.result().json()["sid"] == carrier.accepted[1].sid


def test_who_goes_before_the_last_drop_leaves_a_text_behind(carrier: SimulatedCarrier) -> None:
    form = {"To": MARIA, "From": SCHOOL, "Body": "Hi"}
    plan(carrier, Drip(0.01))
    with requests.post(carrier.base_url + MESSAGES, data=form, auth=(ACCOUNT, TOKEN), timeout=5, stream=True) as answer:
        assert answer.raw.read(1) == b"{"
    plan(carrier, None)
    assert ask(carrier).status_code == 201
    assert len(carrier.accepted) == 2


@pytest.mark.parametrize("accepted", [True, False])
def test_a_reset_gives_no_answer(carrier: SimulatedCarrier, accepted: bool) -> None:  # noqa: FBT001  a parameter of the table
    plan(carrier, Reset(accepted=accepted))
    with pytest.raises(requests.exceptions.ConnectionError):
        ask(carrier)
    assert len(carrier.accepted) == accepted
    assert carrier.submissions[0].status is None


def test_the_plan_sees_the_form_of_each_request(carrier: SimulatedCarrier) -> None:
    carrier.behaviour = Behaviour(fault_plan=lambda form: Broken(500) if form["To"] == MARIA else None)
    assert [ask(carrier, MARIA).status_code, ask(carrier, NAIRA).status_code] == [500, 201]


def test_a_request_that_hangs_is_processed_however_late(carrier: SimulatedCarrier) -> None:
    plan(carrier, Hang())
    with pytest.raises(requests.exceptions.ReadTimeout):
        ask(carrier, patience=0.2)
    assert carrier.accepted == ()
    carrier.release()
    assert carrier.wait_for(lambda: len(carrier.accepted) == 1)


def test_a_request_accepted_and_then_hanging_is_answered_on_release(carrier: SimulatedCarrier) -> None:
    plan(carrier, Hang(accepted=True))
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(ask, carrier)
        assert carrier.wait_for(lambda: len(carrier.accepted) == 1)
        assert not answer.done()
        carrier.release()
        assert answer.result().status_code == 201


def test_stopping_breaks_off_what_hangs_unaccepted(carrier: SimulatedCarrier) -> None:
    plan(carrier, Hang())
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(ask, carrier)
        assert carrier.wait_for(lambda: len(carrier.submissions) == 1)
        carrier.stop()
        assert isinstance(answer.exception(), requests.exceptions.ConnectionError)
    assert carrier.accepted == ()


def test_more_requests_at_once_than_allowed_are_throttled_unprocessed(carrier: SimulatedCarrier) -> None:
    carrier.behaviour = Behaviour(concurrency_limit=2, fault_plan=lambda _: Hang())
    with ThreadPoolExecutor(2) as pool:
        hanging = [pool.submit(ask, carrier) for _ in range(2)]
        assert carrier.wait_for(lambda: len(carrier.submissions) == 2)
        refused = ask(carrier)
        assert (refused.status_code, refused.json()["code"]) == (429, 20429)
        assert refused.headers["Twilio-Concurrent-Requests"] == "3"
        carrier.release()
        assert [answer.result().status_code for answer in hanging] == [201, 201]
    assert len(carrier.accepted) == 2
    assert carrier.most_in_flight == 3
