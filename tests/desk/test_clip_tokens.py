"""An address of a sound plays that sound for a quarter of an hour, and nothing that was made up plays anything."""

from __future__ import annotations

import base64
import re
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer
from stage import sender_id

from phonetree.demo.rehearsal import Rehearsal
from phonetree.desk.clip_tokens import LIFE, ROUND, sound_of, token_for
from phonetree.desk.recordings import NewRecording, sound_row, want
from phonetree.models import Clip, ClipState, Purpose, new_id, writing
from phonetree.words.crypto import Vault

SOUND = b"RIFF and the rest"


def vault(tree: Rehearsal) -> Vault:
    return tree.means.vault(sender_id(tree))


def clip(tree: Rehearsal, **more: object) -> str:
    """A clip as it lies in the database; its source."""
    identity = new_id()
    row: dict[str, object] = {
        "id": identity,
        "sender_id": sender_id(tree),
        "language": "mam",
        "key": "good-morning",
        "state": ClipState.APPROVED,
        "seconds": 1.0,
        "sound_sealed": vault(tree).seal_bytes(SOUND, row=f"clips|{identity}|sound"),
        "made_at": tree.clock.at,
    }
    with writing(tree.database) as session:
        session.add(Clip(**(row | more)))
    return f"clip:{identity}"


def heard(tree: Rehearsal, token: str) -> bytes | None:
    return sound_of(tree.database, tree.means, token)


def test_the_address_of_a_clip_plays_it(tree: Rehearsal) -> None:
    token = token_for(tree.means, clip(tree))
    assert re.fullmatch(r"[A-Za-z0-9_.-]{40,200}", token)
    assert heard(tree, token) == SOUND


def test_the_address_of_a_recording_plays_it(tree: Rehearsal) -> None:
    new = NewRecording("RE" + "1" * 32, Purpose.VOICEMAIL, sender_id(tree), seconds=1)
    with writing(tree.database) as session:
        recording = want(session, tree.means, new)
        recording.sound_sealed = vault(tree).seal_bytes(SOUND, row=sound_row(recording.id))
    assert heard(tree, token_for(tree.means, f"recording:{recording.id}")) == SOUND


def test_it_ends_after_a_quarter_of_an_hour_at_most(tree: Rehearsal) -> None:
    source = clip(tree)
    for _minute in range(10):
        token, began = token_for(tree.means, source), tree.clock.at
        tree.clock.at = began + LIFE - ROUND - timedelta(seconds=1)
        assert heard(tree, token) == SOUND
        tree.clock.at = began + LIFE
        assert heard(tree, token) is None
        tree.clock.at = began + timedelta(minutes=1)


def test_many_calls_in_one_moment_share_an_address(tree: Rehearsal) -> None:
    source = clip(tree)
    first = token_for(tree.means, source)
    tree.clock.at += ROUND - timedelta(seconds=1)
    assert token_for(tree.means, source) == first
    assert token_for(tree.means, clip(tree)) != first


def test_another_key_opens_nothing(tree: Rehearsal) -> None:
    token = token_for(tree.means, source := clip(tree))
    stolen = base64.urlsafe_b64encode(source.encode()).decode()
    for key in (b"", b"guess", tree.means.keys.pepper):
        forged = str(URLSafeSerializer(key, salt="phonetree audio 1").dumps([source, 2**40]))
        assert heard(tree, forged) is None
    assert heard(tree, str(URLSafeSerializer(tree.means.keys.token_key).dumps([source, 2**40]))) is None
    assert heard(tree, stolen) is None
    assert heard(tree, f"{token}A") is None
    assert heard(tree, token[:-1]) is None


@pytest.mark.parametrize(
    "token",
    ["", ".", "..", "...", "é", "\x00", "\ud800", "a.b", "../../etc/passwd", "A" * 10_000, "." * 300, "W10.", "%2e%2e"],
)
def test_what_is_no_address_plays_nothing(tree: Rehearsal, token: str) -> None:
    assert heard(tree, token) is None


@given(place=st.integers(0, 100), sign=st.characters(codec="ascii"))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_no_changed_sign_is_overlooked(tree: Rehearsal, place: int, sign: str) -> None:
    token = token_for(tree.means, clip(tree))
    changed = token[:place] + sign + token[place + 1 :]
    # the last sign of a signature has bits that mean nothing
    assert heard(tree, changed) is None or changed == token or place >= len(token) - 1


@pytest.mark.parametrize(
    "source",
    [
        "",
        "clip",
        "clip:",
        "clip:" + "0" * 32,
        "recording:" + "0" * 32,
        "people:" + "0" * 32,
        "file:",
        "file:es/none-of-ours",
        "file:es/../LC_MESSAGES/messages",
        "file:../../../etc/passwd",
        "file:/etc/passwd",
        "file:es//etc/passwd",
    ],
)
def test_a_source_that_names_nothing_plays_nothing(tree: Rehearsal, source: str) -> None:
    assert heard(tree, token_for(tree.means, source)) is None


def test_what_was_rejected_or_cannot_be_opened_plays_nothing(tree: Rehearsal) -> None:
    for more in ({"state": ClipState.REJECTED, "sound_sealed": None}, {"sound_sealed": b"\x01" + bytes(60)}):
        assert heard(tree, token_for(tree.means, clip(tree, **more))) is None


def test_an_address_shows_no_word_of_the_school(tree: Rehearsal) -> None:
    token = token_for(tree.means, clip(tree))
    payload = base64.urlsafe_b64decode(token.split(".")[0] + "==")
    assert re.fullmatch(rb'\["clip:[0-9a-f]{32}",\d{10}\]', payload)
