"""What leads ask about who joins, and what came of it, as values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FindHeld:
    """Who waits to be let in."""


@dataclass(frozen=True, slots=True)
class LetIn:
    """Let in who waits under this number, or everybody."""

    number: int | None


@dataclass(frozen=True, slots=True)
class TurnAway:
    """The same, not let in."""

    number: int | None


@dataclass(frozen=True, slots=True)
class NameJoinWord:
    """With which word families join; *is_new*: from now on it is another one."""

    is_new: bool = False


JoinEffect = FindHeld | LetIn | TurnAway | NameJoinWord


@dataclass(frozen=True, slots=True)
class Joined:
    """Somebody agreed. *number*: under which it waits for a lead; none where it does not wait."""

    number: int | None = None


@dataclass(frozen=True, slots=True)
class HeldFound:
    """The numbers under which some wait, the oldest first; *more* of them are not named."""

    numbers: tuple[int, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class HeldSettled:
    """So many were let in, or turned away."""

    count: int = 0


@dataclass(frozen=True, slots=True)
class JoinWord:
    """How families join."""

    word: str = ""


JoinOutcome = Joined | HeldFound | HeldSettled | JoinWord
