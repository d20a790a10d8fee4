"""What crosses between the carrier and the tree, for who looks at it: nothing is kept before somebody does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Way(StrEnum):
    """Who asked: the carrier asks the tree's webhooks, the tree asks the carrier's resources."""

    TO_TREE = "to-tree"
    TO_CARRIER = "to-carrier"


@dataclass(frozen=True, slots=True, repr=False)
class Crossing:
    """One request and its answer. ``status`` None: none came, and ``answer`` says why."""

    way: Way
    method: str
    address: str
    """The path, without the host: both are on this machine."""
    fields: Mapping[str, str]
    status: int | None
    answer: str


class Wire:
    """Tells one listener of everything that crosses; costs nothing while there is none."""

    def __init__(self) -> None:
        self._listener: Callable[[Crossing], None] | None = None

    @property
    def is_tapped(self) -> bool:
        return self._listener is not None

    def tap(self, listener: Callable[[Crossing], None]) -> None:
        self._listener = listener

    def tell(self, crossing: Crossing) -> None:
        if self._listener is not None:
            self._listener(crossing)
