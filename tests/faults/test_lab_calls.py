"""Families who take calls: called once each while the carrier misbehaves and workers die, and never doubled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from invariants import check_called
from judging import alerted, history_of, judged
from kill_points import Point
from laboratory import ALERT, Laboratory, Setting, laboratory
from ledger import call_states
from waits import ASK_AGAIN, GRACE, LEASE, ROUNDS_EVERY

from phonetree.models import State
from phonetree.simulator.carrier import SimulatedCarrier
from phonetree.simulator.faults import Broken, Fault, Reset
from phonetree.simulator.lines import Behaviour

SETTING = Setting(recipients=24, per_second=25.0, by_call=12)


ROUNDS_OF_A_DOUBT = round((LEASE + GRACE + 4 * ASK_AGAIN).total_seconds() / ROUNDS_EVERY)
"""In so many a doubt is settled, or it is never."""


def callees(lab: Laboratory) -> list[str]:
    return [number.e164 for number in lab.numbers[-SETTING.by_call :]]


def calm(carrier: SimulatedCarrier, _seed: int) -> None:
    carrier.behaviour = Behaviour()


def taken_in_doubt(carrier: SimulatedCarrier, _seed: int) -> None:
    """Every other request to call is taken without an answer."""

    def plan(form: Mapping[str, str]) -> Fault | None:
        is_odd = len(carrier.call_submissions) % 2 == 1
        return Reset(accepted=True) if "Body" not in form and is_odd else None

    carrier.behaviour = Behaviour(fault_plan=plan)


def lost_in_doubt(carrier: SimulatedCarrier, _seed: int) -> None:
    """The first request to call breaks off and is not taken."""

    def plan(form: Mapping[str, str]) -> Fault | None:
        return Broken(500) if "Body" not in form and len(carrier.call_submissions) == 1 else None

    carrier.behaviour = Behaviour(fault_plan=plan)


def test_calls_that_were_taken_without_an_answer_are_made_once(tmp_path: Path, database_url: str) -> None:
    with alerted(tmp_path, database_url, SETTING, taken_in_doubt) as lab:
        assert lab.settles()
        history = judged(lab)
        assert check_called(history, callees(lab)) == []
        assert lab.waits_until(lambda: set(call_states(lab.house.database)) == {State.DELIVERED})
        assert lab.makes_rounds()
        assert check_called(history_of(lab), callees(lab)) == []


def test_a_call_that_was_asked_for_in_vain_is_made(tmp_path: Path, database_url: str) -> None:
    with alerted(tmp_path, database_url, SETTING, lost_in_doubt) as lab:
        assert lab.settles()
        assert lab.makes_rounds(ROUNDS_OF_A_DOUBT)
        assert check_called(history_of(lab), callees(lab)) == []


def test_calls_of_a_worker_that_died_before_it_asked_are_made(tmp_path: Path, database_url: str) -> None:
    with laboratory(tmp_path, database_url, SETTING, calm) as lab:
        lab.send(ALERT)
        assert lab.waits_for_death(lab.start_worker(Point.CALL_AFTER_INTENT))
        lab.start_workers()
        assert lab.settles()
        assert lab.makes_rounds(ROUNDS_OF_A_DOUBT)
        assert check_called(history_of(lab), callees(lab)) == []


def test_calls_of_a_worker_that_died_when_it_had_asked_are_not_made_twice(tmp_path: Path, database_url: str) -> None:
    with laboratory(tmp_path, database_url, SETTING, calm) as lab:
        lab.send(ALERT)
        assert lab.waits_for_death(lab.start_worker(Point.CALL_BEFORE_OUTCOME))
        asked = len(lab.carrier.accepted_calls)
        lab.start_workers()
        assert lab.settles()
        assert lab.makes_rounds(ROUNDS_OF_A_DOUBT)
        history = history_of(lab)
    assert asked
    assert max(Counter(history.called).values()) == 1
