"""The telephones that are drawn: whose each is, what it looks like, and what is written on the card beside it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FaceKind(StrEnum):
    """How a telephone looks; it works alike."""

    FLIP = "flip"
    DESK = "desk"
    SLAB = "slab"


@dataclass(frozen=True, slots=True, repr=False)
class Face:
    """One telephone as it is drawn. ``language`` is a BCP 47 tag, of what its owner reads."""

    number: str
    name: str
    kind: FaceKind = FaceKind.SLAB
    language: str = "en"
    language_name: str = ""
    note: str = ""
    pin: str = ""
