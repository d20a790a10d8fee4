"""Keys and sealed words, for the tables that hold phone numbers: a database alone, or its backup, gives nobody away.

Master keys come from the settings and wrap data keys; data keys lie as files outside the database and its backups.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from phonetree.words.keyfiles import (
    KeyFile,
    WrongKey,
    key_files,
    only_one_at_a_time,
    stamp_of,
    write_key_file,
)
from phonetree.words.master_keys import MasterKey, derive, new_master_key, parse_master_keys
from phonetree.words.numbers import PhoneNumber

__all__ = [
    "DEPLOYMENT",
    "HEADER_BYTES",
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
HEADER_BYTES = 1 + _KEY_ID_BYTES
"""Of sealed words: the version and the key."""
_VERSION = b"\x01"
DEPLOYMENT = "deployment"
"""The scope of what belongs to no tree. Its oldest key is the root of the pepper, and is never destroyed."""


class CannotDecrypt(Exception):
    """Sealed words that are not ours, are damaged, belong to another row, or whose key is gone."""


def school_year(day: date) -> int:
    """The calendar year in which the school year of this day began; it runs from July to June."""
    return day.year if day.month >= 7 else day.year - 1  # noqa: PLR2004 - July


@dataclass(frozen=True, slots=True)
class _DataKey:
    """One unwrapped data key, split by purpose so that no key ever does two things."""

    key_id: bytes
    sequence: int
    is_announced: bool
    secret: bytes = field(repr=False)
    cipher: AESGCM = field(repr=False)
    index_key: bytes = field(repr=False)


class KeyRing:
    """The data keys of a deployment, many per scope: the newest seals, all open. Threads and processes may share it."""

    def __init__(self, directory: Path, masters: Sequence[MasterKey], today: date) -> None:
        self.directory = directory
        self._masters = tuple(masters)
        self._today = today
        self._lock = threading.RLock()
        self._scopes: dict[str, tuple[int, tuple[_DataKey, ...]]] = {}
        """By scope: the stamp of the directory when it was read, and the keys."""

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
        return self._lasting("pepper")

    @property
    def token_key(self) -> bytes:
        """What unguessable addresses are signed with."""
        return self._lasting("token")

    @property
    def console_key(self) -> bytes:
        """What the console's cookies and forms are signed with."""
        return self._lasting("console")

    @property
    def identity_key(self) -> bytes:
        """What documents of others are known again by, without keeping what they say."""
        return self._lasting("identity")

    @property
    def forgotten_key(self) -> bytes:
        """What erased phones are known again by. Nothing of them is left from which a new key could index them."""
        return self._lasting("forgotten")

    @property
    def lasting_key_id(self) -> bytes:
        """The key from which the four above come."""
        return self._oldest().key_id

    def _lasting(self, purpose: str) -> bytes:
        return derive(self._oldest().secret, purpose)

    def _oldest(self) -> _DataKey:
        return min(self.keys(DEPLOYMENT), key=lambda key: key.sequence)

    def keys(self, scope: str, *, read_again: bool = False) -> tuple[_DataKey, ...]:
        """The scope's keys, never none: the one that seals, older ones, then those that are only announced.

        They are read again when the directory has changed; also, to be sure, with ``read_again``.
        """
        with self._lock:
            stamp = stamp_of(self.directory)
            read_at, known = self._scopes.get(scope, (-1, ()))
            if read_again or read_at != stamp:
                known = self._read_anew(scope, known)
                self._scopes[scope] = stamp, known
            return known

    def _read_anew(self, scope: str, known: tuple[_DataKey, ...]) -> tuple[_DataKey, ...]:
        try:
            return self._read(scope) or known or self._make_first(scope)
        except (WrongKey, OSError):
            if known:  # a file is just being copied here, say: whoever serves goes on with what it has
                return known
            raise

    def _read(self, scope: str) -> tuple[_DataKey, ...]:
        found = [self._unwrap(file) for file in key_files(self.directory) if file.scope == scope]
        return tuple(sorted(found, key=lambda key: (key.is_announced, -key.sequence)))

    def _make_first(self, scope: str) -> tuple[_DataKey, ...]:
        with only_one_at_a_time(self.directory):
            found = self._read(scope)  # another process may have been first
            if not found:
                write_key_file(self.directory, self.new_key_file(scope, sequence=1))
            return found or self._read(scope)

    def new_key_file(self, scope: str, sequence: int, *, is_announced: bool = False) -> KeyFile:
        """A new data key, wrapped by the newest master key; not yet written."""
        blank = KeyFile(
            key_id=secrets.token_bytes(_KEY_ID_BYTES),
            scope=scope,
            year=school_year(self._today),
            made_on=self._today,
            sequence=sequence,
            wrapped=b"",
            is_announced=is_announced,
        )
        return self._wrapped(blank, secrets.token_bytes(_KEY_BYTES))

    def wrapped_anew(self, file: KeyFile) -> KeyFile | None:
        """The same data key under the newest master key; None where it is already."""
        secret, place = self._secret(file)
        return self._wrapped(file, secret) if place else None

    def _wrapped(self, file: KeyFile, secret: bytes) -> KeyFile:
        nonce = os.urandom(_NONCE_BYTES)
        return file.holding(nonce + AESGCM(self._masters[0].secret).encrypt(nonce, secret, file.label()))

    def _unwrap(self, file: KeyFile) -> _DataKey:
        secret, _place = self._secret(file)
        cipher = AESGCM(derive(secret, "encryption"))
        return _DataKey(file.key_id, file.sequence, file.is_announced, secret, cipher, derive(secret, "index"))

    def _secret(self, file: KeyFile) -> tuple[bytes, int]:
        """The data key, and the place of the master key that opened it."""
        nonce, wrapped = file.wrapped[:_NONCE_BYTES], file.wrapped[_NONCE_BYTES:]
        for place, master in enumerate(self._masters):
            with suppress(InvalidTag, ValueError):
                return AESGCM(master.secret).decrypt(nonce, wrapped, file.label()), place
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
        header, nonce = sealed[:HEADER_BYTES], sealed[HEADER_BYTES : HEADER_BYTES + _NONCE_BYTES]
        if len(sealed) < HEADER_BYTES + _NONCE_BYTES + _TAG_BYTES or header[:1] != _VERSION:
            raise CannotDecrypt("this is not in the form of sealed words")
        cipher = self._key(header[1:]).cipher
        try:
            return cipher.decrypt(nonce, sealed[HEADER_BYTES + _NONCE_BYTES :], header + _bytes(row))
        except InvalidTag:
            raise CannotDecrypt("these words were damaged, or sealed for another row") from None

    @property
    def header(self) -> bytes:
        """How everything begins that the key which seals now has sealed."""
        return _VERSION + self.key_id

    def seal_of(self, sealed: bytes) -> bytes:
        """By what one sealing is told from every other: its key and its nonce."""
        return sealed[: HEADER_BYTES + _NONCE_BYTES]

    def index(self, number: PhoneNumber) -> bytes:
        """The 32 bytes a phone number is found by, under the newest key."""
        return self.indexes(number)[0]

    def indexes(self, number: PhoneNumber) -> tuple[bytes, ...]:
        """The same under every live key of the scope, for looking up while keys change."""
        keys = self._ring.keys(self.scope)
        return tuple(hmac.digest(key.index_key, number.e164.encode(), hashlib.sha256) for key in keys)

    def named_indexes(self, number: PhoneNumber) -> dict[str, bytes]:
        """The same with a name for each, as parameters of a statement."""
        return {f"index_{place}": index for place, index in enumerate(self.indexes(number))}

    def forgotten_indexes(self, number: PhoneNumber) -> tuple[bytes, ...]:
        """Under what an erased phone may be kept: the first by a key that lasts, the others from times before it."""
        message = f"{self.scope}|{number.e164}".encode()
        return (hmac.digest(self._ring.forgotten_key, message, hashlib.sha256), *self.indexes(number))

    def _key(self, key_id: bytes) -> _DataKey:
        for read_again in (False, True):
            for key in self._ring.keys(self.scope, read_again=read_again):
                if key.key_id == key_id:
                    return key
        raise CannotDecrypt(f"the data key {key_id.hex()} is not among those of this scope")


def _bytes(words: str) -> bytes:
    # surrogatepass: an encoding error would carry the words themselves into a trace
    return words.encode(errors="surrogatepass")
