"""The telephones on the page over a network: watched, numbered from 1, and told apart by number and by place."""

from __future__ import annotations

from dataclasses import dataclass

from phonetree.simulator.handsets import Phone
from phonetree.simulator.legs import Leg
from phonetree.simulator.network import Network
from phonetree.simulator.page import words
from phonetree.simulator.page.book import Book
from phonetree.simulator.page.crossings import Sieve
from phonetree.simulator.page.faces import Face
from phonetree.simulator.page.lesson import Lesson
from phonetree.simulator.page.standing import Standing, call_of, standing_of
from phonetree.simulator.page.watching import Watch
from phonetree.simulator.wire import Crossing

MOST_DRAWN = 24


@dataclass(slots=True, eq=False, repr=False)
class Drawn:
    """One telephone on the page. ``dialled`` are the keys pressed while it was idle."""

    index: int
    face: Face
    phone: Phone
    watch: Watch
    dialled: str = ""

    @property
    def call(self) -> Leg | None:
        return call_of(self.phone)


class Deck:
    """Not thread-safe: every method runs on the carrier's loop."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.book = Book()
        self.lesson = Lesson()
        self.drawn: list[Drawn] = []
        self._by_number: dict[str, Drawn] = {}
        self._sieve = Sieve(self._by_number.__contains__)

    def draw(self, face: Face) -> None:
        """Put a telephone on the page, with all that it remembers; one that is there already stays as it is."""
        if face.number in self._by_number or len(self.drawn) >= MOST_DRAWN:
            return
        self.network.wire.tap(self._cross)
        index, phone = len(self.drawn) + 1, self.network.phones.get(face.number)
        drawn = Drawn(index, face, phone, Watch(index, phone, face.language, self.book, self._name_of))
        self._by_number[face.number] = drawn
        self.drawn.append(drawn)
        drawn.watch.look()

    def draw_latest(self) -> None:
        """The telephones that were used last, by their numbers, where nobody chose any."""
        for phone in self.network.phones.latest(MOST_DRAWN):
            self.draw(Face(phone.number, phone.number))

    def at(self, index: int) -> Drawn | None:
        return self.drawn[index - 1] if 1 <= index <= len(self.drawn) else None

    def look(self) -> None:
        """Write down what is new at every telephone."""
        for drawn in self.drawn:
            for line in drawn.watch.look():
                self.lesson.see(drawn.face.number, line)

    def standing(self, drawn: Drawn) -> Standing:
        call = drawn.call
        partner = None if call is None else call.partner
        return standing_of(call, drawn.dialled, "" if partner is None else self._name_of(partner.number))

    def _name_of(self, number: str) -> str:
        drawn = self._by_number.get(number)
        return words.SOMEBODY if drawn is None else drawn.face.name

    def _cross(self, crossing: Crossing) -> None:
        if self._sieve.lets_through(crossing):
            self.book.cross(crossing)
            self.network.tell()
