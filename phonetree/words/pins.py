"""PINs of those who may send an alert: how they are kept, compared, and which are too easy to guess."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

FEWEST_DIFFERENT = 3
_SIX_DIGITS = re.compile(r"[0-9]{6}")


@dataclass(frozen=True, slots=True)
class PinHasher:
    """Argon2id over HMAC(pepper, PIN): a stolen database without the pepper gives no million guesses a second.

    ``memory_cost`` is in KiB. The costs are OWASP's smaller setting: a small machine must take calls meanwhile.
    """

    pepper: bytes = field(repr=False)
    time_cost: int = 2
    memory_cost: int = 19_456
    parallelism: int = 1

    def hash(self, pin: str) -> str:
        return self._argon2().hash(self._peppered(pin))

    def verify(self, hashed: str, pin: str) -> bool:
        """Whether it is this PIN; false also for a hash that is none."""
        try:
            return self._argon2().verify(hashed, self._peppered(pin))
        except (VerificationError, ValueError):
            return False

    def _argon2(self) -> PasswordHasher:
        return PasswordHasher(self.time_cost, self.memory_cost, self.parallelism)

    def _peppered(self, pin: str) -> bytes:
        return hmac.digest(self.pepper, pin.encode(errors="surrogatepass"), hashlib.sha256)


def is_weak_pin(pin: str) -> bool:
    """Whether a PIN may not be set: not six digits, one digit six times, or a run up or down (789012 as well)."""
    if not _SIX_DIGITS.fullmatch(pin):
        return True
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    return steps in ({0}, {1}, {9})


def are_alike(one: str, other: str) -> bool:
    """Whether two PINs differ in fewer than three places, so that a slip of the finger could make one the other."""
    return sum(a != b for a, b in zip(one, other, strict=True)) < FEWEST_DIFFERENT
