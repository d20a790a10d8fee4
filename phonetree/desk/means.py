"""What the desk works with: keys, clock, chance, PINs and a doorbell. Passed in, so that a test can hold the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from phonetree.models import Person, Sender
from phonetree.words.crypto import KeyRing, Vault
from phonetree.words.numbers import PhoneNumber
from phonetree.words.pins import PinHasher
from phonetree.words.ports import Clock, Doorbell

NUMBERS_SCOPE = "deployment"


@dataclass(frozen=True, slots=True)
class Means:
    """``new_code`` gives a four-digit one-time code, ``clock`` the time in UTC."""

    keys: KeyRing
    clock: Clock
    pins: PinHasher
    new_code: Callable[[], str]
    doorbell: Doorbell

    def now(self) -> datetime:
        return self.clock()

    def vault(self, sender_id: str) -> Vault:
        """The vault of everyone on one number: the schools that share a number form a tree (decisions 27)."""
        return self.keys.vault(f"tree-{sender_id}")

    def common_vault(self) -> Vault:
        """The vault of what belongs to the deployment: the senders' own numbers."""
        return self.keys.vault(NUMBERS_SCOPE)

    def number_of(self, person: Person) -> PhoneNumber:
        return PhoneNumber(self.vault(person.sender_id).open(person.number_sealed, row=number_row(person.id)))

    def number_of_sender(self, sender: Sender) -> PhoneNumber:
        return PhoneNumber(self.common_vault().open(sender.number_sealed, row=sender_row(sender.id)))


def number_row(person_id: str) -> str:
    return f"people|{person_id}|number"


def sender_row(sender_id: str) -> str:
    return f"senders|{sender_id}|number"
