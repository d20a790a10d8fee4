"""Master keys: what ``PHONETREE_KEYS`` holds, newest first. They wrap data keys and seal backups."""

from __future__ import annotations

import hashlib
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from phonetree.words.keyfiles import WrongKey

KEY_BYTES = 32
_PRINTED = re.compile(r"k1\.([A-Za-z0-9_-]{48})")


@dataclass(frozen=True, slots=True)
class MasterKey:
    """A key of ``PHONETREE_KEYS``: it wraps data keys, and seals backups by keys derived from it."""

    secret: bytes = field(repr=False)


def new_master_key() -> str:
    """A new key as ``PHONETREE_KEYS`` takes it. Its last characters are a check, so that a slip is noticed."""
    secret = secrets.token_bytes(KEY_BYTES)
    return "k1." + urlsafe_b64encode(secret + _check(secret)).decode()


def parse_master_keys(text: str) -> tuple[MasterKey, ...]:
    """Read printed keys, newest first, between commas or spaces. Raises ``WrongKey``, which names only the place."""
    printed = [part for part in re.split(r"[\s,]+", text) if part]
    if not printed:
        raise WrongKey("no key is given: `phonetree keys new` prints one")
    return tuple(_parse(part, place) for place, part in enumerate(printed, start=1))


def derive(secret: bytes, purpose: str, salt: bytes | None = None) -> bytes:
    """A key for one purpose alone, from which the *secret* cannot be had."""
    return HKDF(SHA256(), KEY_BYTES, salt=salt, info=f"phonetree 1 {purpose}".encode()).derive(secret)


def _check(secret: bytes) -> bytes:
    return hashlib.sha256(b"phonetree master key" + secret).digest()[:4]


def _parse(printed: str, place: int) -> MasterKey:
    match = _PRINTED.fullmatch(printed)
    secret, check = b"", b""
    if match:
        decoded = urlsafe_b64decode(match.group(1))
        secret, check = decoded[:KEY_BYTES], decoded[KEY_BYTES:]
    if not match or check != _check(secret):
        raise WrongKey(f"key {place} is not one that `phonetree keys new` printed")
    return MasterKey(secret)
