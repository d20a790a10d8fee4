"""What a flow asked for in or about a call is done here, inside the webhook's transaction."""

from __future__ import annotations

from typing import assert_never

from sqlalchemy.orm import Session

from phonetree.desk import (
    alert_calls,
    call_backs,
    duty,
    family_calls,
    hunting,
    interpreters,
    lead_calls,
    recording_codes,
    requests,
)
from phonetree.desk.exchange import Exchange
from phonetree.dialogue.effects import (
    CallBack,
    CallEffect,
    CheckPin,
    CloseRequest,
    GoOffDuty,
    GoOnDuty,
    LeaveRecording,
    MuteCaller,
    NextFamily,
    NoteFamily,
    NoteHeard,
    Release,
    TakeCall,
    TakeRequest,
)
from phonetree.dialogue.outcomes import Outcome
from phonetree.dialogue.prompt_effects import CheckSound, DecideClip, GiveCode, KeepClip, NextPrompt, UseCode


def perform_call(session: Session, x: Exchange, effect: CallEffect) -> Outcome | None:
    """Do one effect; those that a flow waits for give their outcome."""
    match effect:
        case CallBack():
            return call_backs.call_back(session, x, effect)
        case LeaveRecording():
            requests.leave_recording(session, x, effect)
        case CheckPin():
            return lead_calls.check_pin(session, x)
        case Release():
            return lead_calls.release_now(session, x)
        case NoteHeard():
            alert_calls.note_heard(session, x)
        case TakeCall():
            return hunting.take_call(session, x, effect)
        case GoOnDuty():
            return duty.go_on(session, x)
        case GoOffDuty():
            return duty.go_off(session, x)
        case MuteCaller():
            return duty.mute(session, x)
        case TakeRequest():
            return requests.take(session, x, effect)
        case CloseRequest():
            requests.close(session, x, effect)
        case GiveCode():
            return recording_codes.give_code(session, x, effect)
        case UseCode():
            return recording_codes.use_code(session, x, effect)
        case NextPrompt():
            return interpreters.next_prompt(session, x, effect)
        case CheckSound():
            return interpreters.check_sound(session, x, effect)
        case KeepClip():
            interpreters.keep_clip(session, x, effect)
        case DecideClip():
            interpreters.decide_clip(session, x, effect)
        case NextFamily():
            return family_calls.next_family(session, x)
        case NoteFamily():
            family_calls.note_family(session, x, effect)
        case _:
            assert_never(effect)
    return None
