"""What one event of a call leads to: the step that it answers or begins, and where the call goes after an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import assert_never

from sqlalchemy.orm import Session

from phonetree.desk import hunting
from phonetree.desk.call_answers import (
    CallAnswered,
    CallBegan,
    CallEvent,
    DialEnded,
    DialResult,
    HeldOn,
    KeysPressed,
    QueueLeft,
    QueueResult,
    SoundRecorded,
)
from phonetree.desk.exchange import Exchange
from phonetree.desk.forgetting import OVER_FOR, must_go
from phonetree.desk.parties import can_dial
from phonetree.desk.people import LEAD
from phonetree.desk.questions import answers_so_far, context_for, save
from phonetree.desk.recordings import NewRecording, want
from phonetree.desk.turns import perform_all
from phonetree.dialogue import engine as dialogue
from phonetree.dialogue.engine import Event, Heard, SoundKept, Turn
from phonetree.dialogue.engine import Session as Standing
from phonetree.dialogue.nodes import Dial, Hunt, Menu, Node, Step, Wait
from phonetree.flows import STEPS, call, lead_call, menu
from phonetree.models import Purpose

LEADS_KEY = "#"
ON_AT_MOST = 5
SHORTEST = 1
"""Seconds: less than that was nothing said."""


def read_turn(session: Session, x: Exchange, event: CallEvent, answers: Mapping[str, str]) -> Turn:
    """One whole turn. After an answer a call to us goes on with the menu; one of ours is over."""
    turn = perform_all(session, x, _moved(session, x, event, answers))
    for _again in range(ON_AT_MOST):
        next_turn = _on(session, x, turn)
        if next_turn is None:
            break
        performed = perform_all(session, x, next_turn)
        turn = replace(performed, said=(*turn.said, *performed.said))
    save(x, turn)
    return turn


def _on(session: Session, x: Exchange, turn: Turn) -> Turn | None:
    """Where it goes on without anybody pressing a key; None: now somebody has to, or it is over."""
    if not _can_begin(session, x, turn.wait):
        step = STEPS[turn.session.step or ""]
        context = context_for(session, x, turn.session.answers)
        return dialogue.resume(step, turn.session, dialogue.DialEnded(answered=False), context)
    if turn.wait is not None or turn.hangs_up or x.delivery is not None:
        return None
    step = call.lost if turn.gave_up else call.home if turn.read_on else call.again
    return dialogue.begin(step, context_for(session, x, {}))


def _can_begin(session: Session, x: Exchange, wait: Wait | None) -> bool:
    """Where there is nobody to ring, nobody waits for it."""
    match wait:
        case Hunt():
            return hunting.begin_hunt(session, x)
        case Dial(to=to):
            return can_dial(session, x, to)
        case _:
            return True


def _moved(session: Session, x: Exchange, event: CallEvent, answers: Mapping[str, str]) -> Turn:
    match event:
        case CallBegan():
            return _begin(session, x, call.hello, {})
        case CallAnswered():
            return _begin(session, x, _standing_at(x), answers)
        case KeysPressed(keys):
            return _keyed(session, x, keys)
        case SoundRecorded():
            return _resume(session, x, SoundKept(_kept(session, x, event)))
        case DialEnded(result, leg):
            if leg:
                must_go(session, x.means, leg, after=OVER_FOR)
            return _resume(session, x, dialogue.DialEnded(result is DialResult.ANSWERED))
        case QueueLeft(QueueResult.LEFT | QueueResult.FAILED):
            return _resume(session, x, dialogue.DialEnded(answered=False))
        case QueueLeft():
            hunting.caller_left(session, x)
            return Turn(Standing(), hangs_up=True)
        case HeldOn():
            return _resume(session, x, dialogue.HeldOn())
        case _:
            assert_never(event)


def _keyed(session: Session, x: Exchange, keys: str) -> Turn:
    """Keys to an open question; ``#`` is the leads' own, at any time, and a wrong key for anybody else."""
    if keys == LEADS_KEY and x.delivery is None and any(m.role == LEAD for m in x.person.memberships):
        return _begin(session, x, lead_call.promise, {})
    step = _standing_at(x)
    context = context_for(session, x, answers_so_far(x))
    passed = menu.by_call(context).get(keys) if _may_pass(step(context), keys) and x.delivery is None else None
    if passed is None:
        return dialogue.resume(step, _standing(x, step, context.answers), Heard(keys), context)
    turn = dialogue.begin(passed.then, replace(context, answers={}))
    return replace(turn, effects=(*passed.effects, *turn.effects))


def _may_pass(node: Node, keys: str) -> bool:
    """It only offers to go on, and the keys mean something else: what they mean outside a question."""
    return isinstance(node, Menu) and node.may_pass and keys not in node.options


def _begin(session: Session, x: Exchange, step: Step, answers: Mapping[str, str]) -> Turn:
    return dialogue.begin(step, context_for(session, x, answers))


def _resume(session: Session, x: Exchange, event: Event) -> Turn:
    so_far = answers_so_far(x)
    step = _standing_at(x)
    return dialogue.resume(step, _standing(x, step, so_far), event, context_for(session, x, so_far))


def _standing(x: Exchange, step: Step, answers: Mapping[str, str]) -> Standing:
    return Standing(step.name, answers, x.thread.misses)


def _standing_at(x: Exchange) -> Step:
    """The step that waits. One that a deploy took away is begun anew with the menu."""
    return STEPS.get(x.thread.step or "", call.home)


def _kept(session: Session, x: Exchange, made: SoundRecorded) -> str:
    """The name of what was said; none where nothing was."""
    if made.sid is None or made.seconds < SHORTEST:
        return ""
    purpose = Purpose.PROMPT if _standing_at(x).flow.name == "prompts" else Purpose.MESSAGE
    new = NewRecording(
        sid=made.sid,
        purpose=purpose,
        sender_id=x.sender.id,
        seconds=made.seconds,
        call_id=x.call.id if x.call else None,
        site_id=x.site.id,
        person_id=None if x.is_withheld else x.person.id,
    )
    return want(session, x.means, new).id
