"""What ``doctor`` finds: whether it stops alerts, what it is in plain words, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """What comes first is told first."""

    STOPS = 0
    """While this is so, no alert reaches families."""
    WARNS = 1
    FINE = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. *about* names it for programs; it stays what it is from version to version."""

    level: Level
    about: str
    what: str
    remedy: str = ""


def stops(about: str, what: str, remedy: str) -> Finding:
    return Finding(Level.STOPS, about, what, remedy)


def warns(about: str, what: str, remedy: str) -> Finding:
    return Finding(Level.WARNS, about, what, remedy)


def fine(about: str, what: str) -> Finding:
    return Finding(Level.FINE, about, what)


def in_order(found: Iterable[Finding]) -> list[Finding]:
    """What stops alerts first; among equals as they were looked for."""
    return sorted(found, key=lambda finding: finding.level)


def is_live(found: Iterable[Finding]) -> bool:
    """Whether nothing stops alerts."""
    return all(finding.level is not Level.STOPS for finding in found)
