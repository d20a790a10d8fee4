"""How the demo uses its telephones: write and wait for the answer, and see who got a text that went to many."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from phonetree.demo.cast import Cast, Person
from phonetree.demo.checks import Checks
from phonetree.demo.stage import Stage
from phonetree.demo.transcript import Transcript
from phonetree.simulator.messages import Direction, Message, Status

ANSWERS_WITHIN, REACHES_ALL_WITHIN = 30.0, 90.0
_CODE, _NUMBER = re.compile(r"\b[0-9]{4}\b"), re.compile(r"\b[1-9][0-9]{2}\b")


class NothingCame(Exception):
    """A text was due on a phone and did not come; the story cannot go on."""


@dataclass(frozen=True, slots=True)
class Play:
    """What every scene works with."""

    stage: Stage
    cast: Cast
    transcript: Transcript
    checks: Checks

    def check(self, name: str, passed: bool, detail: str = "") -> None:  # noqa: FBT001 - reads as a sentence
        self.transcript.checked(self.checks.that(name, passed, detail))

    def mark(self) -> int:
        """Now, as a place in the carrier's history."""
        return len(self.stage.carrier.accepted)

    def since(self, mark: int) -> list[Message]:
        """What the phone tree asked the carrier to send since *mark*, answers to somebody's text left out."""
        return [text for text in self.stage.carrier.accepted[mark:] if text.direction is Direction.API]

    def to_families(self, mark: int) -> list[Message]:
        """The same, to everyone but the leads, whose phones also get what is meant for leads."""
        leads = {lead.number.e164 for lead in self.cast.leads}
        return [text for text in self.since(mark) if text.recipient not in leads]


def say(play: Play, who: Person, words: str, *, due: str = "") -> str:
    """Write a text and wait for the answer, or for a text that holds *due*; both are printed."""
    play.transcript.wrote(who.name, words)
    phone = play.stage.phone(who.number)
    before = len(phone.inbox)
    replies = phone.text(words)
    return _arrived(play, who, before, due or "".join(replies[:1]))


def hear(play: Play, who: Person, due: str, *, before: int) -> str:
    """Wait for a text that holds *due* and comes after the first *before* in the inbox; it is printed."""
    return _arrived(play, who, before, due)


def inbox_size(play: Play, who: Person) -> int:
    return len(play.stage.phone(who.number).inbox)


def sizes(play: Play, people: Iterable[Person]) -> dict[Person, int]:
    """How many texts each of them has by now."""
    return {person: inbox_size(play, person) for person in people}


def wait_for_each(play: Play, before: Mapping[Person, int]) -> None:
    """One more text than *before* for each of them; they are not printed."""

    def have_one_more() -> bool:
        return all(inbox_size(play, person) > size for person, size in before.items())

    if not play.stage.carrier.wait_for(have_one_more, ANSWERS_WITHIN):
        raise NothingCame(f"{', '.join(person.name for person in before)} waited for a text each")


def number_in(words: str) -> str:
    """The public number of a request or a report: three digits."""
    found: set[str] = set(_NUMBER.findall(words))
    if len(found) != 1:
        raise NothingCame(f"a text with exactly one number was due, and it has {len(found)}: {words}")
    return found.pop()


def code_in(preview: str) -> str:
    """The one-time code: exactly one four-digit number is in a preview."""
    found = _CODE.findall(preview)
    if len(found) != 1:
        raise NothingCame(f"a preview with exactly one code was due, and it has {len(found)}: {preview}")
    return str(found[0])


Copies = Mapping[str, list[str]]
"""By phone: the copies it got of one text that went to many."""


def copies_since(play: Play, mark: int) -> Copies:
    """The copies of what went to many since *mark*. Families and staff get nothing else unasked."""
    to_many = {text.body for text in play.to_families(mark)}
    copies: dict[str, list[str]] = {}
    for text in play.since(mark):
        if text.body in to_many and text.status is Status.DELIVERED:
            copies.setdefault(text.recipient, []).append(text.body)
    return copies


def wait_for_copies(play: Play, mark: int, people: Iterable[Person]) -> Copies:
    """Wait until all of them who are texted have it; what was seen by then."""
    due = {person.number.e164 for person in people if person.is_texted}
    play.stage.carrier.wait_for(lambda: due <= copies_since(play, mark).keys(), REACHES_ALL_WITHIN)
    return copies_since(play, mark)


def _arrived(play: Play, who: Person, before: int, due: str) -> str:
    phone = play.stage.phone(who.number)

    def found() -> list[str]:
        return [body for body in phone.bodies[before:] if due in body]

    if not play.stage.carrier.wait_for(lambda: bool(found()), ANSWERS_WITHIN):
        seen = " | ".join(phone.bodies[before:]) or "nothing"
        raise NothingCame(f"{who.name} waited for a text{f' with {due!r}' if due else ''} and got: {seen}")
    play.transcript.received(who.name, found()[0])
    return found()[0]
