"""One turn of a conversation, as a function from a step and an event to words, effects and the next step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

from phonetree.dialogue.effects import Effect, Outcome
from phonetree.dialogue.keywords import plain_digits
from phonetree.dialogue.nodes import Ask, Context, Dial, Do, End, Menu, Node, Perform, Record, Step, Wait
from phonetree.words.i18n import Word, _

TRIES = 3
MAX_HOPS = 20


@dataclass(frozen=True, slots=True)
class Heard:
    """Words by text, digits by phone, nothing at all when the line stays silent."""

    words: str = ""


@dataclass(frozen=True, slots=True)
class DialEnded:
    answered: bool


@dataclass(frozen=True, slots=True)
class Recorded:
    has_sound: bool


Event = Heard | DialEnded | Recorded


@dataclass(frozen=True, slots=True)
class Session:
    """Where a conversation stands between two webhooks."""

    step: str | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    misses: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """What one event led to. While *perform* stands the turn is not over: perform it and ``proceed``."""

    session: Session
    said: tuple[Word, ...] = ()
    wait: Wait | None = None
    effects: tuple[Effect, ...] = ()
    perform: Perform | None = None
    read_on: str = ""
    hops: int = 0


class NeverSpeaks(RuntimeError):
    """A flow went round without ever asking or ending."""


def begin(step: Step, context: Context) -> Turn:
    """Enter *step* as the first of a conversation."""
    return _enter(step, context, Turn(Session(answers=context.answers)))


def resume(step: Step, session: Session, event: Event, context: Context) -> Turn:
    """Answer the node that *step* describes with *event*."""
    context = replace(context, answers=session.answers)
    node = step(context)
    match node, event:
        case Menu(options=options, save=save), Heard(words) if option := options.get(key := _digit(words)):
            answers = {**session.answers, save: key} if save else session.answers
            return _enter(option.then, replace(context, answers=answers), Turn(session, effects=option.effects))
        case Ask(save=save, then=then, accepts=accepts), Heard(words) if _fits(words, accepts):
            answers = {**session.answers, save: words.strip()}
            return _enter(then, replace(context, answers=answers), Turn(session), secret=save if node.secret else "")
        case Dial(unanswered=then), DialEnded(answered=False):
            return _enter(then, context, Turn(session))
        case Dial(), DialEnded():
            return Turn(Session())
        case Record(then=then, silent=silent), Recorded(has_sound):
            return _enter(then if has_sound else silent, context, Turn(session))
        case ((Menu() | Ask() | Dial() | Record()), _):
            return _again(node, session)
        case ((Do() | Perform() | End()), _):
            # A deploy changed what this step does: go on from it rather than lose the person.
            return _enter(step, context, Turn(session))
        case _:
            assert_never(node)


def proceed(turn: Turn, outcome: Outcome, context: Context) -> Turn:
    """Go on after *turn*'s Perform with its *outcome*, in a context that was read again."""
    if turn.perform is None:
        return turn
    context = replace(context, answers=turn.session.answers, outcome=outcome)
    return _enter(turn.perform.then, context, replace(turn, effects=(), perform=None))


def _enter(step: Step, context: Context, so_far: Turn, *, secret: str = "") -> Turn:
    effects, hops = so_far.effects, so_far.hops
    kept = {key: value for key, value in context.answers.items() if key != secret}
    while hops < MAX_HOPS:
        hops += 1
        node = step(context)
        match node:
            case Do(emitted, then):
                effects, step = effects + emitted, then
            case Perform():
                session = Session(step.name, kept)
                return Turn(session, so_far.said, None, effects, node, hops=hops)
            case End(text, emitted, read_on):
                said = so_far.said if text is None else (*so_far.said, text)
                return Turn(Session(), said, None, effects + emitted, read_on=read_on)
            case Menu() | Ask() | Dial() | Record():
                return Turn(Session(step.name, kept), (*so_far.said, node.prompt), node, effects)
            case _:
                assert_never(node)
    raise NeverSpeaks(step.name)


def _again(node: Wait, session: Session) -> Turn:
    missed = replace(session, misses=session.misses + 1)
    if missed.misses >= TRIES:
        return Turn(Session(), (_("Sorry, we did not understand. For a person, send 2."),))
    return Turn(missed, (_("Sorry, we did not understand."), node.prompt), node)


def _digit(words: str) -> str:
    return plain_digits(words).strip().rstrip(".)!").strip()


def _fits(words: str, accepts: object) -> bool:
    return bool(words.strip()) and (not callable(accepts) or bool(accepts(words.strip())))


def understands(node: Node, words: str) -> bool:
    """Whether *words* answer *node* (so that a command is not taken for an answer, nor the other way round)."""
    match node:
        case Menu(options=options):
            return _digit(words) in options
        case Ask(accepts=accepts):
            return _fits(words, accepts)
        case _:
            return False
