"""A school's languages at the console: how far each is, its recordings to listen to, and what leads say of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from phonetree.desk import clips
from phonetree.desk.clip_tokens import sound_of, token_for
from phonetree.desk.clips import ClipStore, NotTheirs, source_of
from phonetree.desk.console_doors import SignedIn
from phonetree.desk.console_turns import exchange_of
from phonetree.desk.coverage import Coverage, coverage_of
from phonetree.desk.exchange import Exchange
from phonetree.desk.interpreters import prompts_of, unheard
from phonetree.desk.means import Means
from phonetree.desk.schools import school_of
from phonetree.models import Clip, reading, writing
from phonetree.words.i18n import Word


@dataclass(frozen=True, slots=True)
class PromptShown:
    """A sentence of calls, and whether there is a recording of it in the language."""

    key: str
    sentence: Word
    is_recorded: bool


@dataclass(frozen=True, slots=True)
class Take:
    """A recording that waits for somebody: *is_approved*, for a lead's ear; else for a second speaker."""

    clip: str
    sentence: Word | None
    is_approved: bool
    may_decide: bool


@dataclass(frozen=True, slots=True)
class Prompts:
    language: str
    prompts: tuple[PromptShown, ...]
    takes: tuple[Take, ...]


def coverage_at(engine: Engine, means: Means, lead: SignedIn) -> list[Coverage]:
    with reading(engine) as session:
        return coverage_of(session, means, exchange_of(session, means, lead).site)


def prompts_at(engine: Engine, means: Means, lead: SignedIn, language: str) -> Prompts | None:
    """Of a language of this school; None of any other."""
    with reading(engine) as session:
        x = exchange_of(session, means, lead)
        if language not in school_of(means, x.site).site.languages:
            return None
        recordings, found = ClipStore(session, x.site), prompts_of(x, language)
        shown = [PromptShown(one.key, one.sentence, recordings.find(language, one.key) is not None) for one in found]
        sentences = {one.key: one.sentence for one in found}
        return Prompts(language, tuple(shown), tuple(_takes(session, x, language, sentences)))


def _takes(session: Session, x: Exchange, language: str, sentences: Mapping[str, Word]) -> list[Take]:
    for_leads = [clip for clip in unheard(session, x) if clip.language == language]
    return [
        *(Take(clip.id, sentences.get(clip.key), is_approved=True, may_decide=True) for clip in for_leads),
        *(
            Take(clip.id, sentences.get(clip.key), is_approved=False, may_decide=_is_second_speaker(x, clip))
            for clip in _waiting(session, x, language)
        ),
    ]


def _waiting(session: Session, x: Exchange, language: str) -> Sequence[Clip]:
    waiting = clips.waiting(session, x.sender, language)
    return [clip for clip in waiting if clip.site_id in {None, x.site.id}]


def _is_second_speaker(x: Exchange, clip: Clip) -> bool:
    """A lead who speaks the language and neither recorded it nor invited who did (decisions 22)."""
    speaks = clip.language in {x.person.language, x.person.second_language}
    return speaks and x.person.id not in {clip.recorded_by, clip.invited_by}


# --- listening --------------------------------------------------------------------------------------------------------


def sound_of_prompt(engine: Engine, means: Means, lead: SignedIn, language: str, key: str) -> bytes | None:
    """What a call of this school would play for that sentence."""
    with reading(engine) as session:
        x = exchange_of(session, means, lead)
        is_here = language in school_of(means, x.site).site.languages
        source = ClipStore(session, x.site).find(language, key) if is_here else None
    return sound_of(engine, means, token_for(means, source)) if source else None


def sound_of_take(engine: Engine, means: Means, lead: SignedIn, clip_id: str) -> bytes | None:
    with reading(engine) as session:
        x = exchange_of(session, means, lead)
        clip = _clip(session, x, clip_id)
        source = source_of(clip) if clip else None
    return sound_of(engine, means, token_for(means, source)) if source else None


# --- deciding ---------------------------------------------------------------------------------------------------------


def decide(engine: Engine, means: Means, lead: SignedIn, clip_id: str, *, is_good: bool) -> str | None:
    """What a lead says of a recording that waits for them. Returns its language; None where none of theirs waits."""
    with writing(engine) as session:
        x = exchange_of(session, means, lead, is_locked=True)
        clip = _clip(session, x, clip_id)
        if clip is None:
            return None
        deed = _deed(session, x, clip, is_good=is_good)
        if deed is None:
            return None
        deed()
        return clip.language


def _deed(session: Session, x: Exchange, clip: Clip, *, is_good: bool) -> Callable[[], object] | None:
    if clip.id in {each.id for each in unheard(session, x)}:
        return lambda: (clips.hear if is_good else clips.revert)(session, x.means, clip)
    if clip.id in {each.id for each in _waiting(session, x, clip.language)} and _is_second_speaker(x, clip):
        return (lambda: _approve(session, x, clip)) if is_good else (lambda: clips.reject(session, x.means, clip))
    return None


def _approve(session: Session, x: Exchange, clip: Clip) -> None:
    """The second speaker is a lead, who has heard it with that."""
    try:
        clips.approve(session, x.means, clip, x.person.id, x.person.id)
    except NotTheirs:
        return
    clips.hear(session, x.means, clip)


def _clip(session: Session, x: Exchange, clip_id: str) -> Clip | None:
    """Of this tree, and of no other school on it."""
    clip = session.get(Clip, clip_id) if clip_id else None
    is_here = clip is not None and clip.sender_id == x.sender.id and clip.site_id in {None, x.site.id}
    return clip if is_here else None
