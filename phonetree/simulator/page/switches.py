"""Faults that somebody at the page may switch on: a slow carrier, and receipts that get lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from phonetree.simulator.faults import Delay
from phonetree.simulator.lines import Behaviour, CallbackPlan

SLOW = Delay(3.0)
LOST = CallbackPlan(drop=1.0)


def switched(behaviour: Behaviour, *, is_slow: bool, is_lossy: bool) -> Behaviour:
    """The same carrier with these faults and no other of the two."""
    return replace(
        behaviour,
        fault_plan=_be_slow if is_slow else None,
        callbacks=LOST if is_lossy else CallbackPlan(),
    )


def is_slow(behaviour: Behaviour) -> bool:
    return behaviour.fault_plan is _be_slow


def is_lossy(behaviour: Behaviour) -> bool:
    return behaviour.callbacks == LOST


def _be_slow(_form: Mapping[str, str]) -> Delay:
    return SLOW
