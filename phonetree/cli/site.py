"""``site``: a school is a file; check it, load it, show it as it was loaded."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from phonetree.cli.failing import Failed

if TYPE_CHECKING:
    from phonetree.school.schema import School

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def site() -> None:
    """Schools: check, load and show their files."""


@site.command()
@click.argument("file", type=FILE)
def check(file: Path) -> None:
    """Say what is wrong in a school's FILE, or worth a second look. Needs no settings, changes nothing."""
    from phonetree.school.notices import notices, unset

    school = read_file(file)
    found = (*notices(school), *unset(school, os.environ))
    for notice in found:
        click.echo(f"notice: {notice}")
    click.echo(f"{school.site.code}: nothing is wrong; {_counted(len(found), 'notice')}")


@site.command()
@click.argument("file", type=FILE)
def load(file: Path) -> None:
    """Load a school's FILE, or its changes; all of it or nothing. The same file again changes nothing."""
    from phonetree.cli.opening import open_checked_house
    from phonetree.desk.schools import load_school
    from phonetree.models import writing

    school = read_file(file)
    house = open_checked_house()
    with writing(house.database) as session:
        is_changed = load_school(session, house.means, school)
    click.echo(f"{school.site.code}: {'loaded' if is_changed else 'nothing to change'}")


@site.command()
@click.argument("code")
@click.option("--json", "as_json", is_flag=True, help="The whole file as it was loaded, for programs.")
def show(code: str, *, as_json: bool) -> None:
    """Show the school CODE as it was loaded. It holds no secret; its numbers are those that families are told."""
    from phonetree.cli.opening import open_checked_house, site_called
    from phonetree.desk.schools import school_of
    from phonetree.models import reading
    from phonetree.school.reading import dump_school

    house = open_checked_house()
    with reading(house.database) as session:
        school = school_of(house.means, site_called(session, code))
    click.echo(dump_school(school) if as_json else "\n".join(_in_lines(school)))


def read_file(file: Path) -> School:
    """The school in *file*; raises SchoolRefused with all that is wrong."""
    from phonetree.school.reading import read_school

    try:
        return read_school(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise Failed("the file is not UTF-8 text; save it again as UTF-8") from None


def _in_lines(school: School) -> list[str]:
    own, protocol, sender = school.site, school.protocol, school.sender
    lines = {
        "code": own.code,
        "name": own.name,
        "program": f"{own.program} ({own.short})",
        "run by": own.run_by,
        "number": own.number.national(),
        "contact": own.contact.national(),
        "languages": ", ".join(own.languages),
        "timezone": own.timezone.key,
        "not confirmed": f"told to {', '.join(protocol.unconfirmed) or 'nobody'}",
        "confirmed": f"told to {', '.join(protocol.confirmed) or 'nobody'}",
        "drill": f"told to {', '.join(protocol.drill) or 'nobody'}",
        "leads needed": protocol.approvals,
        "sends": f"{sender.segments_per_second:g} segments a second",
        "places": ", ".join(f"{place.digit} {place.name[own.languages[0]]}" for place in school.places),
        "hotlines": ", ".join(f"{line.name} {line.number.national()}" for line in school.hotlines) or "none",
        "aid": ", ".join(f"{item.digit} {item.name[own.languages[0]]}" for item in school.aid) or "none",
        "plan": school.plan.version if school.plan else "none",
    }
    return [f"{name + ':':<15}{words}" for name, words in lines.items()]


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"
