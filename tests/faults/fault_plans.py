"""What goes wrong at the carrier, request by request, out of one seed: harsher than any real carrier on purpose."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import accumulate

from waits import LATE, PATIENCE

from phonetree.simulator.carrier import SimulatedCarrier
from phonetree.simulator.faults import Broken, Delay, Drip, Fault, FaultPlan, Hang, Reset, Throttled, Truncated
from phonetree.simulator.lines import Behaviour, CallbackPlan

Shares = Sequence[tuple[Fault | None, float]]
"""Which faults there are, and which share of all requests meets each; together 1."""
FAULTS: Shares = (
    (Throttled(), 0.03),
    (Broken(503), 0.02),
    (Broken(500, accepted=True), 0.03),
    (Reset(accepted=True), 0.03),
    (Delay(PATIENCE + LATE), 0.01),
    (None, 0.88),
)
RARE: Shares = (
    (Hang(), 0.08),
    (Hang(accepted=True), 0.08),
    (Truncated(), 0.08),
    (Drip(LATE / 10), 0.08),
    (Broken(503, accepted=True), 0.08),
    (None, 0.6),
)
"""The rest of what a carrier can do, far more often than it does."""
LOST, DOUBLED = 0.1, 0.1
"""Of receipts: the share that never comes, the share of texts whose come twice."""


def fault_for(drawn: float, shares: Shares = FAULTS) -> Fault | None:
    """The fault at this place between 0 and 1."""
    edges = accumulate(share for _fault, share in shares)
    return next(fault for (fault, _share), edge in zip(shares, edges, strict=True) if drawn < edge or edge > 1 - 1e-9)


def receipts_for(chance: random.Random) -> CallbackPlan:
    repeat = 2 if chance.random() < DOUBLED else 1
    return CallbackPlan(delay=chance.random() * LATE, repeat=repeat, shuffle=True, drop=LOST)


def misbehave(carrier: SimulatedCarrier, seed: int, shares: Shares = FAULTS, listing_lag: float = 0.0) -> None:
    """From now on every request meets a fault or none, and the receipts of every text their own fate."""
    chance = random.Random(seed)  # noqa: S311 - faults that repeat with a seed, not secrets
    calm = Behaviour(listing_lag=listing_lag)

    def plan(form: Mapping[str, str]) -> Fault | None:
        carrier.behaviour = replace(calm, callbacks=receipts_for(chance), fault_plan=planned)
        return fault_for(chance.random(), shares)

    planned: FaultPlan = plan
    carrier.behaviour = replace(calm, callbacks=receipts_for(chance), fault_plan=planned)
