"""How long everything waits in the laboratory: seconds for a live tree's minutes, half of them in a small run."""

from __future__ import annotations

import os
from datetime import timedelta

from phonetree.desk import delivery, reconciliation, rounds, settling
from phonetree.engine import worker

IS_FULL = os.environ.get("FAULTS") == "full"
PATIENCE = 1.0 if IS_FULL else 0.5
"""Seconds for which a worker waits for an answer. All other waits are so many times that."""
LATE = 0.3 * PATIENCE
"""How much longer than our patience the slowest request takes, and how long the slowest receipt."""
TURN = 0.5 * PATIENCE
LEASE = timedelta(seconds=2.2 * PATIENCE)
GRACE = timedelta(seconds=1.5 * PATIENCE)
ASK_AGAIN = timedelta(seconds=0.7 * PATIENCE)
ROUND = timedelta(seconds=0.6 * PATIENCE)
ROUNDS_EVERY = 0.3 * PATIENCE
BACK_OFF = timedelta(seconds=0.3 * PATIENCE)
TOO_LATE = timedelta(seconds=PATIENCE)


def hurry() -> None:
    """Make minutes into seconds. The order of the waits stays: turn and patience, lease, grace, the next look."""
    delivery.LEASE, settling.BACK_OFF, delivery.TOO_LATE = LEASE, BACK_OFF, TOO_LATE
    reconciliation.GRACE, reconciliation.ASK_AGAIN = GRACE, ASK_AGAIN
    rounds.ROUND, worker.ROUNDS_EVERY, delivery.ASKED_WITHIN = ROUND, ROUNDS_EVERY, TURN
    worker.LOOK_EVERY = ROUNDS_EVERY
