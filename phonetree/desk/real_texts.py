"""The texts that families get, as the flows write them: for reviewers, for public pages, and to reckon what they cost.

Nothing here is written a second time, so what a reviewer was shown is what a family reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from phonetree.desk.broadcasts import reaches_families
from phonetree.dialogue.context import Context, Who
from phonetree.dialogue.effects import Kind, Level
from phonetree.dialogue.nodes import End, Menu, Node
from phonetree.dialogue.text_form import as_text
from phonetree.flows import alerts, answers, join, leave
from phonetree.flows.kinds import PLACED, SIGHTINGS
from phonetree.school.schema import School
from phonetree.words.i18n import Lines, Moment, Named, Reader, Word, translated
from phonetree.words.languages import fallbacks

_MORNING = datetime(2026, 11, 16, 7, 51)  # noqa: DTZ001 - any school morning, by that school's clock


@dataclass(frozen=True, slots=True)
class RealTexts:
    """What a phone reads around joining and leaving, in one language."""

    language: str
    """In which the words are found: where a catalog is missing, another than was asked for."""
    offer: str
    joined: str
    welcome: str
    help: str
    stop: str
    start: str


def real_texts(school: School, language: str) -> RealTexts:
    """The texts of *school* for who reads *language*."""
    reads, context = _reader(school, language), _context(school, language)
    return RealTexts(
        next(code for code in reads.languages if code in translated()),
        offer=reads.read(_written(join.offer(context))),
        joined=reads.read(_written(join.joined(context))),
        welcome=reads.read(join.welcome(school)),
        help=reads.read(_written(answers.who_we_are(context))),
        stop=reads.read(_written(leave.gone(context))),
        start=reads.read(_written(leave.welcome_back(context))),
    )


def alert_texts(school: School) -> Mapping[str, Word]:
    """One of each kind that families may get, with the longest place where it has one."""
    s, now, then = school.site.short, _moment(), _moment(school.protocol.next_text)
    place = longest_place(school)
    found: dict[str, Word] = {}
    for level in (Level.UNCONFIRMED, Level.CONFIRMED):
        names = school.protocol.unconfirmed if level is Level.UNCONFIRMED else school.protocol.confirmed
        for kind in Kind if reaches_families(names) else ():
            if level is Level.CONFIRMED or kind in SIGHTINGS:
                p: Word = place if kind in PLACED else ""
                found[f"{kind.name.lower()} {level.name.lower()}"] = alerts.alert(kind, level, s=s, p=p, t=now, u=then)
    found["update"] = alerts.update(Kind.AT, Level.CONFIRMED, s=s, p=place, t=now, u=then)
    found["clear"] = alerts.no_longer(Kind.AT, s=s, p=place, t=now)
    found["correct"] = alerts.was_wrong(Kind.AT, s=s, t=now, t0=_moment(-timedelta(minutes=11)))
    found["drill"] = alerts.drill(s=s, t=now)
    return found


def read_in(school: School, language: str, word: Word) -> str:
    """*word* as a phone of this language reads it at *school*."""
    return _reader(school, language).read(word)


def longest_place(school: School) -> Named:
    first = school.site.languages[0]
    return Named(max(school.places, key=lambda place: len(place.name[first])).name, first)


def _moment(after: timedelta = timedelta()) -> Moment:
    return Moment(_MORNING + after, _MORNING.date())


def _reader(school: School, language: str) -> Reader:
    return Reader(fallbacks(language, None, school.site.languages[0]))


def _context(school: School, language: str) -> Context:
    """Somebody of whom nothing is known but what they read."""
    return Context(school, Who(language), "sms", _MORNING.replace(tzinfo=school.site.timezone))


def _written(node: Node) -> Lines:
    """What this node is as a text, choices and all."""
    match node:
        case Menu():
            return as_text((node.prompt,), node)
        case End(text=text) if text is not None:
            return as_text((text,), None)
        case _:
            raise TypeError(type(node).__name__)
