"""Ask the advisory service whether a pinned version has a known hole; where it cannot be reached, say so."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PATIENCE = 120
"""Seconds."""


def main(files: Sequence[str]) -> int:
    """0: no known hole, or nobody to ask; 1: holes, each with the version that has it mended."""
    found = [answer for name in files if (answer := asked(name)) is not None]
    pins = [pin for answer in found for pin in answer["dependencies"]]
    sys.stdout.write(f"{told(pins)}\n")
    return 1 if any(pin.get("vulns") for pin in pins) else 0


def asked(file: str) -> dict[str, Any] | None:
    """What the service says of the pins in *file*; None where there was no answer."""
    command = [
        str(Path(sys.executable).with_name("pip-audit")),
        "--disable-pip",
        "--require-hashes",
        "--format",
        "json",
    ]
    try:
        ran = subprocess.run(  # noqa: S603
            [*command, "-r", file], capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        answer = json.loads(ran.stdout)
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return None
    return answer if isinstance(answer, dict) else None


def told(pins: Sequence[dict[str, Any]]) -> str:
    """In words: each known hole, or how many pins have none, or that nobody could be asked."""
    holes = [
        f"{pin['name']} {pin['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or 'no version yet'}"
        for pin in pins
        for hole in pin.get("vulns", ())
    ]
    answered = [pin for pin in pins if "skip_reason" not in pin]
    if holes:
        return "\n".join(["Known holes:", *sorted(set(holes))])
    if not answered:
        return "Not run: the advisory service could not be reached, so nobody was asked for known holes."
    asked_in_vain = len(pins) - len(answered)
    return f"No known hole in {len(answered)} pins" + (
        f"; {asked_in_vain} are not known there." if asked_in_vain else "."
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
