"""The school's places as choices, the same for a lead's alert and for a family's report."""

from __future__ import annotations

from phonetree.dialogue.context import Context
from phonetree.dialogue.nodes import Option, Step
from phonetree.flows.kinds import ELSEWHERE
from phonetree.words.i18n import ByChannel, Named, _, say


def listed(context: Context, then: Step, elsewhere: Step | None = None) -> dict[str, Option]:
    """The places of the school's file by their digits and, where it leads somewhere, another place."""
    default = context.school.site.languages[0]
    options = {str(p.digit): Option(_choice(Named(p.name, default)), then) for p in context.school.places}
    if elsewhere is not None:
        options[ELSEWHERE] = Option(ByChannel(_("another place"), say("For another place")), elsewhere)
    return options


def _choice(place: Named) -> ByChannel:
    return ByChannel(place, say("For {place}", place=place))


def is_listed(context: Context, digit: str) -> bool:
    return any(str(place.digit) == digit for place in context.school.places)
