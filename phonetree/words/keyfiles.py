"""Data keys as files, for the key ring: one per key, readable by its owner alone, written whole or not at all."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

_SUFFIX = ".key"


class WrongKey(Exception):
    """A key that is missing, mistyped, or does not open what it should. Never shows one."""


@dataclass(frozen=True, slots=True)
class KeyFile:
    """One data key as it lies on disk, wrapped by a master key. ``year`` is the school year it belongs to."""

    key_id: bytes
    scope: str
    year: int
    made_on: date
    sequence: int
    wrapped: bytes = field(repr=False)

    def label(self) -> bytes:
        """What the wrapping is bound to: a file that was renamed or altered does not unwrap."""
        return json.dumps([self.key_id.hex(), self.scope, self.year, self.made_on.isoformat(), self.sequence]).encode()

    def holding(self, wrapped: bytes) -> KeyFile:
        return replace(self, wrapped=wrapped)


def key_files(directory: Path) -> list[KeyFile]:
    """Every key in the directory. Raises ``WrongKey`` for a file that is damaged."""
    return [_read(path) for path in sorted(directory.glob(f"*{_SUFFIX}"))]


def write_key_file(directory: Path, key: KeyFile) -> None:
    """Write it beside, make it last, then give it its name: nobody ever reads half a key."""
    descriptor, temporary = tempfile.mkstemp(dir=directory, suffix=".part")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(_printed(key))
        file.flush()
        os.fchmod(descriptor, 0o400)
        os.fsync(descriptor)
    Path(temporary).rename(directory / f"{key.key_id.hex()}{_SUFFIX}")
    _make_last(directory)


@contextmanager
def only_one_at_a_time(directory: Path) -> Iterator[None]:
    """Hold the directory against other processes. The lock falls with its holder, so a crash leaves none behind."""
    descriptor = os.open(directory / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _printed(key: KeyFile) -> str:
    return json.dumps(
        {
            "scope": key.scope,
            "year": key.year,
            "made_on": key.made_on.isoformat(),
            "sequence": key.sequence,
            "wrapped": b64encode(key.wrapped).decode(),
        }
    )


def _read(path: Path) -> KeyFile:
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
        return KeyFile(
            key_id=bytes.fromhex(path.stem),
            scope=str(written["scope"]),
            year=int(written["year"]),
            made_on=date.fromisoformat(written["made_on"]),
            sequence=int(written["sequence"]),
            wrapped=b64decode(written["wrapped"], validate=True),
        )
    except (ValueError, KeyError, TypeError):
        raise WrongKey(f"the key file {path.name} is damaged: restore it from its backup") from None


def _make_last(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
