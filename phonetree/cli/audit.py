"""``export-audit``: the record of what was done, for those to whom the leads answer; and a file of it verified."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from phonetree.cli.failing import Failed

if TYPE_CHECKING:
    from phonetree.desk.audit_export import Verified


@click.command("export-audit")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--site", metavar="CODE", help="What was done at this school; of others only that something was.")
@click.option("--verify", is_flag=True, help="Verify FILE instead, with nothing else at hand.")
@click.option("--head", metavar="LINK", default="", help="A head that you know, from a log: it must be in the file.")
def export_audit(file: Path, site: str | None, head: str, *, verify: bool) -> None:
    """Write the record of what was done into FILE, one JSON object a line: no number, no words of anybody.

    Each entry holds the link of the one before it. The head that is printed stands in the log of the worker, too, once
    a day: keep it elsewhere, and nobody cuts off the end unnoticed.
    """
    if not verify:
        _export(file, site)
    found = _verified(file, head)
    began = f", after {found.begins_after} that were dropped for age" if found.begins_after else ""
    kept_back = found.head.place - found.begins_after - found.told
    others = f", of {kept_back} more, of other or forgotten schools, only that they were" if kept_back else ""
    click.echo(f"{file.name} holds: {found.told} entries{others}{began}")
    click.echo(f"place {found.head.place}, head {found.head.printed}")


def _export(file: Path, code: str | None) -> None:
    from phonetree.cli.opening import open_checked_house, site_called
    from phonetree.cli.progress import bar
    from phonetree.desk import audit_chain, audit_export
    from phonetree.models import writing

    house = open_checked_house()
    with writing(house.database) as session:
        school = site_called(session, code) if code else None
        audit_chain.link_waiting(session, house.means)
    with file.open("w", encoding="utf-8") as out, bar("exporting", audit_export.count(house.database)) as watch:
        out.writelines(audit_export.export(house.database, house.means, school, watch))


def _verified(file: Path, head: str) -> Verified:
    from phonetree.desk.audit_export import Broken, verify

    try:
        with file.open(encoding="utf-8") as lines:
            return verify(lines, head)
    except Broken as broken:
        raise Failed(f"{file.name} does not hold: {broken}") from None
    except (KeyError, ValueError, TypeError):
        raise Failed(f"{file.name} does not hold: a line of it cannot be read") from None
