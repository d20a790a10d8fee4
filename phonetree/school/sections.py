"""The tables of a school file, one frozen shape each, with the defaults of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    model_validator,
)

from phonetree.school.choices import (
    CARRIER_WORDS,
    Audience,
    Confirm,
    Council,
    JoinMode,
    PlaceKind,
    RelayAudience,
    Ring,
    TakenBy,
)
from phonetree.school.hours import Hours, parse_hours
from phonetree.school.values import (
    Day,
    Duration,
    DurationOrNever,
    Key,
    Languages,
    Named,
    NamedLines,
    Number,
    OpenDays,
    OpenHours,
    OpenTimes,
    Rate,
    Whole,
    Words,
    YesNo,
    Zone,
    no_repeats,
    refused,
)
from phonetree.words.languages import LANGUAGES

_ALWAYS = parse_hours("Mon-Sun 00:00-24:00")
_SCHOOL_HOURS = parse_hours("school days 08:00-18:00")
LEAD_AFTER = MappingProxyType({TakenBy.COUNSELOR: timedelta(hours=24), TakenBy.VOLUNTEER: timedelta(hours=2)})
NEED_YES = frozenset({"ride", "rides", "carpool", "transport", "childcare", "child-care"})
"""Keys of aid that brings somebody together with a child: there a lead says yes to each match."""


def _code(code: str) -> str:
    if code in CARRIER_WORDS:
        raise refused("is a word that carriers take for themselves; choose another")
    if code.isdigit():
        raise refused("needs a letter; digits alone are answers")
    return code


def _text_first(languages: tuple[str, ...]) -> tuple[str, ...]:
    if not LANGUAGES[languages[0]].has_text:
        raise refused("begins with a language that is spoken from recordings; the first must be one with texts")
    return languages


def _not_parents(audience: tuple[Audience, ...]) -> tuple[Audience, ...]:
    if not set(audience) <= {Audience.STAFF, Audience.LEADS, Audience.NETWORK}:
        raise refused("may name staff, leads and network; parents never hear from the network without a lead")
    return audience


def _env_name(name: str) -> str:
    if name == "DATABASE_URL" or name.startswith(("PHONETREE_", "TWILIO_")):
        raise refused("is the name of a setting of the phone tree; choose another")
    return name


def _empty() -> Mapping[str, Any]:
    # A factory: Pydantic copies other defaults, and what never changes cannot be copied.
    return MappingProxyType({})


Audiences = Annotated[tuple[Audience, ...], AfterValidator(no_repeats)]


RateByCarrier = Annotated[Mapping[Key, Rate], AfterValidator(MappingProxyType), PlainSerializer(dict)]


class Section(BaseModel):
    """A table: unknown keys are refused, nothing changes after reading, and no error shows what was written."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Site(Section):
    code: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2,12}$"), AfterValidator(_code)]
    keypad_code: Annotated[str, StringConstraints(pattern=r"^[0-9]{4,8}$")] | None = None
    name: Words
    program: Words
    short: Annotated[Words, StringConstraints(max_length=12)]
    run_by: Words
    contact: Number
    messages_per_month: Annotated[Whole, Field(ge=1, le=1000)] = 4
    timezone: Zone
    number: Number
    languages: Annotated[Languages, Field(min_length=1), AfterValidator(_text_first)]
    """In keypad order; the first is the default."""


class Protocol(Section):
    """Who hears what, and who must agree."""

    unconfirmed: Audiences = (Audience.STAFF, Audience.NETWORK)
    confirmed: Audiences = (Audience.STAFF, Audience.PARENTS, Audience.NETWORK, Audience.RELAYS)
    approvals: Annotated[Whole, Field(ge=1, le=2)] = 1
    solo_after: DurationOrNever = timedelta(minutes=2)
    """With two approvals: after this the first lead may send alone; None forbids it."""
    duress: YesNo = False
    drill: Audiences = (Audience.STAFF,)
    network_may_send: Annotated[Audiences, AfterValidator(_not_parents)] = ()
    next_text: Duration = timedelta(minutes=20)
    confirm: Confirm = Confirm.TEXT
    call_after: Duration = timedelta(minutes=5)
    tree_after: Duration = timedelta(minutes=15)
    expires: Duration = timedelta(minutes=30)


