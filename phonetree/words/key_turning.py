"""New data keys in place of old ones: announced, taken into use, and the old ones destroyed. A crash loses none."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

from phonetree.words.crypto import DEPLOYMENT, KeyRing, school_year
from phonetree.words.keyfiles import (
    KeyFile,
    begin_to_use,
    destroy_key_file,
    destroy_leftovers,
    key_files,
    only_one_at_a_time,
    write_key_file,
    write_last,
)

_PLAN = "turning.json"
"""From what each scope is turned away: the sequence of its newest key when the turning began."""


def announce(ring: KeyRing) -> None:
    """Give every scope a new key that opens and finds but does not seal yet, and wrap all of them anew.

    Begun before and not finished, it goes on: no scope gets a second new key.
    """
    with only_one_at_a_time(ring.directory):
        for file in key_files(ring.directory):
            if anew := ring.wrapped_anew(file):
                write_key_file(ring.directory, anew)
        newest = _newest(key_files(ring.directory))
        plan = _plan(ring.directory) or _begin(ring.directory, newest)
        for scope, sequence in plan.items():
            if newest[scope] <= sequence:
                write_key_file(ring.directory, ring.new_key_file(scope, sequence + 1, is_announced=True))


def take_into_use(ring: KeyRing) -> None:
    """What was announced seals from now on."""
    with only_one_at_a_time(ring.directory):
        for file in key_files(ring.directory):
            if file.is_announced:
                begin_to_use(ring.directory, file)


def finish(ring: KeyRing) -> None:
    """Nothing is sealed by an old key any more: the next turning makes new ones."""
    (ring.directory / _PLAN).unlink(missing_ok=True)


def overdue(ring: KeyRing, today: date) -> list[str]:
    """The scopes whose newest key is of a school year that is over."""
    newest = {file.scope: file.year for file in sorted(key_files(ring.directory), key=lambda file: file.sequence)}
    return sorted(scope for scope, year in newest.items() if year < school_year(today))


def destroyable(ring: KeyRing, year: int) -> list[KeyFile]:
    """The keys of a school year, but none that still seals, and not the one that PINs hang on."""
    files = key_files(ring.directory)
    newest, oldest = _newest(files), min(file.sequence for file in files if file.scope == DEPLOYMENT)
    return [
        file
        for file in files
        if file.year == year
        and file.sequence != newest[file.scope]
        and (file.scope, file.sequence) != (DEPLOYMENT, oldest)
    ]


def destroy(ring: KeyRing, files: Sequence[KeyFile]) -> None:
    """Once and for all: what only these keys opened, nobody opens any more."""
    with only_one_at_a_time(ring.directory):
        destroy_leftovers(ring.directory)
        for file in files:
            destroy_key_file(ring.directory, file)


def _newest(files: Sequence[KeyFile]) -> dict[str, int]:
    return {file.scope: file.sequence for file in sorted(files, key=lambda file: file.sequence)}


def _begin(directory: Path, newest: Mapping[str, int]) -> dict[str, int]:
    write_last(directory, _PLAN, json.dumps(newest))
    return dict(newest)


def _plan(directory: Path) -> dict[str, int]:
    with suppress(FileNotFoundError):
        written = json.loads((directory / _PLAN).read_text(encoding="utf-8"))
        return {str(scope): int(sequence) for scope, sequence in written.items()}
    return {}
