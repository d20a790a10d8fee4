"""A worker of the laboratory: the product's own, with shorter waits, and told from outside where to die.

``LAB_DIES_AT`` (a point of ``kill_points``, a colon, the pass) and ``LAB_FULL_DISK`` (a file) are read here alone.
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from aiohttp import ClientTimeout
from full_disk import fill_while
from kill_points import Point, die_at
from waits import PATIENCE, hurry

from phonetree.app import carrier_of, open_house
from phonetree.engine.worker import Worker
from phonetree.words.logs import configure_logs
from phonetree.words.settings import take_settings

DIES_AT, FULL_DISK = "LAB_DIES_AT", "LAB_FULL_DISK"


def be_born() -> None:
    """What the first of all does."""


def work(environment: dict[str, str], log: str) -> None:
    """Work in this process until SIGTERM; what is logged goes to the end of the file *log*."""
    with Path(log).open("ab") as end:
        os.dup2(end.fileno(), sys.stderr.fileno())
    configure_logs(sys.stderr, json=True)
    hurry()
    dies_at, full_disk = environment.pop(DIES_AT, ""), environment.pop(FULL_DISK, "")
    if dies_at:
        point, _, passes = dies_at.partition(":")
        die_at(Point(point), int(passes))
    house = open_house(take_settings(environment))
    if full_disk:
        fill_while(Path(full_disk), house.database)
    carrier = replace(carrier_of(house.settings), patience=ClientTimeout(total=PATIENCE))
    sends = Worker(house.database, house.engine, house.means, carrier.open)
    signal.signal(signal.SIGTERM, lambda *_: sends.stop())
    sends.run()
    house.database.dispose()
    house.engine.storage.close()