class Sender(Section):
    """What the number may send. Rates in segments or calls a second."""

    segments_per_second: Rate = 1.0
    carrier_segments_per_minute: RateByCarrier = Field(default_factory=_empty)
    segments_per_day: Annotated[Whole, Field(ge=1)] | None = None
    calls_per_second: Rate = 1.0
    daily_budget: Annotated[Decimal, Field(gt=0, le=100_000, allow_inf_nan=False)] = Decimal("50.00")
    """US dollars."""


class Place(Section):
    key: Key
    digit: Annotated[Whole, Field(ge=1, le=8)]
    name: Named
    kind: PlaceKind | None = None
    """At the school, near it or on a route: then a lead who confirms a report from there is not asked."""


class OutsideLine(Section):
    """A hotline of others, tried after the shift. No languages named means that any caller may be sent there."""

    name: Words
    number: Number
    languages: Languages = ()
    hours: OpenHours = _ALWAYS


class Network(Section):
    """The Rapid Response Network; its phones are in the roster, role network."""

    name: Words


class Contact(Section):
    name: Words
    number: Number


class Hotline(Section):
    ring: Ring = Ring.TOGETHER
    max_wait: Duration = timedelta(minutes=3)
    interpreter_line: Number | None = None
    legal: tuple[Contact, ...] = ()
    """Texted to an operator who takes a call."""


class Shift(Section):
    days: OpenDays
    hours: OpenTimes
    languages: Languages = ()

    def covers(self, local: datetime) -> bool:
        return Hours(self.days, self.hours).covers(local)


class Join(Section):
    mode: JoinMode = JoinMode.OPEN


class Relay(Section):
    """A group chat; its address, a secret, is in the environment."""

    name: Words
    url_env: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{2,63}$"), AfterValidator(_env_name)]
    audience: RelayAudience = RelayAudience.INTERNAL


def _one_name_each(relays: tuple[Relay, ...]) -> tuple[Relay, ...]:
    if len({relay.name for relay in relays}) < len(relays):
        raise refused("has two relays of the same name")
    return relays


Relays = Annotated[tuple[Relay, ...], AfterValidator(_one_name_each)]


class AidRules(Section):
    counselor_hours: OpenHours = _SCHOOL_HOURS
    expires: Duration = timedelta(days=7)
    lead_after: Duration | None = None
    """When leads are told of a request that nobody takes; unset: after a day of counselors, two hours of volunteers."""
    meeting_places: Annotated[tuple[Key, ...], AfterValidator(no_repeats)] = ()
    """Keys of places."""

    def waits_for_lead(self, taken_by: TakenBy) -> timedelta:
        """How long those who may take a request have before the leads are told of it."""
        return self.lead_after or LEAD_AFTER[taken_by]


class Aid(Section):
    key: Key
    digit: Annotated[Whole, Field(ge=1, le=99)]
    name: Named
    text: Named = Field(default_factory=_empty)
    taken_by: TakenBy = TakenBy.COUNSELOR
    enrolled_only: YesNo = True
    until: Day | None = None
    needs_yes: YesNo | None = None
    """A lead says yes to each match, and the two meet at a listed place. Unset: for rides and child care."""

    @model_validator(mode="after")
    def _rides_need_yes(self) -> Aid:
        if self.needs_yes is False and self.key in NEED_YES:
            raise refused("cannot do without a lead's yes: rides and child care always need one")
        return self

    def has_ended(self, today: date) -> bool:
        return self.until is not None and self.until < today

    @property
    def waits_for_yes(self) -> bool:
        return self.key in NEED_YES if self.needs_yes is None else self.needs_yes


class Plan(Section):
    """The safety plan that the council approved."""

    council: Council = Council.LSLC
    version: Annotated[Words, StringConstraints(max_length=20)]
    approved_on: Day
    review_by: Day
    summary: NamedLines
    """At most three texts by language."""
