"""Data keys as files, for the key ring: one per key, readable by its owner alone, written whole or not at all."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

_IN_USE, _ANNOUNCED, _GONE = ".key", ".next", ".gone"


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
    is_announced: bool = False
    """Opens and finds, and does not seal yet: every host must have the file before anything is sealed with it."""

    @property
    def file_name(self) -> str:
        return self.key_id.hex() + (_ANNOUNCED if self.is_announced else _IN_USE)

    def label(self) -> bytes:
        """What the wrapping is bound to: a file that was renamed or altered does not unwrap."""
        return json.dumps([self.key_id.hex(), self.scope, self.year, self.made_on.isoformat(), self.sequence]).encode()

    def holding(self, wrapped: bytes) -> KeyFile:
        return replace(self, wrapped=wrapped)


def key_files(directory: Path) -> list[KeyFile]:
    """Every key in the directory. Raises ``WrongKey`` for a file that is damaged."""
    return [_read(path) for path in sorted(directory.iterdir()) if path.suffix in {_IN_USE, _ANNOUNCED}]


def write_key_file(directory: Path, key: KeyFile) -> None:
    write_last(directory, key.file_name, _printed(key))


def write_last(directory: Path, name: str, words: str) -> None:
    """Write it beside, make it last, then give it its name: nobody ever reads half a key."""
    descriptor, temporary = tempfile.mkstemp(dir=directory, suffix=".part")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(words)
        file.flush()
        os.fchmod(descriptor, 0o400)
        os.fsync(descriptor)
    Path(temporary).rename(directory / name)
    _make_last(directory)


def begin_to_use(directory: Path, key: KeyFile) -> None:
    """From now on it seals."""
    in_use = replace(key, is_announced=False)
    (directory / key.file_name).rename(directory / in_use.file_name)
    _make_last(directory)


def destroy_key_file(directory: Path, key: KeyFile) -> None:
    """Give it another name, write over it, unlink it: whoever reads the directory meanwhile sees it whole or not."""
    path = directory / key.file_name
    path.rename(path.with_suffix(_GONE))
    destroy_leftovers(directory)


def destroy_leftovers(directory: Path) -> None:
    """What a crash left of keys that were being destroyed."""
    for path in directory.glob(f"*{_GONE}"):
        path.chmod(0o600)
        with path.open("r+b") as file:
            file.write(os.urandom(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    _make_last(directory)


def stamp_of(directory: Path) -> int:
    """Another one after every change that was made here; 0 where the directory cannot be looked at."""
    with suppress(OSError):
        return directory.stat().st_mtime_ns
    return 0


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
            is_announced=path.suffix == _ANNOUNCED,
        )
    except (ValueError, KeyError, TypeError):
        raise WrongKey(f"the key file {path.name} is damaged: restore it from its backup") from None


def _make_last(directory: Path) -> None:
    # The kernel's own stamps are milliseconds apart: two changes could look like one.
    with suppress(PermissionError):
        os.utime(directory, ns=(time.time_ns(), time.time_ns()))
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
