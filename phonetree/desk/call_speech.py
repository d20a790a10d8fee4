"""A turn becomes what a call says and waits for, in the caller's language."""

from __future__ import annotations

from datetime import timedelta
from typing import assert_never

from sqlalchemy.orm import Session

from phonetree.desk import family_calls, hunting, joining
from phonetree.desk.call_answers import (
    CallAnswer,
    DialOut,
    Gather,
    HangUp,
    HoldOn,
    JoinNow,
    JoinQueue,
    Queue,
    TakeRecording,
    UnknownCall,
)
from phonetree.desk.clips import ClipStore
from phonetree.desk.exchange import Exchange
from phonetree.desk.parties import target_of
from phonetree.desk.schools import school_of
from phonetree.dialogue.call_form import as_call
from phonetree.dialogue.engine import Turn
from phonetree.dialogue.nodes import Ask, Dial, Hold, Hunt, Join, Menu, Record
from phonetree.models import Call
from phonetree.words.speech import Speaker, Utterance, speaker_for

ONE_KEY, MORE_KEYS = timedelta(seconds=5), timedelta(seconds=8)


def speaker_of(session: Session, x: Exchange, call: Call) -> Speaker:
    """Who speaks to this caller: their language in this call, their second, the school's default, English."""
    default = school_of(x.means, x.site).site.languages[0]
    return speaker_for(call.language, x.person.second_language, default, ClipStore(session, x.site))


def say_turn(session: Session, x: Exchange, turn: Turn) -> CallAnswer:
    """What the carrier is to do now."""
    call = x.call
    if call is None:
        raise UnknownCall
    said = speaker_of(session, x, call).speak(*as_call(turn.said, turn.wait))
    return _answer(session, x, turn, said, call.turn)


def _answer(session: Session, x: Exchange, turn: Turn, said: tuple[Utterance, ...], number: int) -> CallAnswer:
    match turn.wait:
        case None:
            return JoinNow(said) if _is_to_be_joined(x, turn) else HangUp(said)
        case Menu(options=options):
            keys = max((len(key) for key in options), default=1)
            return Gather(said, number, keys, ONE_KEY if keys == 1 else MORE_KEYS)
        case Ask(keys=keys):
            return Gather(said, number, keys, MORE_KEYS)
        case Hunt():
            return Queue(said, number, hunting.queue_of(session, x))
        case Dial(to=to):
            target = target_of(session, x, to)
            if target is None:
                raise UnknownCall
            ours = x.means.number_of_sender(x.sender)
            return DialOut(said, number, target.number, ours, whisper=target.whisper)
        case Join():
            return JoinQueue(said, number, (x.delivery.matter if x.delivery else None) or "")
        case Record(longest=longest):
            return TakeRecording(said, number, longest)
        case Hold(seconds=seconds):
            return HoldOn(said, number, seconds)
        case _:
            assert_never(turn.wait)


def _is_to_be_joined(x: Exchange, turn: Turn) -> bool:
    """Somebody whom another call dialled has heard what comes first, and agreed where they were asked."""
    is_whisper = family_calls.is_whisper(x.delivery) or joining.is_whisper(x.delivery)
    return is_whisper and not turn.gave_up
