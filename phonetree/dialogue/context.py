"""What a step may look at: the person without a number, the school, its alerts, and what a call is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from phonetree.dialogue.duress import UnderDuress
from phonetree.dialogue.effects import Action, Kind, Level
from phonetree.dialogue.erasing import Erasing
from phonetree.dialogue.guards import FrozenNow, GuardAtHand, OtherLead
from phonetree.dialogue.moving import MovingLead
from phonetree.dialogue.network import Reported
from phonetree.dialogue.outcomes import Outcome
from phonetree.dialogue.report_states import ReportStanding, Vouching
from phonetree.school.schema import School
from phonetree.words.i18n import Moment, Text, Word

Channel = Literal["sms", "voice"]
Direction = Literal["", "in", "out"]
"""Of a call: who placed it, they or we. A text has none."""


@dataclass(frozen=True, slots=True)
class Who:
    """What a step may know of the person: never a number, never a name."""

    language: str
    roles: frozenset[str] = frozenset()
    is_stopped: bool = False
    has_chosen_language: bool = False

    @property
    def is_lead(self) -> bool:
        return "lead" in self.roles


@dataclass(frozen=True, slots=True)
class AlertState:
    """One alert of the school, as anyone may know it, and its counts, as leads may."""

    number: int
    kind: Kind
    place: Word
    level: Level
    opened: Moment
    latest: Moment
    next_text: Moment | None
    is_overdue: bool
    is_open: bool
    is_drill: bool
    is_paused: bool
    reaches_families: bool
    phones: int = 0
    handed_over: int = 0
    delivered: int = 0
    failed: int = 0
    source: Literal["", "network"] = ""
    """Who confirmed it: the Rapid Response Network, else a lead or staff who saw it."""
    began: Moment | None = None
    """When its first text went out; its level may be newer."""
    calls_heard: int = 0
    voicemails: int = 0
    by_staff: int = 0
    """Families that staff of the phone tree reached."""
    nobody: int = 0
    """Families that neither the machine nor staff reached."""


@dataclass(frozen=True, slots=True)
class Preview:
    """An open proposal as one lead sees it: what would go, to how many, by when, and this lead's own code."""

    action: Action
    kind: Kind | None
    place: Word
    level: Level | None
    body: Text
    reaches_families: bool
    phones: int
    last_phone: Moment
    too_late: int
    code: str
    """Empty where the school takes the PIN by call only."""
    school: str = ""
    source: Word = ""
    """The network that reported it."""
    is_vouched: bool = False
    """The network confirmed with its code and PIN what a family reported."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A caller who waits for somebody on shift, as the one who is rung may know them: their language, no number."""

    language: str
    is_over: bool = False
    """Taken by somebody, or gone."""
    is_taken: bool = False


@dataclass(frozen=True, slots=True)
class PromptAtHand:
    """One sentence that an interpreter records, or that a second speaker approves; and how many there are."""

    sentence: Word
    language: str
    number: int
    all: int
    clip: str = ""
    """What somebody recorded for it, where that is to be judged."""


@dataclass(frozen=True, slots=True)
class FamilyAtHand:
    """One family that nobody reached, as the staff member who calls it may know it."""

    language: str
    number: int
    all: int


@dataclass(frozen=True, slots=True)
class Context:
    """Everything that a step may look at. Clock, rows and codes reach a step only through here."""

    school: School
    who: Who
    channel: Channel
    now: datetime
    """Local time at the school."""
    answers: Mapping[str, str] = field(default_factory=dict)
    alerts: tuple[AlertState, ...] = ()
    """Open ones first, the newest first among them; a closed one stays until the next day."""
    reports: tuple[ReportStanding, ...] = ()
    """Those being checked first, then the newest; new ones are here for leads and the network alone."""
    vouching: Vouching | None = None
    erasing: Erasing | None = None
    last_text: Moment | None = None
    """When this phone last had a safety text of ours."""
    preview: Preview | None = None
    guard: GuardAtHand | None = None
    """What waits for this lead's PIN and sends nothing by itself."""
    duress: UnderDuress | None = None
    """In a call: what another lead keyed under duress, for this one's PIN."""
    frozen: FrozenNow | None = None
    """For leads: while nothing of an alert is sent here."""
    other_leads: tuple[OtherLead, ...] = ()
    """For leads: whom REMOVE may name."""
    moving: MovingLead | None = None
    """For leads: another lead's move to a new phone, which waits."""
    waiting: int = 0
    """Messages that wait for the leads."""
    reported: tuple[Reported, ...] = ()
    """What the network reported and no lead has decided; for leads."""
    is_shared: bool = False
    """Whether a preview of any lead is open, or something is paused; for leads."""
    schools: Mapping[str, str] = field(default_factory=dict)
    """On a shared number: code and name of each school that this conversation may be about."""
    keypad_codes: Mapping[str, str] = field(default_factory=dict)
    """Of those schools that have one: code and the digits that name it in a call."""
    outcome: Outcome | None = None
    parked: bool = False
    call: Direction = ""
    is_withheld: bool = False
    """The caller's number is not shown: nobody can be called back, nothing can be remembered."""
    has_school: bool = True
    """By call on a shared number: whether it is known which school this is about."""
    spoken: tuple[str, ...] = ()
    """The school's languages that can be offered in a call, in keypad order."""
    is_machine: bool = False
    """A machine picked up the call that we placed: it is told, and asked nothing."""

    has_waited: bool = False
    """This caller has waited as long as the school lets anyone."""
    is_passed_on: bool = False
    """Whoever was on shift passed this caller to the interpreter line."""
    waiting_caller: Waiting | None = None
    prompt: PromptAtHand | None = None
    family: FamilyAtHand | None = None

    @property
    def is_call(self) -> bool:
        return self.channel == "voice"

    @property
    def is_proven(self) -> bool:
        """Whether the phone is theirs. Who calls in may have forged the number; whom we call has it in hand."""
        return self.call != "in"

    @property
    def short(self) -> str:
        return self.school.site.short

    @property
    def alert(self) -> AlertState | None:
        return self.alerts[0] if self.alerts else None

    @property
    def open_alerts(self) -> tuple[AlertState, ...]:
        return tuple(alert for alert in self.alerts if alert.is_open and not alert.is_drill)

    def moment(self, at: datetime) -> Moment:
        return Moment(at.astimezone(self.now.tzinfo), self.now.date())
