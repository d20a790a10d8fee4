"""A house with families and everything else that is sealed, for the tests of keys and of backups."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from phone import environment, house_in, migrated_url
from sqlalchemy import inspect, select

from phonetree.app import House
from phonetree.desk import people, schools
from phonetree.desk.conversations import answer
from phonetree.desk.exchange import HeardText
from phonetree.desk.means import Means
from phonetree.desk.sealed_columns import SEALED
from phonetree.models import Membership, Person, Pin, reading, writing
from phonetree.words.crypto import KeyRing, new_master_key
from phonetree.words.keyfiles import key_files
from phonetree.words.numbers import PhoneNumber

ROOT = Path(__file__).resolve().parents[1]
SCHOOL = PhoneNumber("+12135550100")
LEAD, LAST = PhoneNumber("+12135550110"), PhoneNumber("+12135550160")
FAMILIES = [PhoneNumber(f"+12135550{number}") for number in range(120, 129)]
PIN = "739152"
_sids = count(1)


@dataclass(frozen=True)
class KeptHouse:
    """A house, and the environment in which another process opens the same."""

    house: House
    settings: dict[str, str]

    @property
    def means(self) -> Means:
        return self.house.means

    def environment(self) -> dict[str, str]:
        return {**os.environ, **self.settings, "PYTHONPATH": str(ROOT)}

    def says(self, number: PhoneNumber, words: str) -> str:
        """One text comes in; its answer."""
        heard = HeardText(f"SM{next(_sids):032x}", number, SCHOOL, words)
        return answer(self.house.database, self.means, heard).body

    def enrol(self, number: PhoneNumber, role: str, pin: str = "") -> None:
        with writing(self.house.database) as session:
            site = schools.find_site(session, "MAPLE")
            assert site is not None
            person = people.enrol(session, self.means, site.sender, number, "en")
            person.language_is_chosen = True
            person.memberships.append(Membership(site_id=site.id, role=role, calls="all"))
            if pin:
                session.add(Pin(person_id=person.id, hashed=self.means.pins.hash(pin), set_at=self.means.now()))

    def numbers(self) -> list[str]:
        """Everybody's number, opened."""
        with reading(self.house.database) as session:
            return sorted(self.means.number_of(person).e164 for person in session.scalars(select(Person)))


def plains(house: KeptHouse, ring: KeyRing | None = None) -> dict[tuple[Any, ...], bytes]:
    """Everything sealed, opened with our keys or with those of *ring*, by where it stands."""
    ring = ring or house.means.keys
    vaults = {file.key_id: ring.vault(file.scope) for file in key_files(ring.directory)}
    found: dict[tuple[Any, ...], bytes] = {}
    for each in SEALED:
        primary = inspect(each.column.class_).primary_key
        fills = [column.label(name) for name, column in each.fills.items()]
        at = [column.label(f"at_{column.name}") for column in primary]
        chosen = select(each.column.label("sealed"), *at, *fills).where(each.column.is_not(None))
        with reading(house.house.database) as session:
            for row in session.execute(chosen).mappings():
                place = each.place.format(**{name: row[name] for name in each.fills})
                key = (each.name, *(row[label.name] for label in at))
                found[key] = vaults[row["sealed"][1:9]].open_bytes(row["sealed"], row=place)
    return found


@contextmanager
def kept_house(kind: str, folder: Path) -> Iterator[KeptHouse]:
    """With a lead, nine families of whom some wrote, and an alert that is out."""
    with migrated_url(kind, folder) as url:
        given = environment(folder, DATABASE_URL=url, PHONETREE_KEYS=new_master_key())
        with house_in(folder, **given) as opened:
            house = KeptHouse(opened, given)
            house.enrol(LEAD, "lead", PIN)
            for family in FAMILIES:
                house.enrol(family, "parent")
            house.says(FAMILIES[0], "0")
            house.says(FAMILIES[0], "my cousin waits behind the laundry")
            house.says(FAMILIES[1], "0")
            yield house
