"""How values sound inside a sentence of a call: times, numbers and a school's own words, for ``words.speech``."""

from __future__ import annotations

import re
from datetime import datetime

from phonetree.words.i18n import (
    CALLS,
    ByChannel,
    InLanguage,
    Lines,
    Moment,
    Named,
    NotSpoken,
    Recorded,
    Sentences,
    Spoken,
    Text,
    Word,
    catalog,
    say,
)
from phonetree.words.numbers import PhoneNumber

_NOON, _EVENING = 12, 18


def in_language(word: Spoken, language: str) -> str | None:
    """The sentence in this language, or None where nobody has translated it, or a part of it."""
    found = catalog(language, CALLS).get(word.msgid)
    values = {name: value_in(value, language) for name, value in word.args.items()}
    if found is None or None in values.values():
        return None
    return found.format(**values)


def value_in(word: Word, language: str) -> str | None:
    """A value inside a sentence, in the sentence's language; None where it has no words in it."""
    match word:
        case Spoken():
            return in_language(word, language)
        case ByChannel(_written, said):
            return value_in(said, language)
        case InLanguage(own, inner):
            return value_in(inner, own)
        case Named(words, default):
            return next((words[code] for code in (language, default) if code in words), "")
        case Moment():
            return in_language(time_of(word), language)
        case Sentences(parts) | Lines(parts):
            values = [value_in(part, language) for part in parts]
            return None if None in values else " ".join(filter(None, values))
        case PhoneNumber():
            return digit_by_digit(word)
        case Text() | Recorded():
            raise NotSpoken(type(word).__name__)
        case int() | str():
            return str(word)


def time_of(moment: Moment) -> Spoken:
    """A time as it is said, with its day when that is not today."""
    hour, days = _hour(moment.at), (moment.today - moment.at.date()).days
    match days:
        case 0:
            return hour
        case 1:
            return say("yesterday, {time}", time=hour)
        case -1:
            return say("tomorrow, {time}", time=hour)
        case _ if days > 0:
            return say("{days} days ago, {time}", days=days, time=hour)
        case _:
            return say("in {days} days, {time}", days=-days, time=hour)


def _hour(at: datetime) -> Spoken:
    """The minute has two digits, and none on the hour."""
    hour, minutes = at.hour % 12 or 12, f"{at.minute:02}"
    match at.hour < _NOON, at.hour < _EVENING, at.minute:
        case True, _, 0:
            return say("{hour} in the morning", hour=hour)
        case True, _, _:
            return say("{hour}:{minutes} in the morning", hour=hour, minutes=minutes)
        case _, True, 0:
            return say("{hour} in the afternoon", hour=hour)
        case _, True, _:
            return say("{hour}:{minutes} in the afternoon", hour=hour, minutes=minutes)
        case _, _, 0:
            return say("{hour} in the evening", hour=hour)
        case _:
            return say("{hour}:{minutes} in the evening", hour=hour, minutes=minutes)


def digit_by_digit(number: PhoneNumber) -> str:
    """A phone number for the ear: 2 1 3, 5 5 5, 0 1 0 2."""
    return ", ".join(" ".join(group) for group in re.findall("[0-9]+", number.national()))
