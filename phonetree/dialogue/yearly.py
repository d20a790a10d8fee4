"""What somebody answers when they are asked, once a year, whether the phone is still theirs: a value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stay:
    """This phone stays on the list for another year."""
