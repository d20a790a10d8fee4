"""A worker of the laboratory, as a process: the product's own, put together with shorter waits than a live one has."""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from datetime import timedelta

from aiohttp import ClientTimeout
from fault_plans import PATIENCE

from phonetree.app import carrier_of, open_house
from phonetree.desk import delivery, reconciliation, rounds
from phonetree.engine import worker
from phonetree.words.logs import configure_logs
from phonetree.words.settings import take_settings

LEASE = timedelta(seconds=PATIENCE + 1.0)
GRACE = timedelta(seconds=1.5)
"""Longer than the slowest request is slower than our patience, and than the slowest receipt."""
ASK_AGAIN = timedelta(seconds=0.7)
ROUND = timedelta(seconds=0.6)
BACK_OFF = timedelta(seconds=0.3)
TOO_LATE = timedelta(seconds=1)
ROUNDS_EVERY = 0.3


def hurry() -> None:
    """Make minutes into seconds. The order of the waits stays: patience, lease, grace, the next look."""
    delivery.LEASE, delivery.BACK_OFF, delivery.TOO_LATE = LEASE, BACK_OFF, TOO_LATE
    reconciliation.GRACE, reconciliation.ASK_AGAIN = GRACE, ASK_AGAIN
    rounds.ROUND, worker.ROUNDS_EVERY = ROUND, ROUNDS_EVERY


def main() -> None:
    configure_logs(sys.stderr, json=True)
    hurry()
    house = open_house(take_settings(os.environ))
    carrier = replace(carrier_of(house.settings), patience=ClientTimeout(total=PATIENCE))
    sends = worker.Worker(house.database, house.engine, house.means, carrier.open)
    signal.signal(signal.SIGTERM, lambda *_: sends.stop())
    sends.run()
    house.database.dispose()
    house.engine.storage.close()


if __name__ == "__main__":
    main()
