"""Watching one telephone: every look writes down what came since the last one, text by text and call by call."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator

from phonetree.simulator.answer_plans import Heard
from phonetree.simulator.calls import CallDirection
from phonetree.simulator.handsets import Phone, Received
from phonetree.simulator.legs import Leg
from phonetree.simulator.page import words
from phonetree.simulator.page.book import Book, Line, LineKind
from phonetree.words.languages import LANGUAGES

_LATIN = frozenset(row.bcp47 for row in LANGUAGES.values() if row.script == "Latn")
NameOf = Callable[[str], str]


class Watch:
    """Over one telephone; *index* is its place on the page."""

    def __init__(self, index: int, phone: Phone, language: str, book: Book, name_of: NameOf) -> None:
        self.index, self.phone = index, phone
        self._language, self._book, self._name_of = language, book, name_of
        self._arrived = self._wrote = self._legs = 0
        self._live: list[_CallWatch] = []

    def look(self) -> list[Line]:
        """What is new, in the order in which it came about."""
        lines = [line for call in self._live for line in call.look()]
        for _, write in sorted(self._new(), key=_moment):
            lines += write()
        self._live = [call for call in self._live if not call.is_over]
        return lines

    def write(self, kind: LineKind, what: str, language: str = "", sound: str = "") -> Line:
        return self._book.write(self.index, kind, what, language, sound)

    def _new(self) -> Iterator[tuple[float, Callable[[], list[Line]]]]:
        phone = self.phone
        for text in phone.inbox[self._arrived :]:
            yield text.at, self._text(LineKind.ARRIVED, text)
        for text in phone.written[self._wrote :]:
            yield text.at, self._text(LineKind.WROTE, text)
        for leg in phone.legs[self._legs :]:
            yield leg.call.accepted_at, self._call(leg)
        self._arrived, self._wrote, self._legs = len(phone.inbox), len(phone.written), len(phone.legs)

    def _text(self, kind: LineKind, text: Received) -> Callable[[], list[Line]]:
        return lambda: [self.write(kind, text.body, self._language if self._may_be_in_it(text.body) else "")]

    def _may_be_in_it(self, words: str) -> bool:
        """Latin letters alone are not of a language that has letters of its own: nobody reads them aloud as if."""
        letters = (unicodedata.name(letter, "") for letter in words if letter.isalpha())
        return self._language in _LATIN or not all(name.startswith("LATIN") for name in letters)

    def _call(self, leg: Leg) -> Callable[[], list[Line]]:
        def begin() -> list[Line]:
            call = _CallWatch(self, leg, self._name_of)
            self._live.append(call)
            return [call.begin(), *call.look()]

        return begin


class _CallWatch:
    def __init__(self, watch: Watch, leg: Leg, name_of: NameOf) -> None:
        self._watch, self._leg, self._name_of = watch, leg, name_of
        self._heard = self._met = 0
        self.is_over = False

    def begin(self) -> Line:
        call = self._leg.call
        is_ours = call.direction is CallDirection.INBOUND
        said = words.CALLS_OUT.format(number=call.recipient) if is_ours else words.CALLS_IN.format(number=call.sender)
        return self._watch.write(LineKind.CALL, said)

    def look(self) -> list[Line]:
        leg = self._leg
        fresh = range(self._heard, len(leg.heard))
        lines = [self._hear(leg.heard[place]) for place in fresh if not self._is_again(place)]
        lines += [self._meet(number) for number in leg.met[self._met :]]
        self._heard, self._met = len(leg.heard), len(leg.met)
        if leg.call.is_final and not self.is_over:
            self.is_over = True
            lines.append(self._watch.write(LineKind.CALL, words.ENDED.format(how=leg.call.status.value)))
        return lines

    def _is_again(self, place: int) -> bool:
        """What is said on and on while nobody does anything, as to a caller on hold, is written once."""
        leg = self._leg
        what = leg.heard[place]
        return any(
            what.words == other.words and what.url == other.url for other in leg.heard[leg.just_heard_from : place]
        )

    def _hear(self, heard: Heard) -> Line:
        if heard.url:
            told = words.RECORDING.format(seconds=round(heard.seconds))
            return self._watch.write(LineKind.PLAYED, told, sound=heard.url)
        return self._watch.write(LineKind.HEARD, heard.words, heard.language)

    def _meet(self, number: str) -> Line:
        return self._watch.write(LineKind.CALL, words.JOINED.format(who=self._name_of(number)))


def _moment(new: tuple[float, object]) -> float:
    return new[0]
