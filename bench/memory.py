"""The most memory that this process ever held."""

from __future__ import annotations

import re
import resource
import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")
_HIGH_WATER = re.compile(r"^VmHWM:\s+([0-9]+) kB", re.MULTILINE)


def most_memory() -> float:
    """In MB. Linux is asked for the program's own: what ``getrusage`` tells a new process begins at its parent's."""
    if _STATUS.exists() and (found := _HIGH_WATER.search(_STATUS.read_text(encoding="ascii"))):
        return int(found[1]) / 1024
    in_kilobytes = 1 if sys.platform != "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / in_kilobytes / 1024
