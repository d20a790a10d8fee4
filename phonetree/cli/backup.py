"""``backup`` and ``restore``: the whole database in one sealed file, and back into an empty one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from phonetree.cli.failing import Failed

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from phonetree.desk.backups import Contents
    from phonetree.words.settings import Settings


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write the whole database into FILE while the tree works, sealed by the newest key of PHONETREE_KEYS.

    PHONETREE_KEY_DIR is not in it: copy that folder to another place than the backups.
    """
    from phonetree.cli.opening import open_checked_house
    from phonetree.cli.progress import bar
    from phonetree.desk import backups
    from phonetree.words.sealed_files import SealedWriter

    house = open_checked_house()
    total = backups.count_rows(house.database)
    part = file.with_name(file.name + ".part")
    with os.fdopen(_for_us_alone(part), "wb") as out, bar("backing up", total) as watch:
        sealed = SealedWriter(out, house.settings.keys[0])
        for line in backups.dumped(house.database, house.means, watch):
            sealed.write(line)
        sealed.close()
        out.flush()
        os.fsync(out.fileno())
    part.rename(file)
    click.echo(
        f"{file.name}: {total} rows, {file.stat().st_size:,} bytes; its keys are in PHONETREE_KEYS and the key folder"
    )


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--without-keys", is_flag=True, help="Restore though data keys are missing: what they sealed stays shut.")
def restore(file: Path, *, without_keys: bool) -> None:
    """Read FILE to its end, then restore it into an empty database. All of it or nothing.

    PHONETREE_KEY_DIR must hold its key folder already. What waited to be sent when the backup was made is not sent.
    """
    from phonetree.app import make_room
    from phonetree.desk import backups
    from phonetree.models.database import open_database
    from phonetree.words.settings import read_settings

    settings = read_settings(os.environ)
    with _plainly(file):
        contents = backups.read_through(_lines(file, settings))
        _check_keys(contents, settings, without_keys=without_keys)
        make_room(settings.database_url)
        database = open_database(settings.database_url)
        click.get_current_context().call_on_close(database.dispose)
        _load(file, settings, database, contents)
    click.echo(f"restored: {contents.rows} rows of {contents.made_at:%Y-%m-%d %H:%M} UTC")
    click.echo("nothing that waited then is sent; an alert that stood open is paused, and leads are asked about it")
    click.echo("who left, was erased or joined since then is not known here: see docs/operating.md before you serve")


def _load(file: Path, settings: Settings, database: Engine, contents: Contents) -> None:
    from phonetree.cli.progress import bar
    from phonetree.desk import backups
    from phonetree.words.ports import system_clock

    with bar("restoring", contents.rows) as watch:
        backups.restore(database, contents, _lines(file, settings), system_clock(), watch)


def _lines(file: Path, settings: Settings) -> Iterator[bytes]:
    from phonetree.words.sealed_files import opened_lines

    with file.open("rb") as sealed:
        yield from opened_lines(sealed, settings.keys)


def _check_keys(contents: Contents, settings: Settings, *, without_keys: bool) -> None:
    """Before anything opens the folder: where a key is missing, a new one would be made beside the right ones."""
    from phonetree.words.keyfiles import key_files

    held = {each.key_id.hex() for each in key_files(settings.key_dir)} if settings.key_dir.is_dir() else set[str]()
    missing = sorted(contents.keys - held)
    if missing and not without_keys:
        raise Failed(
            f"PHONETREE_KEY_DIR: {len(missing)} data keys of this backup are not there, {missing[0]} among them; "
            "put the key folder that belongs to it there first. Nothing was changed"
        )


@contextmanager
def _plainly(file: Path) -> Iterator[None]:
    from phonetree.desk.backups import CannotRestore
    from phonetree.words.sealed_files import CannotOpen

    try:
        yield
    except (CannotOpen, CannotRestore) as why:
        raise Failed(f"{file.name} was not restored, and nothing was changed: {why}") from None


def _for_us_alone(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
