"""The kinds of thing a step can return."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from phonetree.dialogue.context import Context
from phonetree.dialogue.effects import Effect
from phonetree.words.i18n import Word
from phonetree.words.numbers import PhoneNumber


class Party(StrEnum):
    """Somebody whom a flow lets a call be joined to without ever knowing their number."""

    FAMILY = "family"
    """The family that this staff member has at hand, from the phone tree's list."""
    REQUESTER = "requester"
    """Who asked to be called, by the number of their request."""
    OTHER_SIDE = "other_side"
    """The other side of the request that this call is about."""
    INTERPRETER = "interpreter"
    """The school's interpreter line."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice. Without a label it is understood and not listed.

    By text the label stands after its digit ("news now"). By call it leads to the key ("For news now"); in a language
    of its own it is the whole sentence.
    """

    label: Word | None
    then: Step
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Menu:
    """Choose one by digit; the digit is kept under *save* where the flow needs it later.

    *may_pass*: it only offers to go on; any other digit means what it means outside a question.
    By call: *otherwise* is where any other key leads, *silent* where no key at all does.
    By text: *own_words* is the name under which words that are no choice are kept; they lead to *otherwise* too.
    """

    prompt: Word
    options: Mapping[str, Option]
    save: str = ""
    may_pass: bool = False
    otherwise: Step | None = None
    silent: Step | None = None
    own_words: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask for words and keep them under *save*. What is *secret* lives for this turn only and is never stored.

    An answer that is not among *accepts* (when given) is heard as no match.
    *keys*: how many keys answer it in a call, 0 for any number of them up to ``#``. Words have no form in a call: a
    step that wants them gives a ``Record`` there.
    """

    prompt: Word
    save: str
    then: Step
    secret: bool = False
    accepts: Callable[[str], bool] | None = None
    keys: int = 0


@dataclass(frozen=True, slots=True)
class Hunt:
    """Let the caller wait while the people on shift ring; who of them presses 1 gets the call. Voice only."""

    prompt: Word
    unanswered: Step


@dataclass(frozen=True, slots=True)
class Dial:
    """Ring *to* and join the two; each sees the tree's number. Voice only. *ended*: what follows after they spoke."""

    prompt: Word
    to: PhoneNumber | Party
    unanswered: Step
    ended: Step | None = None


@dataclass(frozen=True, slots=True)
class Join:
    """Join this operator's call to the caller who waits. Voice only."""

    prompt: Word
    ended: Step


@dataclass(frozen=True, slots=True)
class Record:
    """Record what is said after a tone and keep its name under *save*. Voice only. *silent*: nothing was said."""

    prompt: Word
    save: str
    then: Step
    silent: Step
    longest: timedelta = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Play:
    """Let the recording whose name is under *recording* be heard, then go on. Voice only."""

    recording: str
    then: Step


@dataclass(frozen=True, slots=True)
class Hold:
    """A moment's pause, then *then*: something is being fetched. Voice only."""

    prompt: Word
    then: Step
    seconds: int = 1


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
    """Say a last thing, or nothing, and close. *read_on*: words to be read next, as if they had just come.

    A call that somebody placed to us goes on with the menu, unless it *hangs_up*; a call of ours is over.
    """

    text: Word | None = None
    effects: tuple[Effect, ...] = ()
    read_on: str = ""
    hangs_up: bool = False


Node = Menu | Ask | Hunt | Dial | Join | Record | Play | Hold | Do | Perform | End
Wait = Menu | Ask | Hunt | Dial | Join | Record | Hold


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
