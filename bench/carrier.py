"""The carrier in a process of its own, so that it does not count as ours: answers after a while, and counts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.ground import ACCOUNT, TOKEN
from phonetree.simulator.carrier import SimulatedCarrier
from phonetree.simulator.faults import Delay
from phonetree.simulator.lines import Behaviour, CallbackPlan, Line

NUMBER = "+12135550100"


@dataclass(frozen=True, slots=True)
class FarCarrier:
    """The carrier as the bench sees it."""

    base_url: str
    process: subprocess.Popen[str]

    def took(self) -> tuple[int, int]:
        """How many texts it accepted since it was last asked, and to how many phones."""
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("the carrier cannot be asked")
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        texts, phones = json.loads(self.process.stdout.readline())
        return int(texts), int(phones)


@contextmanager
def far_carrier(latency: float) -> Iterator[FarCarrier]:
    """A carrier that answers after *latency* seconds and sends no receipts."""
    command = [sys.executable, "-m", "bench.carrier", str(latency)]
    home, pipe = Path(__file__).resolve().parents[1], subprocess.PIPE
    with subprocess.Popen(command, cwd=home, env=os.environ, stdin=pipe, stdout=pipe, text=True) as process:  # noqa: S603
        base_url = process.stdout.readline().strip() if process.stdout else ""
        if not base_url:
            raise RuntimeError("the carrier did not start")
        yield FarCarrier(base_url, process)


def _serve(latency: float) -> None:
    """Until there are no more questions."""
    with SimulatedCarrier(ACCOUNT, TOKEN, numbers={NUMBER: Line()}) as carrier:
        carrier.behaviour = Behaviour(callbacks=CallbackPlan(drop=1.0), fault_plan=lambda _: Delay(latency))
        sys.stdout.write(f"{carrier.base_url}\n")
        sys.stdout.flush()
        told = 0
        for _ in sys.stdin:
            accepted = carrier.accepted
            new = accepted[told:]
            told = len(accepted)
            sys.stdout.write(json.dumps([len(new), len({text.recipient for text in new})]) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    _serve(float(sys.argv[1]))
