"""What one text leads to: a step begins, an open question is answered, or nothing is said at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from phonetree.dialogue.nodes import Step


@dataclass(frozen=True, slots=True)
class Begin:
    """Begin here, with what the words already answered."""

    step: Step
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resume:
    """The words answer the open question."""

    step: Step


@dataclass(frozen=True, slots=True)
class Unpark:
    """``BACK``: the question that a safety text had parked."""


@dataclass(frozen=True, slots=True)
class Silence:
    """No answer at all."""


Next = Begin | Resume | Unpark | Silence
