"""What families and staff hear in a call: who, level, kind, place, time, what to do, each its own short sentence.

Where people have recorded a language each sentence may be a recording; what is not recorded falls back alone.
"""

from __future__ import annotations

from phonetree.dialogue.effects import Action, Kind, Level
from phonetree.flows import spoken_alerts as s
from phonetree.flows.kinds import PLACED, SIGHTINGS
from phonetree.words.i18n import Moment, Sentences, Word


def spoken(  # noqa: PLR0913 - all that an alert tells
    action: Action,
    kind: Kind,
    level: Level,
    *,
    program: str,
    place: Word,
    at: Moment,
    next_text: Moment | None,
    opened: Moment | None,
) -> Sentences:
    """One pass of an alert call, at most 25 seconds. *opened*: when the alert that this is about began."""
    told: tuple[Word, ...]
    match action:
        case Action.DRILL:
            told = (s.drill_begins(), s.drill_itself(), s.drill_ends())
        case Action.CORRECT:
            told = (s.correction(), *s.was_wrong(kind, opened), s.sorry())
        case Action.CLEAR:
            told = (*s.no_longer(kind), *_where(kind, place, has_own_place=kind in SIGHTINGS), s.time(at))
        case Action.UPDATE | Action.RESUME | Action.ABORT:
            told = (s.update(), *_what(kind, level), *_where(kind, place), *_still(kind, level), *_until(next_text))
        case Action.ALERT:
            told = (*_what(kind, level), *_where(kind, place), s.time(at), *_advice(kind, level), *_until(next_text))
    return Sentences((s.who(program), *told))


def standing(kind: Kind, level: Level, *, place: Word, since: Moment) -> tuple[Word, ...]:
    """How things stand, for whoever asks. *since*: when the level was set."""
    match level:
        case Level.UNCONFIRMED:
            return (s.unconfirmed(), s.what(kind), *_where(kind, place), s.checking(), s.since_then(since))
        case Level.CONFIRMED:
            return (*_what(kind, level), *_where(kind, place), s.since_then(since))
        case Level.CLEAR:
            return (*s.no_longer(kind), s.since_then(since))
        case Level.WRONG:
            return (s.it_was_wrong(), s.since_then(since), s.nothing_to_do())


def _what(kind: Kind, level: Level) -> tuple[Word, ...]:
    """The level and the kind. What the school itself says has no level."""
    if kind not in SIGHTINGS:
        return (s.what(kind),)
    return (s.unconfirmed() if level is Level.UNCONFIRMED else s.confirmed(), s.what(kind))


def _where(kind: Kind, place: Word, *, has_own_place: bool = True) -> tuple[Word, ...]:
    return (s.where(place),) if kind in PLACED and has_own_place and place else ()


def _still(kind: Kind, level: Level) -> tuple[Word, ...]:
    if kind not in SIGHTINGS:
        return (s.no_change(),)
    return (s.checking(),) if level is Level.UNCONFIRMED else (s.still_there(),)


def _advice(kind: Kind, level: Level) -> tuple[Word, ...]:
    match kind:
        case Kind.SECURED:
            return (s.children_are_safe(),)
        case Kind.PICKUP | Kind.SUPPORT:
            return ()
        case _:
            return (s.checking(),) if level is Level.UNCONFIRMED else (s.wait(),)


def _until(next_text: Moment | None) -> tuple[Word, ...]:
    return () if next_text is None else (s.next_message(next_text),)
