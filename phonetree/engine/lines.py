"""How many requests may be under way at once: the carrier publishes no number, so its refusals teach it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from phonetree.words.ports import Accepted, HandOver, Refused, Verdict

IN_FLIGHT = 100
FEWEST = 1
GIVEN_BACK_AFTER = 100
"""So many texts taken in a row give a line back, where no more is known."""
AHEAD, LEAST_AHEAD = 80, 10
"""Claimed and not yet asked, so that no line lies idle while the next ones are claimed: how many at most, and where a
slow carrier, or a busy machine, lets what was claimed become too late to be asked for."""


class Lines:
    """Lines to the carrier, shared by everything that one process sends.

    Each refusal for being too many takes one line away: a hundred at once against a limit of fifty leave fifty. Lines
    come back slowly, and not while the carrier counts as many requests as when it refused: other workers may hold
    them. A carrier that cannot be reached at all takes no line away.
    """

    def __init__(self, most: int = IN_FLIGHT) -> None:
        self.most = self.limit = most
        self.claimed = 0
        """What waits for a line or holds one."""
        self.ahead = AHEAD
        self._free = asyncio.Semaphore(most)
        self._taken_in_a_row = 0
        self._refused_at: int | None = None

    @property
    def room(self) -> int:
        """How many more may be claimed."""
        return self.limit + self.ahead - self.claimed

    @property
    def claim_from(self) -> int:
        """A claim is a transaction: it is not made for fewer."""
        return self.ahead * 5 // 8

    def keep_up(self, told: Sequence[HandOver]) -> None:
        """Claim less ahead where something became too late for it, and by and by more again."""
        if Refused(Verdict.LATE) in told:
            self.ahead = max(self.ahead // 2, LEAST_AHEAD)
        else:
            self.ahead = min(self.ahead + 1, AHEAD)

    async def take(self) -> None:
        await self._free.acquire()

    def give_back(self, told: HandOver | None) -> None:
        """The line is free again, or gone, by what the carrier *told*; ``None``: it was not asked."""
        match told:
            case Refused(Verdict.THROTTLED, load=load) if self.limit > FEWEST:
                self._taken_in_a_row = 0
                self._refused_at = min((each for each in (load, self._refused_at) if each is not None), default=None)
                self.limit -= 1
                return
            case Accepted(load=load):
                self._taken_in_a_row += 1
                self._one_more(load)
        self._free.release()

    def _one_more(self, load: int | None) -> None:
        if self.limit >= self.most or self._taken_in_a_row < GIVEN_BACK_AFTER:
            return
        self._taken_in_a_row = 0
        if load is not None and self._refused_at is not None and load + 1 >= self._refused_at:
            self._refused_at += 1  # not now; but limits are raised, so some time it is tried
            return
        self.limit += 1
        self._free.release()
