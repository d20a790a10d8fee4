"""What the advisory service says of our pins is told as it is: holes, none, or that nobody answered."""

from __future__ import annotations

import pytest
from audit_pins import told

HOLE = {"id": "PYSEC-2026-1", "fix_versions": ["1.2"]}
NOBODY = {"name": "flask", "skip_reason": "not found"}
SOUND = {"name": "flask", "version": "3.1.3", "vulns": []}
HOLED = {"name": "example", "version": "1.1", "vulns": [HOLE]}


@pytest.mark.parametrize(
    ("pins", "words"),
    [
        ([NOBODY, NOBODY], "Not run: the advisory service could not be reached, so nobody was asked for known holes."),
        ([], "Not run: the advisory service could not be reached, so nobody was asked for known holes."),
        ([SOUND, NOBODY], "No known hole in 1 pins; 1 are not known there."),
        ([SOUND], "No known hole in 1 pins."),
        ([SOUND, HOLED, HOLED], "Known holes:\nexample 1.1: PYSEC-2026-1, mended in 1.2"),
    ],
)
def test_what_is_told_of_the_pins(pins: list[dict[str, object]], words: str) -> None:
    assert told(pins) == words
