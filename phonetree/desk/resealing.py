"""Everything that is sealed, sealed anew under the newest keys while the tree works; and which keys are still needed.

There is no record of how far it came: what begins with an older key's name is what is left. So it may be killed at any
moment, and run again.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    LargeBinary,
    Row,
    Select,
    bindparam,
    func,
    inspect,
    select,
    tuple_,
    update,
)
from sqlalchemy.exc import IntegrityError

from phonetree.desk.means import Means
from phonetree.desk.sealed_columns import SEALED, SealedColumn
from phonetree.models import reading, writing
from phonetree.words import key_turning
from phonetree.words.crypto import HEADER_BYTES, CannotDecrypt, KeyRing, Vault
from phonetree.words.keyfiles import key_files
from phonetree.words.numbers import PhoneNumber

Watch = Callable[[int], None]
"""Told how many more were sealed anew."""
LOOK_AGAIN = 3
"""So often is gone through what somebody else had locked, or sealed by an old key meanwhile."""
SHORTLY = 0.2


@dataclass(frozen=True, slots=True)
class _Keys:
    """Which vault opens what begins like this, and how what is sealed now begins."""

    by_header: Mapping[bytes, Vault]
    newest: frozenset[bytes]

    @property
    def older(self) -> frozenset[bytes]:
        """What can be sealed anew. What a key sealed that is gone, is gone."""
        return frozenset(self.by_header) - self.newest

    @classmethod
    def of(cls, ring: KeyRing) -> _Keys:
        files = key_files(ring.directory)
        vaults = {scope: ring.vault(scope) for scope in {file.scope for file in files}}
        by_header = {b"\x01" + file.key_id: vaults[file.scope] for file in files}
        return cls(by_header, frozenset(vault.header for vault in vaults.values()))

    def vault(self, sealed: bytes) -> Vault:
        try:
            return self.by_header[sealed[:HEADER_BYTES]]
        except KeyError:
            raise CannotDecrypt("its data key is gone") from None


@dataclass(slots=True)
class _Walk:
    """Once through one column, in slices."""

    engine: Engine
    keys: _Keys
    each: SealedColumn
    moved: int = 0
    last: tuple[Any, ...] = field(default=())

    def run(self, watch: Watch) -> None:
        while rows := self._slice(watch):
            self.last = tuple(rows[-1][: len(_primary(self.each))])

    def _slice(self, watch: Watch) -> Sequence[Row[Any]]:
        """A short transaction of its own: texts and calls wait for no more than this."""
        chosen = _rows(self.each, self.keys, self.last).with_for_update(skip_locked=True)
        with writing(self.engine) as session:
            rows = session.execute(chosen).all()
            values = [value for row in rows if (value := self._anew(row))]
            done = _write(session.connection(), self.each, values) if values else 0
        self.moved += done
        watch(done)
        return rows

    def _anew(self, row: Row[Any]) -> dict[str, Any] | None:
        """None where it is as it should be already, or cannot be read."""
        with suppress(CannotDecrypt):
            return _sealed_anew(self.each, self.keys, row)
        return None


# --- what a command asks ----------------------------------------------------------------------------------------------


def turn(engine: Engine, means: Means, watch: Watch) -> dict[str, int]:
    """New keys for every scope, and everything sealed by them. Returns what could not be, by column: best nothing."""
    key_turning.announce(means.keys)
    key_turning.take_into_use(means.keys)
    moved = 0

    def count(more: int) -> None:
        nonlocal moved
        moved += more
        watch(more)

    left = reseal(engine, means, count)
    if not left or not moved:  # what cannot be opened today cannot be tomorrow: that must not keep new keys away
        key_turning.finish(means.keys)
    return left


def reseal(engine: Engine, means: Means, watch: Watch) -> dict[str, int]:
    """Seal what older keys sealed by the newest, and index it so. Returns what is left, by column."""
    for look in range(LOOK_AGAIN):
        keys = _Keys.of(means.keys)
        walks = [_Walk(engine, keys, each) for each in SEALED]
        for walk in walks:
            walk.run(watch)
        if look and not any(walk.moved for walk in walks):
            break
        time.sleep(SHORTLY * bool(look))
    return behind(engine, means)


def behind(engine: Engine, means: Means) -> dict[str, int]:
    """By column: how many are not sealed, or not found, by the newest key."""
    keys = _Keys.of(means.keys)
    found = {each.name: _count(engine, keys, each) for each in SEALED}
    return {name: count for name, count in found.items() if count}


def needed(engine: Engine) -> Counter[bytes]:
    """How much is sealed by each data key."""
    found: Counter[bytes] = Counter()
    with reading(engine) as session:
        for each in SEALED:
            header = _header(each)
            counted = select(header, func.count()).where(each.column.is_not(None)).group_by(header)
            for name, count in session.execute(counted):
                found[bytes(name)[1:]] += count
    return found


# --- one column -------------------------------------------------------------------------------------------------------


def _primary(each: SealedColumn) -> Sequence[Any]:
    return tuple(inspect(each.column.class_).primary_key)


def _header(each: SealedColumn) -> Any:
    return func.substr(each.column, 1, HEADER_BYTES, type_=LargeBinary)


def _rows(each: SealedColumn, keys: _Keys, last: tuple[Any, ...]) -> Select[Any]:
    """What comes after *last*. Of numbers all: one may be sealed by the newest key and indexed by the one before."""
    primary = _primary(each)
    columns = [each.column.label("sealed"), *(each.index.label("index_") for _ in "1" if each.index is not None)]
    fills = [column.label(f"fill_{name}") for name, column in each.fills.items()]
    chosen = select(*(column.label(f"at_{column.name}") for column in primary), *columns, *fills)
    chosen = chosen.where(each.column.is_not(None)).order_by(*primary).limit(each.at_once)
    if each.index is None:
        chosen = chosen.where(_header(each).in_(keys.older))
    return chosen.where(tuple_(*primary) > tuple_(*last)) if last else chosen


def _sealed_anew(each: SealedColumn, keys: _Keys, row: Row[Any]) -> dict[str, Any] | None:
    held = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
    sealed, place = held["sealed"], each.place_in({name: held[f"fill_{name}"] for name in each.fills})
    vault = keys.vault(sealed)
    plain = vault.open_bytes(sealed, row=place)
    anew = {name: value for name, value in held.items() if name.startswith("at_")}
    if each.index is None:
        return anew | {"sealed": vault.seal_bytes(plain, row=place)}
    index = vault.index(PhoneNumber(plain.decode()))
    if index == held["index_"] and sealed[:HEADER_BYTES] in keys.newest:
        return None
    return anew | {"sealed": vault.seal_bytes(plain, row=place), "index_": index}


def _write(connection: Connection, each: SealedColumn, values: Sequence[Mapping[str, Any]]) -> int:
    """All in one go; where two phones turn out to be one, each by itself, and that one stays as it is."""
    new = {each.column: bindparam("sealed")} | ({} if each.index is None else {each.index: bindparam("index_")})
    here = [column == bindparam(f"at_{column.name}") for column in _primary(each)]
    changed = update(each.column.class_.__table__).where(*here).values({k.key: v for k, v in new.items()})
    with suppress(IntegrityError), connection.begin_nested():
        connection.execute(changed, values)
        return len(values)
    done = 0
    for value in values:
        with suppress(IntegrityError), connection.begin_nested():
            connection.execute(changed, value)
            done += 1
    return done


def _count(engine: Engine, keys: _Keys, each: SealedColumn) -> int:
    if each.index is None:
        counted = select(func.count()).where(each.column.is_not(None), _header(each).in_(keys.older))
        with reading(engine) as session:
            return session.scalar(counted) or 0
    with reading(engine) as session:
        rows = session.execute(_rows(each, keys, ()).limit(None))
        return sum(_is_behind(each, keys, row) for row in rows)


def _is_behind(each: SealedColumn, keys: _Keys, row: Row[Any]) -> bool:
    try:
        return _sealed_anew(each, keys, row) is not None
    except CannotDecrypt:
        return bytes(row.sealed[:HEADER_BYTES]) in keys.by_header
