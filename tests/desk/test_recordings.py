"""A recording is fetched until it is here, sealed, and deleted at the provider, whatever happens in between."""

from __future__ import annotations

import asyncio
import io
import wave
from array import array
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import cast

import pytest
from sqlalchemy import delete, select
from stage import ANA, all_of, sender_id

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.recordings import (
    AT_ONCE,
    GIVE_UP,
    LEASE,
    NewRecording,
    fetch_wanted,
    is_awaited,
    open_sound,
    set_aside,
    sound_row,
    want,
)
from phonetree.models import Person, ProviderCopy, Purpose, Recording, RecordingState, reading, writing
from phonetree.words.crypto import CannotDecrypt
from phonetree.words.ports import Carrier


def spoken(seconds: float, level: int = 9000) -> bytes:
    """A WAV file as the provider gives it."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(array("h", [level, -level] * round(4000 * seconds)).tobytes())
    return made.getvalue()


@dataclass
class Provider:
    """Gives the recordings it has; the others are not there yet."""

    sounds: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def fetch_recording(self, sid: str) -> bytes | None:
        self.asked.append(sid)
        return self.sounds.get(sid)

    @property
    def line(self) -> Carrier:
        """Of all that a carrier does, only this is asked for."""
        return cast("Carrier", self)


def sid(number: int) -> str:
    return f"RE{number:032x}"


def wanted(tree: Rehearsal, number: int = 1, purpose: Purpose = Purpose.PROMPT, person_id: str | None = None) -> str:
    new = NewRecording(sid(number), purpose, sender_id(tree), seconds=2, person_id=person_id)
    with writing(tree.database) as session:
        return want(session, tree.means, new).id


def fetch(tree: Rehearsal, provider: Provider) -> list[str]:
    """One round; what the provider was asked for in it."""
    before = len(provider.asked)
    count = asyncio.run(fetch_wanted(tree.database, tree.means, provider.line))
    assert count == len(provider.asked) - before
    return provider.asked[before:]


def only(tree: Rehearsal) -> Recording:
    (recording,) = all_of(tree, select(Recording))
    return recording


def to_delete(tree: Rehearsal) -> list[str]:
    """What the provider is asked to delete from now on."""
    return list(all_of(tree, select(ProviderCopy.sid).where(ProviderCopy.ask_at <= tree.clock.at)))


def test_it_is_fetched_sealed_and_to_be_deleted_there(tree: Rehearsal) -> None:
    identity = wanted(tree)
    assert (only(tree).state, to_delete(tree)) == (RecordingState.WANTED, [])
    assert open_sound(tree.means, only(tree)) is None
    assert fetch(tree, Provider({sid(1): spoken(1)})) == [sid(1)]
    recording = only(tree)
    sound = open_sound(tree.means, recording)
    assert (recording.id, recording.state, recording.seconds) == (identity, RecordingState.FETCHED, 1)
    assert sound is not None
    assert sound.startswith(b"RIFF")
    assert recording.sound_sealed is not None
    assert b"RIFF" not in recording.sound_sealed
    assert to_delete(tree) == [sid(1)]
    assert fetch(tree, Provider()) == []


def test_told_of_twice_it_is_one(tree: Rehearsal) -> None:
    assert wanted(tree) == wanted(tree)
    fetch(tree, Provider({sid(1): spoken(1)}))
    wanted(tree)
    assert only(tree).state == RecordingState.FETCHED


def test_what_is_not_there_yet_is_asked_for_more_and_more_seldom(tree: Rehearsal) -> None:
    wanted(tree)
    provider, began, asked = Provider(), tree.clock.at, []
    while only(tree).state == RecordingState.WANTED:
        if fetch(tree, provider):
            asked.append((tree.clock.at - began).total_seconds())
        tree.clock.at += timedelta(seconds=2)
    assert asked[:6] == [0, 2, 6, 14, 30, 62]
    assert max(later - before for before, later in pairwise(asked)) == 300
    assert timedelta(minutes=50) < timedelta(seconds=asked[-1]) < GIVE_UP
    assert only(tree).state == RecordingState.GONE
    assert to_delete(tree) == [sid(1)]


def test_it_comes_late(tree: Rehearsal) -> None:
    wanted(tree)
    provider = Provider()
    fetch(tree, provider)
    provider.sounds[sid(1)] = spoken(1)
    assert fetch(tree, provider) == []
    tree.clock.at += timedelta(seconds=2)
    assert fetch(tree, provider) == [sid(1)]
    assert only(tree).state == RecordingState.FETCHED


def test_a_worker_looks_again_by_itself_while_one_is_awaited(tree: Rehearsal) -> None:
    def awaited() -> bool:
        with reading(tree.database) as session:
            return is_awaited(session, tree.means)

    seen = [awaited()]
    wanted(tree)
    provider = Provider()
    for _try in range(4):
        seen.append(awaited())
        fetch(tree, provider)
        tree.clock.at += timedelta(seconds=2)
    assert seen == [False, True, True, True, True]
    for _try in range(20):
        fetch(tree, provider)
        tree.clock.at += timedelta(seconds=2)
    assert not awaited(), "nobody holds the line that long"
    provider.sounds[sid(1)] = spoken(1)
    tree.clock.at += timedelta(minutes=2)
    assert awaited()
    fetch(tree, provider)
    assert not awaited()


@pytest.mark.parametrize(
    ("purpose", "sound", "state"),
    [
        (Purpose.PROMPT, b"", RecordingState.REFUSED),
        (Purpose.PROMPT, b"<html>", RecordingState.REFUSED),
        (Purpose.PROMPT, spoken(0), RecordingState.REFUSED),
        (Purpose.PROMPT, spoken(2, level=10), RecordingState.REFUSED),
        (Purpose.PROMPT, spoken(61), RecordingState.REFUSED),
        (Purpose.VOICEMAIL, spoken(61), RecordingState.FETCHED),
        (Purpose.VOICEMAIL, spoken(501), RecordingState.REFUSED),
    ],
    ids=["nothing", "no sound", "no seconds", "silence", "long prompt", "long voicemail", "too long"],
)
def test_what_is_no_sound_is_refused_and_deleted_there(
    tree: Rehearsal, purpose: Purpose, sound: bytes, state: RecordingState
) -> None:
    wanted(tree, purpose=purpose)
    fetch(tree, Provider({sid(1): sound}))
    assert only(tree).state == state
    assert to_delete(tree) == [sid(1)]


def test_a_few_are_fetched_at_once_the_oldest_first(tree: Rehearsal) -> None:
    for number in range(AT_ONCE + 2):
        wanted(tree, number)
        tree.clock.at += timedelta(seconds=1)
    provider = Provider()
    assert sorted(fetch(tree, provider)) == [sid(number) for number in range(AT_ONCE)]
    assert sorted(fetch(tree, provider)) == [sid(AT_ONCE), sid(AT_ONCE + 1)]


def test_nobody_else_fetches_it_meanwhile_and_a_crash_only_puts_it_off(tree: Rehearsal) -> None:
    wanted(tree)
    other = Provider({sid(1): spoken(1)})

    class Slow(Provider):
        async def fetch_recording(self, sid: str) -> bytes | None:
            assert await fetch_wanted(tree.database, tree.means, other.line) == 0
            raise ConnectionAbortedError(sid)

    with pytest.raises(ConnectionAbortedError):
        asyncio.run(fetch_wanted(tree.database, tree.means, Slow().line))
    assert only(tree).state == RecordingState.WANTED
    tree.clock.at += LEASE
    assert fetch(tree, other) == [sid(1)]


def test_who_is_erased_meanwhile_leaves_no_sound_anywhere(tree: Rehearsal) -> None:
    tree.enrol(ANA, "parent", "es")
    (ana,) = all_of(tree, select(Person.id).order_by(Person.first_seen.desc(), Person.language.desc()).limit(1))
    wanted(tree, purpose=Purpose.VOICEMAIL, person_id=ana)

    class Erasing(Provider):
        async def fetch_recording(self, sid: str) -> bytes | None:
            with writing(tree.database) as session:
                session.execute(delete(Person).where(Person.id == ana))
            return await super().fetch_recording(sid)

    fetch(tree, Erasing({sid(1): spoken(1)}))
    assert all_of(tree, select(Recording)) == []
    assert to_delete(tree) == [sid(1)]


def test_who_is_erased_before_leaves_no_copy_at_the_provider(tree: Rehearsal) -> None:
    wanted(tree)
    with writing(tree.database) as session:
        session.execute(delete(Recording))
    tree.clock.at += GIVE_UP + LEASE
    assert to_delete(tree) == [sid(1)]


def test_a_sound_opens_for_its_row_alone_and_goes_when_it_was_dealt_with(tree: Rehearsal) -> None:
    wanted(tree)
    fetch(tree, Provider({sid(1): spoken(1)}))
    recording = only(tree)
    vault = tree.means.vault(recording.sender_id)
    assert recording.sound_sealed is not None
    with pytest.raises(CannotDecrypt):
        vault.open_bytes(recording.sound_sealed, row=sound_row("0" * 32))
    with writing(tree.database) as session:
        set_aside(session.merge(recording), tree.means)
    assert (only(tree).sound_sealed, only(tree).handled_at) == (None, tree.clock.at)


def test_a_sound_whose_key_is_gone_is_no_sound(tree: Rehearsal) -> None:
    wanted(tree)
    with writing(tree.database) as session:
        session.scalars(select(Recording)).one().sound_sealed = b"\x01" + bytes(60)
    with reading(tree.database) as session:
        assert open_sound(tree.means, session.scalars(select(Recording)).one()) is None
