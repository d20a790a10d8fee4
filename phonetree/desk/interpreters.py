"""Prompts recorded by phone: which is at hand, what becomes of a recording, and who judges it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from phonetree.desk import clips
from phonetree.desk.exchange import Exchange
from phonetree.desk.recording_codes import code_of_call
from phonetree.desk.schools import school_of
from phonetree.dialogue.context import Context, PromptAtHand
from phonetree.dialogue.outcomes import Outcome, PromptFound, SoundChecked
from phonetree.dialogue.prompt_effects import CheckSound, DecideClip, KeepClip, NextPrompt, PromptsOf
from phonetree.flows import lead_call
from phonetree.flows.prompts import places, prompts_for
from phonetree.flows.spoken_alerts import who
from phonetree.models import Clip, ClipState, Recording, RecordingCode, RecordingState
from phonetree.words.i18n import InLanguage, Word, say
from phonetree.words.languages import LANGUAGES
from phonetree.words.speech import clip_of, place_key

WAITS_FOR_SOUND = timedelta(seconds=25)
"""How long somebody on the line waits to hear what they recorded."""
_CLIP = f"{clips.CLIP}:"


@dataclass(frozen=True, slots=True)
class Prompt:
    """A sentence to record and the name of its recording; a school's own words are that school's."""

    key: str
    sentence: Word
    site_id: int | None = None


def prompts_of(x: Exchange, language: str) -> Sequence[Prompt]:
    """All that can be recorded for this school, each once. Its name and its places are its own."""
    school = school_of(x.means, x.site)
    name = clip_of(who(school.site.program))
    common = [(clip_of(prompt), prompt) for prompt in prompts_for(school, language)]
    found = {key: Prompt(key, words, x.site.id if key == name else None) for key, words in common}
    found |= {place_key(place): Prompt(place_key(place), place, x.site.id) for place in places(school)}
    return [prompt for key, prompt in found.items() if key]


def prompt_at_hand(session: Session, x: Exchange, context: Context) -> PromptAtHand | None:
    """What this call records or judges; before a lead has said so, what there is to hear."""
    if x.call is None or x.delivery is None:
        return None
    if x.call.at_hand is None:
        waiting = unheard(session, x) if _is_lead_call(x) and context.who.is_lead else []
        return _to_judge(session, x, waiting[0]) if waiting else None
    if clip := _clip_at_hand(session, x):
        return _to_judge(session, x, clip)
    code = code_of_call(session, x)
    return _to_record(session, x, code.language) if code else None


def next_prompt(session: Session, x: Exchange, asked: NextPrompt) -> Outcome:
    """The one after the one at hand, so that nothing comes twice in a call."""
    if x.call is None:
        return PromptFound()
    if asked.of in {"missing", "all"}:
        x.call.at_hand = _next_to_record(session, x, asked.of)
    else:
        x.call.at_hand = next((clips.source_of(clip) for clip in _still_to_judge(session, x, asked.of)), None)
    return PromptFound(x.call.at_hand is not None)


def check_sound(session: Session, x: Exchange, asked: CheckSound) -> Outcome:
    recording = _recording(session, x, asked.recording)
    match recording.state if recording else None:
        case RecordingState.FETCHED:
            return SoundChecked("ready")
        case RecordingState.WANTED if recording and recording.made_at > x.means.now() - WAITS_FOR_SOUND:
            return SoundChecked("coming")
        case _:
            return SoundChecked("bad")


def keep_clip(session: Session, x: Exchange, asked: KeepClip) -> None:
    """It waits for a second speaker. What was kept before somebody hangs up stays kept."""
    recording, code = _recording(session, x, asked.recording), code_of_call(session, x)
    if code is None or recording is None or recording.state != RecordingState.FETCHED:
        return
    for prompt in prompts_of(x, code.language):
        if x.call and prompt.key == x.call.at_hand:
            sentence = clips.Sentence(code.language, prompt.key, prompt.site_id)
            clips.keep(session, x.means, recording, sentence, code.given_by)


def decide_clip(session: Session, x: Exchange, asked: DecideClip) -> None:
    """About exactly the clip that was heard: by a second speaker, or by a lead who hears it before its first use."""
    clip, code = _clip_at_hand(session, x), code_of_call(session, x)
    if clip is None:
        return
    if code is not None and _may_judge(x, code, clip):
        if asked.is_good:
            clips.approve(session, x.means, clip, x.person.id, code.given_by)
        else:
            clips.reject(session, x.means, clip)
    elif code is None and _is_lead_call(x) and any(m.role == "lead" for m in x.person.memberships):
        if asked.is_good:
            clips.hear(session, x.means, clip)
        else:
            clips.revert(session, x.means, clip)


def _next_to_record(session: Session, x: Exchange, of: PromptsOf) -> str | None:
    """In the order of the prompts. Missing is what is not approved and not waiting for a second speaker already."""
    code = code_of_call(session, x)
    if code is None or x.call is None:
        return None
    keys = [prompt.key for prompt in prompts_of(x, code.language)]
    first = keys.index(x.call.at_hand) + 1 if x.call.at_hand in keys else 0
    recorded = _recorded(session, x, code) if of == "missing" else frozenset()
    return next((key for key in keys[first:] if key not in recorded), None)


def _recorded(session: Session, x: Exchange, code: RecordingCode) -> frozenset[str]:
    """What this speaker need not say: by this speaker and waiting, by anybody and approved, or in the program."""
    mine = (Clip.state == ClipState.RECORDED) & (Clip.recorded_by == x.person.id)
    here = Clip.site_id.is_(None) | (Clip.site_id == x.site.id)
    done = or_(mine, Clip.state == ClipState.APPROVED)
    chosen = select(Clip.key).where(Clip.sender_id == x.sender.id, Clip.language == code.language, done, here)
    in_program = {one.key for one in prompts_of(x, code.language) if clips.shipped(code.language, one.key)}
    return frozenset(session.scalars(chosen)) | in_program


def _to_record(session: Session, x: Exchange, language: str) -> PromptAtHand | None:
    for number, prompt in enumerate(listed := prompts_of(x, language), start=1):
        if x.call and prompt.key == x.call.at_hand:
            return PromptAtHand(_understood(session, x, prompt.sentence), language, number, len(listed))
    return None


def _still_to_judge(session: Session, x: Exchange, of: PromptsOf) -> list[Clip]:
    listed = unheard(session, x) if of == "unheard" else _waiting(session, x)
    before = _clip_at_hand(session, x)
    return [clip for clip in listed if before is None or (clip.made_at, clip.id) > (before.made_at, before.id)]


def _waiting(session: Session, x: Exchange) -> list[Clip]:
    """What another speaker recorded, invited by another lead than the one who invited this one."""
    code = code_of_call(session, x)
    if code is None:
        return []
    return [clip for clip in clips.waiting(session, x.sender, code.language) if _may_judge(x, code, clip)]


def _may_judge(x: Exchange, code: RecordingCode, clip: Clip) -> bool:
    is_others = clip.recorded_by != x.person.id and clip.invited_by != code.given_by
    return is_others and clip.language == code.language and clip.site_id in {None, x.site.id}


def unheard(session: Session, x: Exchange) -> list[Clip]:
    """What is approved and a lead of this school has to hear before its first use, oldest first."""
    languages = school_of(x.means, x.site).site.languages
    found = [clip for language in languages for clip in clips.unheard(session, x.sender, language)]
    here = [clip for clip in found if clip.site_id in {None, x.site.id}]
    return sorted(here, key=lambda clip: (clip.made_at, clip.id))


def _to_judge(session: Session, x: Exchange, clip: Clip) -> PromptAtHand:
    sentence = next((one.sentence for one in prompts_of(x, clip.language) if one.key == clip.key), None)
    words = sentence or say("A sentence that is no longer said.")
    left = len(unheard(session, x) if _is_lead_call(x) else _waiting(session, x))
    return PromptAtHand(_understood(session, x, words), clip.language, 1, left, clips.source_of(clip))


def _understood(session: Session, x: Exchange, sentence: Word) -> Word:
    """The sentence in a language with a voice that the one on the line understands, and not in the one to record."""
    code, default = code_of_call(session, x), school_of(x.means, x.site).site.languages[0]
    known = (x.person.second_language if code else x.person.language, x.person.second_language, default, "en")
    spoken = (each for each in known if each and LANGUAGES[each].say and not (code and each == code.language))
    return InLanguage(next(spoken, "en"), sentence)


def _clip_at_hand(session: Session, x: Exchange) -> Clip | None:
    at_hand = (x.call.at_hand if x.call else None) or ""
    return session.get(Clip, at_hand.removeprefix(_CLIP)) if at_hand.startswith(_CLIP) else None


def _recording(session: Session, x: Exchange, name: str) -> Recording | None:
    """A recording of this very call."""
    recording = session.get(Recording, name) if name else None
    return recording if recording and x.call and recording.call_id == x.call.id else None


def _is_lead_call(x: Exchange) -> bool:
    return x.delivery is not None and x.delivery.begins == lead_call.begin.name
