"""Keys and sealed words, for the tables that hold phone numbers: a database alone, or its backup, gives nobody away.

Master keys come from the settings and wrap data keys; data keys lie as files outside the database and its backups.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from phonetree.words.keyfiles import KeyFile, WrongKey, key_files, only_one_at_a_time, write_key_file
from phonetree.words.numbers import PhoneNumber

__all__ = [
    "CannotDecrypt",
    "KeyRing",
    "MasterKey",
    "Vault",
    "WrongKey",
    "new_master_key",
    "parse_master_keys",
    "school_year",
]

_KEY_BYTES = 32
_NONCE_BYTES = 12
_KEY_ID_BYTES = 8
_TAG_BYTES = 16
_HEADER_BYTES = 1 + _KEY_ID_BYTES
_VERSION = b"\x01"
_DEPLOYMENT = "deployment"
_PRINTED = re.compile(r"k1\.([A-Za-z0-9_-]{48})")


class CannotDecrypt(Exception):
    """Sealed words that are not ours, are damaged, belong to another row, or whose key is gone."""


@dataclass(frozen=True, slots=True)
class MasterKey:
    """A key of ``PHONETREE_KEYS``: it wraps data keys and nothing else."""

    secret: bytes = field(repr=False)


def new_master_key() -> str:
    """A new key as ``PHONETREE_KEYS`` takes it. Its last characters are a check, so that a slip is noticed."""
    secret = secrets.token_bytes(_KEY_BYTES)
    return "k1." + urlsafe_b64encode(secret + _check(secret)).decode()


def parse_master_keys(text: str) -> tuple[MasterKey, ...]:
    """Read printed keys, newest first, between commas or spaces. Raises ``WrongKey``, which names only the place."""
    printed = [part for part in re.split(r"[\s,]+", text) if part]
    if not printed:
        raise WrongKey("no key is given: `phonetree keys new` prints one")
    return tuple(_parse_master_key(part, place) for place, part in enumerate(printed, start=1))


def school_year(day: date) -> int:
    """The calendar year in which the school year of this day began; it runs from July to June."""
    return day.year if day.month >= 7 else day.year - 1  # noqa: PLR2004 - July


@dataclass(frozen=True, slots=True)
class _DataKey:
    """One unwrapped data key, split by purpose so that no key ever does two things."""

    key_id: bytes
    sequence: int
    secret: bytes = field(repr=False)
    cipher: AESGCM = field(repr=False)
    index_key: bytes = field(repr=False)


class KeyRing:
    """The data keys of a deployment, many per scope: the newest seals, all open. Threads and processes may share it."""

    def __init__(self, directory: Path, masters: Sequence[MasterKey], today: date) -> None:
        self._directory = directory
        self._masters = tuple(masters)
        self._today = today
        self._lock = threading.RLock()
        self._scopes: dict[str, tuple[_DataKey, ...]] = {}

    @classmethod
    def open(cls, directory: Path, masters: Sequence[MasterKey], today: date) -> KeyRing:
        """Open the directory, made for its owner alone if it is not there. ``today`` dates the keys that are made."""
        if not masters:
            raise WrongKey("no key is given: `phonetree keys new` prints one")
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cls(directory, masters, today)

    def vault(self, scope: str) -> Vault:
        """The vault of one site (or of the deployment); its first key is made now if it has none."""
        self.keys(scope)
        return Vault(self, scope)

    @property
    def pepper(self) -> bytes:
        """What PINs are hashed with. From the oldest key: a new one would make every PIN wrong."""
        return _derive(self.keys(_DEPLOYMENT)[-1].secret, "pepper")

    @property
    def token_key(self) -> bytes:
        """What unguessable addresses are signed with."""
        return _derive(self.keys(_DEPLOYMENT)[-1].secret, "token")

    @property
    def console_key(self) -> bytes:
        """What the console's cookies and forms are signed with."""
        return _derive(self.keys(_DEPLOYMENT)[-1].secret, "console")

    @property
    def identity_key(self) -> bytes:
        """What documents of others are known again by, without keeping what they say."""
        return _derive(self.keys(_DEPLOYMENT)[-1].secret, "identity")

    def keys(self, scope: str, *, read_again: bool = False) -> tuple[_DataKey, ...]:
        """The scope's keys, newest first, never none. ``read_again`` notices those that another process made."""
        with self._lock:
            if read_again or scope not in self._scopes:
                self._scopes[scope] = self._read(scope) or self._make_first(scope)
            return self._scopes[scope]

    def _read(self, scope: str) -> tuple[_DataKey, ...]:
        found = [self._unwrap(file) for file in key_files(self._directory) if file.scope == scope]
        return tuple(sorted(found, key=lambda key: key.sequence, reverse=True))

    def _make_first(self, scope: str) -> tuple[_DataKey, ...]:
        with only_one_at_a_time(self._directory):
            found = self._read(scope)  # another process may have been first
            if not found:
                write_key_file(self._directory, self._new_key_file(scope, sequence=1))
            return found or self._read(scope)

    def _new_key_file(self, scope: str, sequence: int) -> KeyFile:
        blank = KeyFile(
            key_id=secrets.token_bytes(_KEY_ID_BYTES),
            scope=scope,
            year=school_year(self._today),
            made_on=self._today,
            sequence=sequence,
            wrapped=b"",
        )
        nonce = os.urandom(_NONCE_BYTES)
        wrapped = AESGCM(self._masters[0].secret).encrypt(nonce, secrets.token_bytes(_KEY_BYTES), blank.label())
        return blank.holding(nonce + wrapped)

    def _unwrap(self, file: KeyFile) -> _DataKey:
        nonce, wrapped = file.wrapped[:_NONCE_BYTES], file.wrapped[_NONCE_BYTES:]
        for master in self._masters:
            try:
                secret = AESGCM(master.secret).decrypt(nonce, wrapped, file.label())
            except (InvalidTag, ValueError):
                continue
            cipher = AESGCM(_derive(secret, "encryption"))
            return _DataKey(file.key_id, file.sequence, secret, cipher, _derive(secret, "index"))
        raise WrongKey(f"no key of PHONETREE_KEYS opens the data key {file.key_id.hex()}")


