"""``keys``: the encryption keys of a deployment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from phonetree.cli.failing import Failed

if TYPE_CHECKING:
    from phonetree.words.keyfiles import KeyFile


@click.group()
def keys() -> None:
    """The keys in PHONETREE_KEYS and in PHONETREE_KEY_DIR."""


@keys.command()
def new() -> None:
    """Print a new key for PHONETREE_KEYS. Keep it where neither the database nor its backups are."""
    from phonetree.words.crypto import new_master_key

    click.echo(new_master_key())


@keys.command("list")
def list_() -> None:
    """Show the data keys in PHONETREE_KEY_DIR: of which school year, and how much is sealed by each."""
    from phonetree.cli.opening import open_checked_house
    from phonetree.desk.resealing import needed
    from phonetree.words import key_turning
    from phonetree.words.keyfiles import key_files

    house = open_checked_house()
    files, sealed = key_files(house.settings.key_dir), needed(house.database)
    for file in sorted(files, key=lambda file: (file.scope, file.sequence)):
        state = "announced" if file.is_announced else f"{sealed[file.key_id]} sealed by it"
        click.echo(f"{_named(file)}, made {file.made_on}: {state}")
    if lost := sealed.total() - sum(sealed[file.key_id] for file in files):
        click.echo(f"{lost} are sealed by keys that are gone")
    if key_turning.overdue(house.means.keys, house.means.now().date()):
        click.echo("a new school year has begun: run `phonetree keys rotate`")


@keys.command()
@click.option("--prepare", is_flag=True, help="Only make the new keys and use them for nothing yet.")
def rotate(*, prepare: bool) -> None:
    """Make new data keys and seal everything anew by them, while the tree works. Run it every July.

    Killed half-way it goes on when it is run again. The old keys stay until `phonetree keys destroy`. The keys of
    PHONETREE_KEYS but the newest are needed by nobody here afterwards.

    With several hosts: --prepare, copy the key folder to the others, rotate, copy it again, rotate again.
    """
    from phonetree.cli.opening import open_checked_house
    from phonetree.cli.progress import bar
    from phonetree.desk import resealing
    from phonetree.words import key_turning

    house = open_checked_house()
    key_turning.announce(house.means.keys)
    if prepare:
        click.echo("new keys are announced; give every host this folder before `phonetree keys rotate`")
        return
    key_turning.take_into_use(house.means.keys)
    total = sum(resealing.behind(house.database, house.means).values())
    with bar("sealing anew", total) as watch:
        left = resealing.turn(house.database, house.means, watch)
    if left:
        raise Failed("not everything could be sealed anew: " + _listed(left) + "; run it again")
    click.echo(f"{total} sealed anew; back up the key folder now, apart from the database")


@keys.command()
@click.option("--year", type=int, required=True, metavar="YYYY", help="In which that school year began.")
@click.option("--although-needed", is_flag=True, help="Destroy keys by which something is still sealed: it is lost.")
def destroy(*, year: int, although_needed: bool) -> None:
    """Destroy the data keys of a school year, here and for good: what they sealed, in any copy, opens no more.

    Destroy the copies of those key files, too: their backups, the other hosts'.
    """
    from phonetree.cli.opening import open_checked_house
    from phonetree.desk.resealing import behind, needed
    from phonetree.words import key_turning

    house = open_checked_house()
    files = key_turning.destroyable(house.means.keys, year)
    if not files:
        raise Failed(
            f"there is no key of {_school_year(year)} that could be destroyed; `phonetree keys list` shows all"
        )
    sealed = needed(house.database)
    if not although_needed:
        _check_needless(files, sealed, behind(house.database, house.means))
    key_turning.destroy(house.means.keys, files)
    for file in files:
        click.echo(f"destroyed: {_named(file)}")
    click.echo("destroy every copy of these files as well; the database and its backups need nothing done")


def _check_needless(files: list[KeyFile], sealed: Counter[bytes], left: Mapping[str, int]) -> None:
    still = sum(sealed[file.key_id] for file in files)
    if still or left:
        what = _listed(left) or f"{still} rows"
        raise Failed(f"these keys are still needed for {what}; run `phonetree keys rotate` first")


def _listed(left: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in left.items())


def _named(file: KeyFile) -> str:
    return f"{file.key_id.hex()} {file.scope}, {_school_year(file.year)}"


def _school_year(year: int) -> str:
    return f"{year}-{(year + 1) % 100:02}"
