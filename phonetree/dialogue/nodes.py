"""The kinds of thing a step can return, and what a step may look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from phonetree.dialogue.effects import Action, Effect, Kind, Level, Outcome
from phonetree.school.schema import School
from phonetree.words.i18n import Moment, Text, Word

Channel = Literal["sms", "voice"]


@dataclass(frozen=True, slots=True)
class Who:
    """What a step may know of the person: never a number, never a name."""

    language: str
    roles: frozenset[str] = frozenset()
    is_stopped: bool = False

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
    school: str = ""


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
    last_text: Moment | None = None
    """When this phone last had a safety text of ours."""
    preview: Preview | None = None
    waiting: int = 0
    """Messages that wait for the leads."""
    schools: Mapping[str, str] = field(default_factory=dict)
    """On a shared number: code and name of each school that this conversation may be about."""
    outcome: Outcome | None = None
    parked: bool = False

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


@dataclass(frozen=True, slots=True)
class Option:
    """One choice. Without a label it is understood and not listed."""

    label: Word | None
    then: Step
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Menu:
    """Choose one by digit; the digit is kept under *save* where the flow needs it later.

    *may_pass*: it only offers to go on; any other digit means what it means outside a question.
    """

    prompt: Word
    options: Mapping[str, Option]
    save: str = ""
    may_pass: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask for words and keep them under *save*. What is *secret* lives for this turn only and is never stored.

    An answer that is not among *accepts* (when given) is heard as no match.
    """

    prompt: Word
    save: str
    then: Step
    secret: bool = False
    accepts: Callable[[str], bool] | None = None


@dataclass(frozen=True, slots=True)
class Dial:
    """Ring a hunt group; *whisper* is spoken to whoever answers, in their language. Voice only."""

    hunt_group: str
    prompt: Word
    whisper: Word
    unanswered: Step


@dataclass(frozen=True, slots=True)
class Record:
    """Record what the caller says and go on. Voice only."""

    prompt: Word
    then: Step
    silent: Step


@dataclass(frozen=True, slots=True)
class Do:
    """Emit effects without a word and go on."""

    effects: tuple[Effect, ...]
    then: Step


@dataclass(frozen=True, slots=True)
class Perform:
    """Do *effect* inside the transaction; *then* finds its outcome in the context, in the same turn."""

    effect: Effect
    then: Step


@dataclass(frozen=True, slots=True)
class End:
    """Say a last thing, or nothing, and close. *read_on*: words to be read next, as if they had just come."""

    text: Word | None = None
    effects: tuple[Effect, ...] = ()
    read_on: str = ""


Node = Menu | Ask | Dial | Record | Do | Perform | End
Wait = Menu | Ask | Dial | Record


@dataclass(frozen=True)
class Step:
    """A named function from what is known to what happens next. It may run twice: to ask, and to understand."""

    flow: Flow
    describe: Callable[[Context], Node]

    @property
    def name(self) -> str:
        return f"{self.flow.name}.{self.describe.__name__}"

    def __call__(self, context: Context) -> Node:
        return self.describe(context)


@dataclass
class Flow:
    """A conversation. *through_alerts*: an open question of it is not parked when a safety text goes out."""

    name: str
    through_alerts: bool = False
    steps: dict[str, Step] = field(default_factory=dict)

    def step(self, describe: Callable[[Context], Node]) -> Step:
        step = Step(self, describe)
        self.steps[step.name] = step
        return step

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps.values())