@dataclass(frozen=True, slots=True)
class Vault:
    """Seals and opens the words of one scope, and indexes phone numbers so that they are found without being stored."""

    _ring: KeyRing = field(repr=False)
    scope: str

    @property
    def key_id(self) -> bytes:
        """The key that seals now."""
        return self._ring.keys(self.scope)[0].key_id

    def seal(self, plain: str, *, row: str) -> bytes:
        """Seal words to one place, such as ``people|<id>|number``: moved to another row they do not open."""
        return self.seal_bytes(_bytes(plain), row=row)

    def open(self, sealed: bytes, *, row: str) -> str:
        """Open what was sealed for this row. Raises ``CannotDecrypt``."""
        return self.open_bytes(sealed, row=row).decode(errors="surrogatepass")

    def seal_bytes(self, plain: bytes, *, row: str) -> bytes:
        """The same for sound: version (1) ‖ key id (8) ‖ nonce (12) ‖ AES-256-GCM ciphertext and tag."""
        key = self._ring.keys(self.scope)[0]
        header, nonce = _VERSION + key.key_id, os.urandom(_NONCE_BYTES)
        return header + nonce + key.cipher.encrypt(nonce, plain, header + _bytes(row))

    def open_bytes(self, sealed: bytes, *, row: str) -> bytes:
        """Open sound that was sealed for this row. Raises ``CannotDecrypt``."""
        header, nonce = sealed[:_HEADER_BYTES], sealed[_HEADER_BYTES : _HEADER_BYTES + _NONCE_BYTES]
        if len(sealed) < _HEADER_BYTES + _NONCE_BYTES + _TAG_BYTES or header[:1] != _VERSION:
            raise CannotDecrypt("this is not in the form of sealed words")
        cipher = self._key(header[1:]).cipher
        try:
            return cipher.decrypt(nonce, sealed[_HEADER_BYTES + _NONCE_BYTES :], header + _bytes(row))
        except InvalidTag:
            raise CannotDecrypt("these words were damaged, or sealed for another row") from None

    def seal_of(self, sealed: bytes) -> bytes:
        """By what one sealing is told from every other: its key and its nonce."""
        return sealed[: _HEADER_BYTES + _NONCE_BYTES]

    def index(self, number: PhoneNumber) -> bytes:
        """The 32 bytes a phone number is found by, under the newest key."""
        return self.indexes(number)[0]

    def indexes(self, number: PhoneNumber) -> tuple[bytes, ...]:
        """The same under every live key of the scope, newest first, for looking up while keys change."""
        keys = self._ring.keys(self.scope)
        return tuple(hmac.digest(key.index_key, number.e164.encode(), hashlib.sha256) for key in keys)

    def named_indexes(self, number: PhoneNumber) -> dict[str, bytes]:
        """The same with a name for each, as parameters of a statement."""
        return {f"index_{place}": index for place, index in enumerate(self.indexes(number))}

    def _key(self, key_id: bytes) -> _DataKey:
        for read_again in (False, True):
            for key in self._ring.keys(self.scope, read_again=read_again):
                if key.key_id == key_id:
                    return key
        raise CannotDecrypt(f"the data key {key_id.hex()} is not among those of this scope")


def _bytes(words: str) -> bytes:
    # surrogatepass: an encoding error would carry the words themselves into a trace
    return words.encode(errors="surrogatepass")


def _derive(secret: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=f"phonetree 1 {purpose}".encode()).derive(secret)


def _check(secret: bytes) -> bytes:
    return hashlib.sha256(b"phonetree master key" + secret).digest()[:4]


def _parse_master_key(printed: str, place: int) -> MasterKey:
    match = _PRINTED.fullmatch(printed)
    secret, check = b"", b""
    if match:
        decoded = urlsafe_b64decode(match.group(1))
        secret, check = decoded[:_KEY_BYTES], decoded[_KEY_BYTES:]
    if not match or check != _check(secret):
        raise WrongKey(f"key {place} is not one that `phonetree keys new` printed")
    return MasterKey(secret)
