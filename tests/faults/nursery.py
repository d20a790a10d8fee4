"""Where workers come from: a process that has read all the code splits one off after another, within milliseconds."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Mapping
from functools import cache
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

from lab_worker import be_born, work

HERE = Path(__file__).resolve().parent


@cache
def _nursery() -> ForkServerContext:
    """Ready: its first child, which does nothing, came when all the code was read."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([work.__module__])
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(HERE.parents[1]), str(HERE)])
    try:
        forkserver.ensure_running()
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before
    first = context.Process(target=be_born, daemon=True)
    first.start()
    first.join()
    return context


def prepare() -> None:
    """So that the first worker comes as quickly as all the others."""
    _nursery()


def new_worker(environment: Mapping[str, str], log: Path) -> ForkServerProcess:
    """A worker at work. Nothing of this process is in it: it could be on another host."""
    process = _nursery().Process(target=work, args=(dict(environment), str(log)), daemon=True)
    process.start()
    return process
