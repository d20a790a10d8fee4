"""The made-up people of the demo's school: 200 families in English and Spanish, two that join, twelve staff."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from phonetree.words.numbers import PhoneNumber

SCHOOL_FILE = Path(__file__).with_name("maple_demo.toml")
CODE = "MAPLE"
SCHOOL_NUMBER = PhoneNumber("+12135550100")
PLACES = {"en": "front gate", "es": "puerta principal"}
"""What the first place of the school file is called, in each language of its families."""

FAMILIES, SPANISH_IN_FIVE = 200, 3
_FAMILY_AREAS = ("323", "310", "818", "626", "562", "424", "661")
_STAFF = (
    ("Ms. Ortega, lead", "lead", "en", "739152"),
    ("Mr. Reyes, lead", "lead", "es", "480613"),
    ("Ms. Kim, lead", "lead", "en", "925708"),
    ("counselor", "counselor", "es", ""),
    ("front office", "operator", "es", ""),
    *((f"teacher {n}", "staff", "es" if n % 3 == 0 else "en", "") for n in range(1, 8)),
)


@dataclass(frozen=True, slots=True)
class Person:
    """One phone in somebody's hand. Only leads have a PIN."""

    name: str
    role: str
    language: str
    number: PhoneNumber
    pin: str = ""


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody. ``joining`` are two families that are not on the roster."""

    families: tuple[Person, ...]
    joining: tuple[Person, Person]
    staff: tuple[Person, ...]

    @property
    def roster(self) -> tuple[Person, ...]:
        return (*self.staff, *self.families)

    @property
    def everyone(self) -> tuple[Person, ...]:
        return (*self.roster, *self.joining)

    @property
    def leads(self) -> tuple[Person, ...]:
        return tuple(person for person in self.staff if person.role == "lead")

    def family(self, language: str, which: int) -> Person:
        """One of the families on the roster that read *language*."""
        return [family for family in self.families if family.language == language][which]


def make_cast() -> Cast:
    """The same people every time."""
    families = tuple(_family(n, "es" if n % 5 < SPANISH_IN_FIVE else "en") for n in range(FAMILIES))
    joining = (_family(FAMILIES, "en"), _family(FAMILIES + 1, "es"))
    staff = tuple(
        Person(name, role, language, PhoneNumber(f"+12135550{110 + n}"), pin)
        for n, (name, role, language, pin) in enumerate(_STAFF)
    )
    return Cast(families, joining, staff)


def roster_csv(people: Sequence[Person]) -> str:
    """The roster as a school's office would export it."""
    written = io.StringIO(newline="")
    rows = csv.writer(written)
    rows.writerow(("phone", "language", "role", "channel", "consent"))
    for person in people:
        consent = "paper form 2026-09-03" if person.role == "parent" else "staff meeting 2026-08-27"
        rows.writerow((person.number.national(), person.language, person.role, "sms", consent))
    return written.getvalue()


def _family(n: int, language: str) -> Person:
    area = _FAMILY_AREAS[n % len(_FAMILY_AREAS)]
    number = PhoneNumber(f"+1{area}5550{100 + n // len(_FAMILY_AREAS)}")
    return Person(f"family {n + 1} ({language})", "parent", language, number)
