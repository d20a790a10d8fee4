"""What goes wrong at the carrier, request by request, out of one seed: harsher than any real carrier on purpose."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from itertools import accumulate

from phonetree.simulator.carrier import SimulatedCarrier
from phonetree.simulator.faults import Broken, Delay, Fault, FaultPlan, Reset, Throttled
from phonetree.simulator.lines import Behaviour, CallbackPlan

PATIENCE = 1.0
"""Seconds for which a worker of the laboratory waits for an answer."""
FAULTS: tuple[tuple[Fault | None, float], ...] = (
    (Throttled(), 0.03),
    (Broken(503), 0.02),
    (Broken(500, accepted=True), 0.03),
    (Reset(accepted=True), 0.03),
    (Delay(PATIENCE + 0.3), 0.01),
    (None, 0.88),
)
LOST, DOUBLED, LATEST = 0.1, 0.1, 0.3
"""Of receipts: the share that never comes, the share of texts whose come twice, the longest delay in seconds."""


def fault_for(drawn: float) -> Fault | None:
    """The fault at this place between 0 and 1."""
    edges = accumulate(share for _fault, share in FAULTS)
    return next(fault for (fault, _share), edge in zip(FAULTS, edges, strict=True) if drawn < edge or edge > 1 - 1e-9)


def receipts_for(chance: random.Random) -> CallbackPlan:
    repeat = 2 if chance.random() < DOUBLED else 1
    return CallbackPlan(delay=chance.random() * LATEST, repeat=repeat, shuffle=True, drop=LOST)


def misbehave(carrier: SimulatedCarrier, seed: int) -> None:
    """From now on every request meets a fault or none, and the receipts of every text their own fate."""
    chance = random.Random(seed)  # noqa: S311 - faults that repeat with a seed, not secrets
    calm = Behaviour()

    def plan(form: Mapping[str, str]) -> Fault | None:
        carrier.behaviour = replace(calm, callbacks=receipts_for(chance), fault_plan=planned)
        return fault_for(chance.random())

    planned: FaultPlan = plan
    carrier.behaviour = replace(calm, callbacks=receipts_for(chance), fault_plan=planned)
