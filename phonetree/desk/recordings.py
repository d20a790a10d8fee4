"""Recordings on their way in: asked for until they are here, made one kind of sound, sealed, and deleted elsewhere."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from phonetree.desk.forgetting import must_go
from phonetree.desk.means import Means
from phonetree.models import ProviderCopy, Purpose, Recording, RecordingState, new_id, writing
from phonetree.words.audio import NotSound, Sound, normalise
from phonetree.words.crypto import CannotDecrypt
from phonetree.words.ports import MOST_SOUND, Carrier

ASK_AGAIN = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=5)
LEASE = timedelta(minutes=1)
"""Longer than the carrier's timeout: after it nobody is still asking."""
GIVE_UP = timedelta(hours=1)
AT_ONCE = 4
LONGEST_PROMPT = 60.0
LONGEST_MESSAGE = MOST_SOUND / 16_000
"""Seconds: all that is fetched of one."""


@dataclass(frozen=True, slots=True)
class NewRecording:
    """What is known of a recording when the provider tells of it. *sid* is the provider's name for it."""

    sid: str
    purpose: Purpose
    sender_id: str
    seconds: int
    call_id: str | None = None
    site_id: int | None = None
    person_id: str | None = None
    number: int | None = None


def want(session: Session, means: Means, new: NewRecording) -> Recording:
    """Ask for it from now on. Told of twice, it is the same one.

    Whatever happens to the row (its person may be erased), the provider's copy goes when we give up at the latest.
    """
    if known := session.scalar(select(Recording).where(Recording.sid == new.sid)):
        return known
    now = means.now()
    recording = Recording(
        id=new_id(),
        sid=new.sid,
        purpose=new.purpose,
        sender_id=new.sender_id,
        seconds=new.seconds,
        call_id=new.call_id,
        site_id=new.site_id,
        person_id=new.person_id,
        number=new.number,
        made_at=now,
        ask_at=now,
    )
    session.add(recording)
    if session.get(ProviderCopy, new.sid) is None:
        session.add(ProviderCopy(sid=new.sid, ask_at=now + GIVE_UP + LEASE))
    session.flush()
    return recording


async def fetch_wanted(engine: Engine, means: Means, line: Carrier, limit: int = AT_ONCE) -> int:
    """Fetch what is due, several at once: an interpreter waits on the line to hear it back. How many were asked for."""
    claimed = _claim(engine, means, limit)
    await asyncio.gather(*(_fetch(engine, means, line, recording) for recording in claimed))
    return len(claimed)


def is_awaited(session: Session, means: Means) -> bool:
    """Whether one is to be asked for within seconds: no bell rings for that, so a worker looks again by itself."""
    soon = means.now() + ASK_AGAIN * 4
    wanted = select(Recording.id).where(Recording.state == RecordingState.WANTED, Recording.ask_at <= soon)
    return session.scalar(wanted.limit(1)) is not None


def sound_row(recording_id: str) -> str:
    return f"recordings|{recording_id}|sound"


def open_sound(means: Means, recording: Recording) -> bytes | None:
    """Its WAV file, where it is here and its key is."""
    if recording.sound_sealed is None:
        return None
    try:
        return means.vault(recording.sender_id).open_bytes(recording.sound_sealed, row=sound_row(recording.id))
    except CannotDecrypt:
        return None


def set_aside(recording: Recording, means: Means) -> None:
    """It was dealt with: its sound is kept no longer."""
    recording.handled_at, recording.sound_sealed = means.now(), None


def _claim(engine: Engine, means: Means, limit: int) -> list[Recording]:
    """What is due, put off for the length of a lease, so that no two workers fetch the same."""
    now = means.now()
    due = select(Recording).where(Recording.state == RecordingState.WANTED, Recording.ask_at <= now)
    chosen = due.order_by(Recording.ask_at).limit(limit).with_for_update(skip_locked=True)
    with writing(engine) as session:
        claimed = list(session.scalars(chosen))
        for recording in claimed:
            recording.ask_at = now + LEASE
    return claimed


async def _fetch(engine: Engine, means: Means, line: Carrier, recording: Recording) -> None:
    wav = await line.fetch_recording(recording.sid)
    if wav is None:
        _put_off(engine, means, recording.id)
        return
    longest = LONGEST_PROMPT if recording.purpose == Purpose.PROMPT else LONGEST_MESSAGE
    try:
        sound = await asyncio.to_thread(normalise, wav, longest=longest)
    except NotSound:
        sound = None
    _settle(engine, means, recording, sound)


def _put_off(engine: Engine, means: Means, recording_id: str) -> None:
    with writing(engine) as session:
        recording = session.get(Recording, recording_id)
        if recording is None or recording.state != RecordingState.WANTED:
            return
        recording.tries += 1
        recording.ask_at = means.now() + min(ASK_AGAIN * 2 ** min(recording.tries - 1, 10), LONGEST_PAUSE)
        if recording.ask_at >= recording.made_at + GIVE_UP:
            recording.state = RecordingState.GONE
            _delete_there(session, means, recording.sid)


def _settle(engine: Engine, means: Means, fetched: Recording, sound: Sound | None) -> None:
    """Sealed here and asked to be deleted there, in one transaction. It may have been erased while it was fetched."""
    with writing(engine) as session:
        recording = session.get(Recording, fetched.id)
        if recording is not None and recording.state == RecordingState.WANTED:
            recording.state = RecordingState.FETCHED if sound else RecordingState.REFUSED
            if sound:
                sealed = means.vault(recording.sender_id).seal_bytes(sound.wav, row=sound_row(recording.id))
                recording.sound_sealed, recording.seconds = sealed, round(sound.seconds)
        _delete_there(session, means, fetched.sid)


def _delete_there(session: Session, means: Means, sid: str) -> None:
    must_go(session, means, sid)
    if copy := session.get(ProviderCopy, sid):
        copy.ask_at = means.now()
