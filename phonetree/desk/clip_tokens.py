"""Addresses of sounds: the provider fetches them unsigned, so each is unguessable and soon over."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from phonetree.desk.clips import CLIP, FILE, RECORDING, open_clip, shipped
from phonetree.desk.means import Means
from phonetree.desk.recordings import open_sound
from phonetree.models import Clip, Recording, reading

LIFE = timedelta(minutes=15)
ROUND = timedelta(minutes=5)
"""Within it a sound keeps its address, so that the provider fetches it once for many calls."""
_LONGEST_TOKEN = 400


def token_for(means: Means, source: str) -> str:
    """The address of a sound for ten to fifteen minutes: characters of ``[A-Za-z0-9_.-]``."""
    ends = (means.now() + LIFE).timestamp() // ROUND.total_seconds() * ROUND.total_seconds()
    token = _signed(means).dumps([source, int(ends)])
    return token if isinstance(token, str) else token.decode()


def sound_of(engine: Engine, means: Means, token: str) -> bytes | None:
    """The sound of that address; None where it is forged, over, or its sound is gone."""
    source = _source_of(means, token)
    if source is None:
        return None
    kind, _colon, name = source.partition(":")
    if kind == FILE:
        path = shipped(*name.partition("/")[::2])
        return path.read_bytes() if path else None
    with reading(engine) as session:
        return _kept(session, means, kind, name)


def _source_of(means: Means, token: str) -> str | None:
    if len(token) > _LONGEST_TOKEN or not token.isascii():
        return None
    try:
        match _signed(means).loads(token):
            case [str(source), int(ends)] if means.now().timestamp() < ends:
                return source
    except BadData:
        pass
    return None


def _kept(session: Session, means: Means, kind: str, identity: str) -> bytes | None:
    if kind == CLIP and (clip := session.get(Clip, identity)):
        return open_clip(means, clip)
    if kind == RECORDING and (recording := session.get(Recording, identity)):
        return open_sound(means, recording)
    return None


def _signed(means: Means) -> URLSafeSerializer:
    """A key for this use alone; the form of the signature is ours, not the library's default of the day."""
    signing = {"key_derivation": "hmac", "digest_method": sha256}
    return URLSafeSerializer(means.keys.token_key, salt="phonetree audio 1", signer_kwargs=signing)
