"""What somebody asks for whose phone shows boxes in place of their letters: other letters, or calls; as effects."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TakeLatin:
    """Texts in Latin letters from now on: in the first language of theirs, or of the school's, that is written so."""


@dataclass(frozen=True, slots=True)
class TakeCalls:
    """Calls in place of texts, about everything. Who works at the school goes on getting texts."""


LetterEffect = TakeLatin | TakeCalls
