"""One turn of a conversation, as a function from a step and an event to words, effects and the next step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

from phonetree.dialogue.context import Context
from phonetree.dialogue.effects import Effect
from phonetree.dialogue.keywords import plain_digits
from phonetree.dialogue.nodes import Ask, Dial, Do, End, Hold, Hunt, Join, Menu, Node, Perform, Play, Record, Step, Wait
from phonetree.dialogue.outcomes import Outcome
from phonetree.words.i18n import ByChannel, Recorded, Word, _, say

TRIES = 3
REPEAT = "*"
TRIED = "tried"
"""In the answers: how many lines were dialled so far without an answer."""
MAX_HOPS = 20


@dataclass(frozen=True, slots=True)
class Heard:
    """Words by text, digits by phone, nothing at all when the line stays silent."""

    words: str = ""


@dataclass(frozen=True, slots=True)
class DialEnded:
    answered: bool


@dataclass(frozen=True, slots=True)
class SoundKept:
    """What was said after the tone, under its name; without one nothing was said."""

    recording: str = ""


@dataclass(frozen=True, slots=True)
class HeldOn:
    """The pause is over."""


Event = Heard | DialEnded | SoundKept | HeldOn


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
    hangs_up: bool = False
    gave_up: bool = False
    """Three times silence or nonsense: a text closes the question, a call goes on to a person."""


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
        case ((Menu() | Ask()), Heard(words)):
            return _answered(node, session, words.strip(), context)
        case Record(save=save, then=then), SoundKept(recording) if recording:
            return _enter(then, replace(context, answers={**session.answers, save: recording}), Turn(session))
        case Record(silent=step), SoundKept():
            return _enter(step, context, Turn(session))
        case ((Hunt(unanswered=step) | Dial(unanswered=step)), DialEnded(answered=False)):
            tried = str(int(session.answers.get(TRIED, "0")) + isinstance(node, Dial))
            return _enter(step, replace(context, answers={**session.answers, TRIED: tried}), Turn(session))
        case Dial(ended=None) | Hunt(), DialEnded():
            return Turn(Session(), hangs_up=True)
        case ((Dial(ended=Step() as step) | Join(ended=step)), DialEnded()):
            return _enter(step, context, Turn(session))
        case Hold(then=step), _:
            return _enter(step, context, Turn(session))
        case ((Menu() | Ask() | Hunt() | Dial() | Join() | Record()), _):
            return _again(node, session, context)
        case ((Do() | Perform() | Play() | End()), _):
            # A deploy changed what this step does: go on from it rather than lose the person.
            return _enter(step, context, Turn(session))
        case _:
            assert_never(node)


def _answered(node: Menu | Ask, session: Session, words: str, context: Context) -> Turn:
    """Words or keys to a question. By call ``*`` repeats, which is no miss."""
    match node:
        case Menu(options=options, save=save) if option := options.get(key := _digit(words)):
            answers = {**session.answers, save: key} if save else session.answers
            return _enter(option.then, replace(context, answers=answers), Turn(session, effects=option.effects))
        case Ask(save=save, then=then, accepts=accepts) if _fits(words, accepts) and words != REPEAT:
            answers = {**session.answers, save: words}
            return _enter(then, replace(context, answers=answers), Turn(session), secret=save if node.secret else "")
        case _ if context.is_call and words == REPEAT:
            return Turn(session, (node.prompt,), node)
        case Menu(silent=Step() as step) if context.is_call and not words:
            return _enter(step, context, Turn(session))
        case Menu(otherwise=Step() as step) if context.is_call and words:
            return _enter(step, context, Turn(session))
        case Menu(otherwise=Step() as step, own_words=own) if own and words and not context.is_call:
            return _enter(step, replace(context, answers={**session.answers, own: words}), Turn(session))
        case _:
            return _again(node, session, context)


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
            case Play(recording, then):
                so_far = replace(so_far, said=(*so_far.said, Recorded(context.answers.get(recording, ""))))
                step = then
            case End(text, emitted, read_on, hangs_up):
                said = so_far.said if text is None else (*so_far.said, text)
                return Turn(Session(), said, None, effects + emitted, read_on=read_on, hangs_up=hangs_up)
            case Menu() | Ask() | Hunt() | Dial() | Join() | Record() | Hold():
                return Turn(Session(step.name, kept), (*so_far.said, node.prompt), node, effects)
            case _:
                assert_never(node)
    raise NeverSpeaks(step.name)


def _again(node: Wait, session: Session, context: Context) -> Turn:
    missed = replace(session, misses=session.misses + 1)
    if missed.misses < TRIES:
        sorry = ByChannel(_("Sorry, we did not understand."), say("Sorry, we did not understand."))
        return Turn(missed, (sorry, node.prompt), node)
    if context.is_call:
        return Turn(Session(), gave_up=True)
    return Turn(Session(), (_("Sorry, we did not understand. For a person, send 2."),), gave_up=True)


def _digit(words: str) -> str:
    return plain_digits(words).strip().rstrip(".)!").strip()


def _fits(words: str, accepts: object) -> bool:
    return bool(words.strip()) and (not callable(accepts) or bool(accepts(words.strip())))


def understands(node: Node, words: str) -> bool:
    """Whether *words* answer *node* (so that a command is not taken for an answer, nor the other way round)."""
    match node:
        case Menu(options=options, own_words=own):
            return _digit(words) in options or bool(own and words.strip())
        case Ask(accepts=accepts):
            return _fits(words, accepts)
        case _:
            return False
