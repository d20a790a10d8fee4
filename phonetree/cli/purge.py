"""``purge``: forget a school, or everything, for good; or do at once what retention does in its own time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from phonetree.cli.failing import Failed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from phonetree.app import House

ON_POSTGRESQL = (
    "PostgreSQL: its tables were written anew. Its write-ahead log, replicas and backups still hold old rows, sealed, "
    "until they are recycled: that is for whoever runs it."
)
KEYS = "The key folder and the master keys are untouched. Once both are destroyed, no backup can be opened any more."


@click.command()
@click.option("--all", "everything", is_flag=True, help="Forget everything, with the hashes that refuse a re-import.")
@click.option("--site", "code", metavar="CODE", help="Forget this school and whoever belongs to it alone.")
@click.option("--expired", is_flag=True, help="Forget now what is old enough; the workers do the same by themselves.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def purge(*, everything: bool, code: str | None, expired: bool, yes: bool) -> None:
    """Forget for good: no row is left, and no trace of one in the files.

    One of --all, --site and --expired. Cut short, run it again: it goes on where it was.
    """
    if [everything, bool(code), expired].count(True) != 1:
        raise click.UsageError("say one of --all, --site CODE and --expired")
    from phonetree.cli.opening import open_checked_house

    house = open_checked_house()
    if everything:
        _all(house, is_sure=yes)
    elif code:
        _school(house, code, is_sure=yes)
    else:
        _expired(house)
    _clean(house, everything=everything)


def _all(house: House, *, is_sure: bool) -> None:
    from sqlalchemy import select

    from phonetree.desk.purging import purge_all, rows_of_all
    from phonetree.models import Site, reading

    with reading(house.database) as session:
        codes = sorted(session.scalars(select(Site.code)))
    _ask(" ".join(codes) or "everything", is_sure=is_sure)
    rows = _watch("forgetting", rows_of_all(house.database), purge_all(house.database, house.means.now()))
    click.echo(f"forgotten: everything, {rows:,} rows")


def _school(house: House, code: str, *, is_sure: bool) -> None:
    from phonetree.cli.opening import site_called
    from phonetree.desk.purging import purge_school, rows_of_all
    from phonetree.models import reading

    with reading(house.database) as session:
        site = site_called(session, code)
    _ask(site.code, is_sure=is_sure)
    work = purge_school(house.database, house.means, site.id)
    rows = _watch("forgetting", rows_of_all(house.database), work)
    click.echo(f"forgotten: {site.code}, {rows:,} rows")


def _expired(house: House) -> None:
    from phonetree.desk.retention import each_slice

    rows = _watch("forgetting what is old", 0, each_slice(house.database, house.means))
    click.echo(f"{rows:,} rows were old enough")


def _ask(code: str, *, is_sure: bool) -> None:
    if is_sure:
        return
    click.echo("This cannot be undone. Everyone there has to join again, and no alert reaches them until then.")
    if click.prompt(f"To go on, type {code}", default="", show_default=False).strip().upper() != code.upper():
        raise Failed("nothing was changed")


def _watch(words: str, total: int, work: Iterator[int]) -> int:
    from phonetree.cli.progress import bar

    rows = 0
    with bar(words, total) as advance:
        for gone in work:
            rows += gone
            advance(gone)
    return rows


def _clean(house: House, *, everything: bool) -> None:
    """So that nothing deleted lies in a file; what is to go elsewhere is told."""
    from phonetree.desk.purging import left_at_provider
    from phonetree.engine.doorbell import empty
    from phonetree.models.upkeep import rewrite

    if everything:
        empty(house.engine)
    if not rewrite(house.database):
        raise Failed(
            "it is forgotten, but others use the database and its log could not be emptied: stop them, run this again"
        )
    if house.database.dialect.name == "postgresql":
        click.echo(ON_POSTGRESQL)
    if waiting := left_at_provider(house.database):
        click.echo(f"{waiting:,} records at the provider are still to be deleted: a worker asks until they are")
    if everything:
        click.echo(KEYS)
