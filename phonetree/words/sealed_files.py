"""A file sealed in chunks under a master key: what is cut, swapped, changed or sealed by another key is found out."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from phonetree.words.master_keys import MasterKey, derive

MAGIC = b"phonetree backup 1\n"
_SALT_BYTES, _TAG_BYTES, _COUNTER_BYTES = 32, 16, 11
_CHUNK = 256 * 1024


class CannotOpen(Exception):
    """The file is none of ours, was damaged, or is sealed by another key."""


class SealedWriter:
    """Seals what is written to it. Each file has a key of its own, derived from the newest master key and a salt."""

    def __init__(self, file: BinaryIO, master: MasterKey) -> None:
        salt = os.urandom(_SALT_BYTES)
        self._file, self._header = file, MAGIC + salt
        self._cipher, self._number, self._waiting = _cipher(master, salt), 0, bytearray()
        file.write(self._header)

    def write(self, words: bytes) -> None:
        self._waiting += words
        while len(self._waiting) > _CHUNK:
            self._seal(self._waiting[:_CHUNK], is_last=False)
            del self._waiting[:_CHUNK]

    def close(self) -> None:
        """The last chunk says that it is the last; without it the file was cut."""
        self._seal(self._waiting, is_last=True)

    def _seal(self, chunk: bytearray, *, is_last: bool) -> None:
        nonce = _nonce(self._number, is_last=is_last)
        self._file.write(self._cipher.encrypt(nonce, bytes(chunk), self._header))
        self._number += 1


def opened_lines(file: BinaryIO, masters: Sequence[MasterKey]) -> Iterator[bytes]:
    """The lines of a sealed file, each as soon as its chunk was proven. Raises CannotOpen, maybe after some lines."""
    rest = b""
    for chunk in _chunks(file, masters):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
    if rest:
        raise CannotOpen("its last line is cut")


def _chunks(file: BinaryIO, masters: Sequence[MasterKey]) -> Iterator[bytes]:
    header = file.read(len(MAGIC) + _SALT_BYTES)
    if not header.startswith(MAGIC) or len(header) < len(MAGIC) + _SALT_BYTES:
        raise CannotOpen("it is no backup of a phone tree")
    ciphers = [_cipher(master, header[len(MAGIC) :]) for master in masters]
    number, sealed, is_last = 0, file.read(_CHUNK + _TAG_BYTES), False
    while not is_last:
        following = file.read(_CHUNK + _TAG_BYTES)
        is_last = not following
        fits = _fitting(ciphers, sealed, _nonce(number, is_last=is_last), header)
        if fits is None and number == 0:
            raise CannotOpen("no key of PHONETREE_KEYS opens it, or it was damaged or cut at its beginning")
        if fits is None:
            raise CannotOpen("it was damaged or cut")
        cipher, plain = fits
        ciphers, number, sealed = [cipher], number + 1, following
        yield plain


def _fitting(ciphers: Sequence[AESGCM], sealed: bytes, nonce: bytes, header: bytes) -> tuple[AESGCM, bytes] | None:
    for cipher in ciphers:
        try:
            return cipher, cipher.decrypt(nonce, sealed, header)
        except (InvalidTag, ValueError):
            continue
    return None


def _cipher(master: MasterKey, salt: bytes) -> AESGCM:
    return AESGCM(derive(master.secret, "backup", salt))


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(_COUNTER_BYTES, "big") + (b"\x01" if is_last else b"\x00")
