"""A worker dies at each labelled point in turn, and another one goes on: everybody is reached, once (I2, I3, I8)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from judging import judged
from kill_points import Point
from laboratory import ALERT, Setting, laboratory
from waits import PATIENCE

from phonetree.simulator.carrier import SimulatedCarrier
from phonetree.simulator.faults import Delay, Fault, Reset
from phonetree.simulator.lines import Behaviour, CallbackPlan

SETTING = Setting(recipients=20, per_second=20.0)
PASSES = {
    Point.BEFORE_INTENT: 2,
    Point.AFTER_INTENT: 2,
    Point.UNDER_WAY: 4,
    Point.BEFORE_OUTCOME: 2,
    Point.IN_RESOLVER: 2,
    Point.IN_ROUND: 2,
}
"""When it dies: not at the first pass, so that it is in the middle of something."""


def calm(carrier: SimulatedCarrier, _seed: int) -> None:
    """Everything goes well, and no receipt says so: only the carrier's list knows what it has taken."""
    carrier.behaviour = Behaviour(callbacks=CallbackPlan(drop=1.0))


def slow(carrier: SimulatedCarrier, _seed: int) -> None:
    carrier.behaviour = Behaviour(callbacks=CallbackPlan(drop=1.0), fault_plan=lambda _form: Delay(0.6 * PATIENCE))


def in_doubt(carrier: SimulatedCarrier, _seed: int) -> None:
    """The first requests break off, every other one of them accepted."""

    def plan(_form: Mapping[str, str]) -> Fault | None:
        asked = len(carrier.submissions)
        return Reset(accepted=asked % 2 == 0) if asked <= 8 else None

    carrier.behaviour = Behaviour(callbacks=CallbackPlan(drop=1.0), fault_plan=plan)


MISBEHAVES = {Point.UNDER_WAY: slow, Point.IN_RESOLVER: in_doubt}


@pytest.mark.parametrize("point", PASSES)
def test_a_worker_that_dies_there_loses_nothing_and_doubles_nothing(
    tmp_path: Path, database_url: str, point: Point
) -> None:
    with laboratory(tmp_path, database_url, SETTING, MISBEHAVES.get(point, calm)) as lab:
        lab.send(ALERT)
        assert lab.waits_for_death(lab.start_worker(point, PASSES[point]))
        taken = len(lab.carrier.accepted)
        assert taken < SETTING.recipients or point is Point.IN_RESOLVER, "it died too late"
        lab.start_workers()
        assert lab.settles()
        history = judged(lab)
    assert history.got(history.alert) == set(history.recipients)
