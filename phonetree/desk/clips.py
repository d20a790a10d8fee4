"""Clips: what people recorded, approved by a second speaker, and found again sentence by sentence for a call."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from phonetree.desk.means import Means
from phonetree.desk.recordings import open_sound, set_aside
from phonetree.models import Clip, ClipState, Recording, Sender, Site, new_id
from phonetree.words.audio import seconds_of
from phonetree.words.crypto import CannotDecrypt
from phonetree.words.i18n import LOCALES
from phonetree.words.languages import LANGUAGES

CLIP, FILE, RECORDING = "clip", "file", "recording"
"""How a source begins, which names a sound to whoever plays it: ``clip:<id>``, ``file:<language>/<key>``."""
HEARD_FIRST = ("level-", "kind-")
"""How the names of those sentences begin that a lead hears before their first use (decisions 22)."""
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_KEY = 80


class NoSound(Exception):
    """The recording is not here: not yet fetched, refused, or already used."""


class NotTheirs(Exception):
    """Who recorded it, or was invited by the same lead, does not approve it (decisions 22)."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What was recorded: *key* in *language*; with a *site_id* a school's own words."""

    language: str
    key: str
    site_id: int | None = None


def keep(session: Session, means: Means, recording: Recording, sentence: Sentence, invited_by: str | None) -> Clip:
    """Keep a recording as a take that waits for approval; what is in use stays so until then. Raises ``NoSound``.

    An older take of the same speaker that still waits is dropped.
    """
    sound = open_sound(means, recording)
    if sound is None:
        raise NoSound(recording.state)
    clip = Clip(
        id=new_id(),
        sender_id=recording.sender_id,
        site_id=sentence.site_id,
        language=sentence.language,
        key=sentence.key,
        recorded_by=recording.person_id,
        invited_by=invited_by,
        seconds=seconds_of(sound),
        made_at=means.now(),
    )
    clip.sound_sealed = means.vault(clip.sender_id).seal_bytes(sound, row=_row(clip.id))
    for older in session.scalars(_takes(clip, ClipState.RECORDED).where(Clip.recorded_by == clip.recorded_by)):
        reject(session, means, older)
    session.add(clip)
    set_aside(recording, means)
    session.flush()
    return clip


def waiting(session: Session, sender: Sender, language: str) -> list[Clip]:
    """The takes in this language that nobody has decided on, oldest first."""
    chosen = select(Clip).where(
        Clip.sender_id == sender.id, Clip.language == language, Clip.state == ClipState.RECORDED
    )
    return list(session.scalars(chosen.order_by(Clip.made_at, Clip.id)))


def approve(session: Session, means: Means, clip: Clip, person: str, lead: str) -> None:
    """The speaker *person*, invited by *lead*, finds it good. Raises ``NotTheirs``; once decided it stays decided.

    It replaces the older one at once, or, where a lead has to hear it first, after that.
    """
    if person == clip.recorded_by or lead == clip.invited_by:
        raise NotTheirs(clip.key)
    if clip.state != ClipState.RECORDED:
        return
    clip.state, clip.approved_by, clip.decided_at = ClipState.APPROVED, person, means.now()
    if is_usable(clip):
        _retire_others(session, clip)


def hear(session: Session, means: Means, clip: Clip) -> None:
    """A lead has heard it; if it was approved it is in use from now on."""
    clip.heard_at = clip.heard_at or means.now()
    if clip.state == ClipState.APPROVED:
        _retire_others(session, clip)


def unheard(session: Session, sender: Sender, language: str) -> list[Clip]:
    """The approved ones that a lead has to hear before they are used, oldest first."""
    chosen = _approved(sender.id, language).where(Clip.heard_at.is_(None))
    return [clip for clip in session.scalars(chosen) if not is_usable(clip)]


def reject(session: Session, means: Means, clip: Clip) -> None:
    """It was not good enough, and its sound is kept no longer. What was used once is only ever reverted."""
    if clip.state == ClipState.RECORDED:
        _drop(means, clip)
        session.flush()


