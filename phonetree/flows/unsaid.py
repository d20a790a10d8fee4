"""What the network did not say is asked by digit: its own phone first, then the lead who sends it."""

from __future__ import annotations

from dataclasses import dataclass

from phonetree.dialogue.context import Context
from phonetree.dialogue.effects import Kind, Level
from phonetree.dialogue.network import Reported
from phonetree.dialogue.nodes import Option, Step
from phonetree.flows import alerts
from phonetree.words.i18n import Named, Word, _

KINDS = (*alerts.SIGHTINGS, Kind.SUPPORT)
"""What the network can know. That the school is secured, or where children are picked up, only the school can say."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known so far, in the digits of the lead's form; a kind without place or level needs none."""

    kind: Kind | None
    place: str
    level: str

    @property
    def lacks(self) -> str:
        """The first thing that is missing, if any."""
        if self.kind is None:
            return "kind"
        if self.kind in alerts.PLACED and not self.place:
            return "place"
        return "level" if self.kind in alerts.SIGHTINGS and not self.level else ""


def known(context: Context, report: Reported | None = None) -> Known:
    """From the answers of this conversation, else from the report; what is no answer is not known."""
    answered = context.answers.get("kind", "")
    kind = Kind(answered) if answered in set(KINDS) else (report.kind if report else None)
    if kind is None:
        return Known(None, "", "")
    place, level = context.answers.get("place", ""), context.answers.get("level", "")
    place = place if place in places(context, kind) else (report.place if report else "")
    seen = level if level in levels() else (report.level if report and report.level else "")
    return Known(kind, place if kind in alerts.PLACED else "", seen if kind in alerts.SIGHTINGS else "")


def options_for(context: Context, so_far: Known, then: Step) -> dict[str, Option]:
    """The choices for what is missing."""
    match so_far.lacks, so_far.kind:
        case "place", Kind() as kind:
            labels: dict[str, Word] = places(context, kind)
        case "level", _:
            labels = levels()
        case _:
            labels = {kind.value: alerts.headline(kind) for kind in KINDS}
    return {digit: Option(label, then) for digit, label in labels.items()}


def places(context: Context, kind: Kind) -> dict[str, Word]:
    """The school's own places; nobody can come to help at a place that is not known."""
    default = context.school.site.languages[0]
    own: dict[str, Word] = {str(place.digit): Named(place.name, default) for place in context.school.places}
    return own | ({alerts.ELSEWHERE: _("another place")} if kind in alerts.SIGHTINGS else {})


def levels() -> dict[str, Word]:
    return {Level.UNCONFIRMED.value: _("no, only heard"), Level.CONFIRMED.value: _("yes, seen")}
