"""What leads and the network read of a report, a line for each thing that was told; and what an asker hears at last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from phonetree.words.i18n import Lines, Moment, Text, Word, _

WHEN: Mapping[str, Text] = {
    "1": _("now"),
    "2": _("within the hour"),
    "3": _("earlier today"),
}
"""The choices of when it was, by digit."""


@dataclass(frozen=True, slots=True)
class Told:
    """A report as it can be passed on: no number and no name of who told it. What was skipped is empty."""

    number: int
    at: Moment
    seen: bool | None
    place: Word
    where: str = field(default="", repr=False)
    when: str = field(default="", repr=False)
    how_many: str = field(default="", repr=False)
    words: str = field(default="", repr=False)
    is_spoken: bool = False


def for_leads(told: Told, longest: int) -> Word:
    """The report with each thing in people's own words cut to *longest* characters, and what a lead may answer."""
    answer = _("CHECK {number}, FALSE {number} or CONFIRM {number}.", number=str(told.number))
    return Lines((_opening(told), *_details(told, longest), answer))


def for_network(told: Told, longest: int) -> Word:
    """The same for the Rapid Response Network, which may say that it is so."""
    answer = _("If the network knows that it is so, send CONFIRM {number}.", number=str(told.number))
    return Lines((_opening(told), *_details(told, longest), answer))


def _opening(told: Told) -> Word:
    number = str(told.number)
    match told.seen:
        case True:
            return _("Report {number}, {t}, seen by the sender.", number=number, t=told.at)
        case False:
            return _("Report {number}, {t}, told by someone.", number=number, t=told.at)
        case None:
            return _("Report {number}, {t}.", number=number, t=told.at)


def _details(told: Told, longest: int) -> list[Word]:
    own = [told.where, told.when, told.how_many, told.words]
    is_cut = any(len(words) > longest for words in own)
    where, when, how_many, words = (each[:longest] for each in own)
    return [
        _("Where: {words}", words=told.place) if told.place else "",
        _("Where: {words}", words=where) if where else "",
        _("When: {words}", words=WHEN.get(when, when)) if when else "",
        _("How many: {words}", words=how_many) if how_many else "",
        words,
        _("It is longer than this; the rest is kept.") if is_cut else "",
        _("It was spoken. Call us and press 8, then {number}, to hear it.", number=str(told.number))
        if told.is_spoken
        else "",
    ]
