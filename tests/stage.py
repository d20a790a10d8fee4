"""People and scenes for the tests of the desk: a tree in a database, texts that nobody delivers, rows to look at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Select, select

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.conversations import answer
from phonetree.desk.delivery import Claimed, claim
from phonetree.desk.exchange import HeardText
from phonetree.models import Broadcast, Delivery, Person, Sender, State, reading, writing
from phonetree.words.numbers import PhoneNumber

SCHOOL = Path(__file__).parent / "transcripts" / "school.toml"
LEAD, ROSA, ANA, BOB, SUE = (PhoneNumber(f"+1213555011{n}") for n in range(5))
NAMES = {LEAD: "lead", ROSA: "rosa", ANA: "ana", BOB: "bob", SUE: "sue"}
PIN = "739152"
AREAS = (323, 310, 818, 626, 562, 424, 661, 714, 909, 805)
_sids = count(1)

T = TypeVar("T")


@contextmanager
def tree_at(database_url: str = "", school: str = "") -> Iterator[Rehearsal]:
    with Rehearsal(school or SCHOOL.read_text(), database_url=database_url) as tree:
        tree.waits_for_segments = False
        tree.enrol(LEAD, "lead", "en", PIN)
        yield tree


def crowd() -> list[PhoneNumber]:
    """A thousand phones, none of them anybody's."""
    return [PhoneNumber(f"+1{area}55501{n:02}") for area in AREAS for n in range(100)]


def new_sid() -> str:
    return f"SM{next(_sids):032x}"


def say(tree: Rehearsal, who: PhoneNumber, words: str, *, sid: str = "", has_media: bool = False) -> str:
    """One text comes in and is answered; nothing else is delivered."""
    heard = HeardText(sid or new_sid(), who, tree.school.site.number, words, has_media)
    return answer(tree.database, tree.means, heard).body


def code_in(preview: str) -> str:
    found = re.findall(r"\b\d{4}\b", preview)
    assert len(found) == 1, "a preview has exactly one number of four digits"
    return str(found[0])


def send(tree: Rehearsal, words: str, who: PhoneNumber = LEAD, pin: str = PIN) -> str:
    """A lead sends: the words, then code and PIN."""
    return say(tree, who, f"{code_in(say(tree, who, words))} {pin}")


def all_of(tree: Rehearsal, chosen: Select[T]) -> Sequence[T]:
    with reading(tree.database) as session:
        return session.scalars(chosen).all()


def rows(tree: Rehearsal, action: str = "alert") -> Sequence[Delivery]:
    """The deliveries of all broadcasts of this kind, in order."""
    chosen = select(Delivery).join(Broadcast, Broadcast.id == Delivery.broadcast_id).where(Broadcast.action == action)
    return all_of(tree, chosen.order_by(Delivery.id))


def names_of(tree: Rehearsal, deliveries: Sequence[Delivery]) -> list[str]:
    """Whose phones these go to, by name."""
    with reading(tree.database) as session:
        people = [session.get_one(Person, delivery.person_id) for delivery in deliveries]
        return sorted(NAMES[tree.means.number_of(person)] for person in people)


def states(tree: Rehearsal, action: str = "alert") -> list[State]:
    return [delivery.state for delivery in rows(tree, action)]


def sender_id(tree: Rehearsal) -> str:
    (found,) = all_of(tree, select(Sender.id))
    return found


def claim_all(tree: Rehearsal, most: int = 100) -> list[Claimed]:
    return claim(tree.database, tree.means, sender_id(tree), most)


def set_bucket(tree: Rehearsal, *, tokens: float, per_second: float) -> None:
    """What the number may send now, and how fast that comes back."""
    with writing(tree.database) as session:
        sender = session.get_one(Sender, sender_id(tree))
        sender.tokens, sender.segments_per_second = tokens, per_second
