"""What interpreters record, in the order in which it is worth most, for a language without a provider's voice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from phonetree.dialogue.call_form import as_call
from phonetree.dialogue.effects import Kind
from phonetree.dialogue.nodes import Menu, Option
from phonetree.flows import language, menu, rights
from phonetree.flows import spoken_alerts as alerts
from phonetree.school.schema import School
from phonetree.words.i18n import Named, Spoken, Word, say
from phonetree.words.languages import LANGUAGES
from phonetree.words.speech import clip_of, key_of


def _of_alerts() -> Iterator[Spoken]:
    """An alert call first: level, kind and what to do are the same at every school."""
    yield from (alerts.confirmed(), alerts.unconfirmed(), alerts.update(), alerts.correction())
    yield from map(alerts.what, Kind)
    yield from (alerts.wait(), alerts.checking(), alerts.children_are_safe())
    yield from (
        sentence for kind in (Kind.NEAR, Kind.SECURED, Kind.PICKUP, Kind.SUPPORT) for sentence in alerts.no_longer(kind)
    )
    yield from (alerts.still_there(), alerts.no_change(), alerts.it_was_wrong())
    yield from (alerts.not_agents(), alerts.sorry(), alerts.nothing_to_do())
    yield from (alerts.drill_begins(), alerts.drill_itself(), alerts.drill_ends(), alerts.place_unknown())


def _of_menus() -> Iterator[Spoken]:
    """What the menu of digits says, each choice with its key."""
    options = {digit: Option(label, step) for digit, (label, step) in menu.DIGITS.items()}
    yield from _recordable(as_call((), Menu("", options)))
    yield from (say("To hear this again, press star."), say("For the menu, press star."))
    yield from (say("If that is all, you can hang up."), say("There is news about the school."))
    yield from (say("There is no report now."), say("Anything else is not from us."))


def _of_people() -> Iterator[Spoken]:
    """Joining, leaving, a person, rights."""
    yield say("One moment, please. We look for a person who can talk with you.")
    yield from (say("They come as texts, or as a recorded call if a text fails."), say("You can leave at any time."))
    yield from _recordable(as_call((), Menu("", {"1": Option(say("To join"), menu.in_or_out)})))
    yield from (say("You are on the list."), say("You are off the list."))
    yield from (*rights.SILENT, *rights.DOOR, *rights.OUTSIDE, rights.INFORMATION)


def _recordable(words: Sequence[Word]) -> Iterator[Spoken]:
    return (word for word in words if isinstance(word, Spoken) and clip_of(word))


PROMPTS: tuple[Spoken, ...] = (
    alerts.who(say("the phone tree of your school")),
    *_of_alerts(),
    *_of_menus(),
    *_of_people(),
)
"""The same at every school, and for every language."""


def prompts_for(school: School, code: str) -> tuple[Spoken, ...]:
    """At one school and for one language: who speaks has the program's name, the language its own line of the menu."""
    _who, *others = PROMPTS
    own = line(school, code)
    return (alerts.who(school.site.program), *((own,) if own else ()), *others)


def line(school: School, code: str) -> Spoken | None:
    """The language's line of the first menu, under the name by which a call looks for its recording."""
    if code not in school.site.languages:
        return None
    digit = school.site.languages.index(code) % language.ON_ONE_PAGE + 1
    written = LANGUAGES[code].press_self
    clip = key_of(written.format(n=digit)) if written else f"this-language-press-{digit}"
    return say("For this language, press {digit}.", clip=clip, digit=digit)


def places(school: School) -> tuple[Named, ...]:
    """The school's places, which it has named itself."""
    return tuple(Named(place.name, school.site.languages[0]) for place in school.places)
