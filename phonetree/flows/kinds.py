"""The kinds, levels and places of alerts in a few words, for menus, previews, counts and inside sentences."""

from __future__ import annotations

from phonetree.dialogue.effects import Kind, Level
from phonetree.words.i18n import ByChannel, Text, Word, _, say

SIGHTINGS = (Kind.NEAR, Kind.AT, Kind.ROUTE)
"""The kinds that ask for a level; the others go as confirmed by the lead."""
PLACED = (*SIGHTINGS, Kind.PICKUP, Kind.SUPPORT)
"""The kinds whose text has a place in it."""
ELSEWHERE = "9"


def headline(kind: Kind) -> ByChannel:
    """The kind in a few words, for menus, previews and counts; in a call, what leads to its key."""
    match kind:
        case Kind.NEAR:
            return ByChannel(_("agents near the school"), say("For agents near the school"))
        case Kind.AT:
            return ByChannel(_("agents at the school"), say("For agents at the school"))
        case Kind.ROUTE:
            return ByChannel(_("agents on a way to school"), say("For agents on a way to school"))
        case Kind.SECURED:
            return ByChannel(_("school secured"), say("For a secured school"))
        case Kind.PICKUP:
            return ByChannel(_("changed pick-up"), say("For a changed pick-up"))
        case Kind.SUPPORT:
            return ByChannel(_("support needed"), say("If support is needed"))


def headline_at(kind: Kind, place: Word) -> Text:
    """The kind and, where it has one, the place, as a sentence of its own."""
    if kind in PLACED:
        return _("{what}, {place}.", what=headline(kind), place=place)
    return _("{what}.", what=headline(kind))


def level_name(level: Level) -> Text:
    match level:
        case Level.UNCONFIRMED:
            return _("NOT CONFIRMED")
        case Level.CONFIRMED:
            return _("CONFIRMED")
        case Level.CLEAR:
            return _("NO LONGER SEEN")
        case Level.WRONG:
            return _("CORRECTION")


def elsewhere() -> Text:
    """What stands for the place when the lead chose "another place"."""
    return _("place not known")


def that_place() -> Text:
    """What stands for a place that has no name of ours, once everyone knows which is meant."""
    return _("that place")
