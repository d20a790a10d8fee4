"""A school as the rest of the house sees it: every table of its file, whole and consistent."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from phonetree.school.checks import Draft, contradictions
from phonetree.school.choices import Audience, Confirm, Council, JoinMode, RelayAudience, Ring, TakenBy
from phonetree.school.sections import (
    Aid,
    AidRules,
    Contact,
    Hotline,
    Join,
    Network,
    OutsideLine,
    Place,
    Plan,
    Protocol,
    Relay,
    Relays,
    Section,
    Sender,
    Shift,
    Site,
)
from phonetree.school.values import refused

__all__ = [
    "Aid",
    "AidRules",
    "Audience",
    "Confirm",
    "Contact",
    "Council",
    "Hotline",
    "Join",
    "JoinMode",
    "Network",
    "OutsideLine",
    "Place",
    "Plan",
    "Protocol",
    "Relay",
    "RelayAudience",
    "Ring",
    "School",
    "Sender",
    "Shift",
    "Site",
    "TakenBy",
]


class School(Section):
    """A school: made by ``read_school`` and ``load_stored``, and consistent however it was made."""

    site: Site
    protocol: Protocol = Field(default_factory=Protocol)
    sender: Sender = Field(default_factory=Sender)
    places: Annotated[tuple[Place, ...], Field(min_length=1)]
    hotlines: tuple[OutsideLine, ...] = ()
    network: tuple[Network, ...] = ()
    hotline: Hotline = Field(default_factory=Hotline)
    shifts: tuple[Shift, ...] = ()
    join: Join = Field(default_factory=Join)
    relays: Relays = ()
    aid_rules: AidRules = Field(default_factory=AidRules)
    aid: tuple[Aid, ...] = ()
    plan: Plan | None = None

    @model_validator(mode="after")
    def _consistent(self) -> School:
        draft = Draft(self.site, self.places, self.hotlines, self.hotline, self.aid_rules, self.aid, self.plan)
        for path, reason in contradictions(draft):
            raise refused(f"{'.'.join(str(part) for part in path)} {reason}")
        return self

    def place(self, key: str) -> Place:
        """The place of that key; raises KeyError."""
        return {place.key: place for place in self.places}[key]

    def place_by_digit(self, digit: int) -> Place | None:
        return next((place for place in self.places if place.digit == digit), None)

    def aid_by_digit(self, digit: int) -> Aid | None:
        return next((aid for aid in self.aid if aid.digit == digit), None)

    def aid_by_key(self, key: str) -> Aid | None:
        return next((aid for aid in self.aid if aid.key == key), None)

    @property
    def meeting_places(self) -> tuple[Place, ...]:
        """Where a volunteer and a family may meet: the places listed for it, or every place where none is."""
        listed = self.aid_rules.meeting_places
        return tuple(map(self.place, listed)) if listed else self.places