def revert(session: Session, means: Means, clip: Clip) -> Clip | None:
    """Take an approved one out of use; the one before it comes back, and is returned where there is one."""
    if clip.state == ClipState.APPROVED:
        _drop(means, clip)
        session.flush()
    newest_first = Clip.decided_at.desc(), Clip.id
    for in_use in session.scalars(_takes(clip, ClipState.APPROVED).order_by(*newest_first)):
        if is_usable(in_use):
            return in_use
    before = session.scalar(_takes(clip, ClipState.RETIRED).order_by(*newest_first).limit(1))
    if before is not None:
        before.state = ClipState.APPROVED
        session.flush()
    return before


def is_usable(clip: Clip) -> bool:
    """Whether an approved one may be played to families already."""
    return clip.heard_at is not None or not clip.key.startswith(HEARD_FIRST)


def source_of(row: Clip | Recording) -> str:
    """The name by which it is played."""
    return f"{CLIP if isinstance(row, Clip) else RECORDING}:{row.id}"


def open_clip(means: Means, clip: Clip) -> bytes | None:
    """Its WAV file, where it was not rejected and its key is here."""
    if clip.sound_sealed is None:
        return None
    try:
        return means.vault(clip.sender_id).open_bytes(clip.sound_sealed, row=_row(clip.id))
    except CannotDecrypt:
        return None


def shipped(language: str, key: str, locales: Path = LOCALES) -> Path | None:
    """The recording of this sentence that comes with the program. Nothing else in any folder has such a name."""
    if language not in LANGUAGES or len(key) > _LONGEST_KEY or not _KEY.fullmatch(key):
        return None
    path = locales / language / "audio" / f"{key}.wav"
    return path if path.is_file() else None


@dataclass(slots=True)
class ClipStore:
    """The recordings of one school, for one turn: its own, then those of its tree, then those of the program.

    Each language is looked up once.
    """

    session: Session = field(repr=False)
    site: Site = field(repr=False)
    locales: Path = LOCALES
    _found: dict[str, Mapping[str, str]] = field(default_factory=dict, init=False, repr=False)

    def find(self, language: str, key: str) -> str | None:
        if language not in self._found:
            self._found[language] = self._look_up(language)
        if clip := self._found[language].get(key):
            return clip
        return f"{FILE}:{language}/{key}" if shipped(language, key, self.locales) else None

    def _look_up(self, language: str) -> Mapping[str, str]:
        """Later ones replace earlier ones: the school's own the tree's, the newest the older."""
        columns = _approved(self.site.sender_id, language).with_only_columns(
            Clip.id, Clip.key, Clip.site_id, Clip.heard_at
        )
        rows = [row for row in self.session.execute(columns) if row.heard_at or not row.key.startswith(HEARD_FIRST)]
        return {row.key: f"{CLIP}:{row.id}" for site in (None, self.site.id) for row in rows if row.site_id == site}


def _approved(sender_id: str, language: str) -> Select[Clip]:
    chosen = select(Clip).where(
        Clip.sender_id == sender_id, Clip.language == language, Clip.state == ClipState.APPROVED
    )
    return chosen.order_by(Clip.decided_at, Clip.id)


def _takes(clip: Clip, state: ClipState) -> Select[Clip]:
    """The takes of the same sentence in that state."""
    return select(Clip).where(
        Clip.sender_id == clip.sender_id,
        Clip.site_id.is_(None) if clip.site_id is None else Clip.site_id == clip.site_id,
        Clip.language == clip.language,
        Clip.key == clip.key,
        Clip.state == state,
    )


def _retire_others(session: Session, clip: Clip) -> None:
    for older in session.scalars(_takes(clip, ClipState.APPROVED).where(Clip.id != clip.id)):
        older.state = ClipState.RETIRED
    session.flush()


def _drop(means: Means, clip: Clip) -> None:
    clip.state, clip.decided_at, clip.sound_sealed = ClipState.REJECTED, means.now(), None


def _row(clip_id: str) -> str:
    return f"clips|{clip_id}|sound"
