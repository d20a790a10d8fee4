"""``site``: a school is a file; check it, load it, show it as it was loaded."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from phonetree.cli.failing import Failed

if TYPE_CHECKING:
    from phonetree.app import House
    from phonetree.desk.simulation import Changed
    from phonetree.models import Site
    from phonetree.school.schema import School

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def site() -> None:
    """Schools: check, load and show their files."""


@site.command()
@click.argument("file", type=FILE)
def check(file: Path) -> None:
    """Say what is wrong in a school's FILE, or worth a second look, and who would hear what by its protocol.

    Needs no settings, changes nothing.
    """
    from phonetree.cli.protocol import show_protocol
    from phonetree.school.notices import notices, unset

    school = read_file(file)
    found = (*notices(school), *unset(school, os.environ))
    for notice in found:
        click.echo(f"notice: {notice}")
    show_protocol(school)
    click.echo(f"{school.site.code}: nothing is wrong; {_counted(len(found), 'notice')}")


@site.command()
@click.argument("file", type=FILE)
@click.option("--yes", is_flag=True, help="Do not ask, in a terminal either, when the protocol changes.")
def load(file: Path, *, yes: bool) -> None:
    """Load a school's FILE, or its changes; all of it or nothing. The same file again changes nothing.

    Where the protocol changes it shows who would hear what, before and after, and asks in a terminal. From a script
    it shows the change and goes on.
    """
    from phonetree.cli.opening import open_checked_house
    from phonetree.cli.protocol import show_change
    from phonetree.desk.schools import load_school
    from phonetree.models import writing

    school = read_file(file)
    house = open_checked_house()
    if changed := _change(house, school):
        show_change(changed)
        if _is_terminal() and not yes and not click.confirm("Save this?"):
            raise Failed(f"{school.site.code}: nothing was changed")
    with writing(house.database) as session:
        is_changed = load_school(session, house.means, school)
    click.echo(f"{school.site.code}: {'loaded' if is_changed else 'nothing to change'}")
    if texted := _texted_pins(house, school):
        click.echo(f"notice: {_counted(texted, 'PIN')} of leads went by text before: set new ones (people set-pin)")


def _change(house: House, school: School) -> Changed | None:
    """What the protocol would do differently; None where the school is new."""
    from phonetree.desk.schools import find_site, school_of
    from phonetree.desk.simulation import compare
    from phonetree.models import reading

    with reading(house.database) as session:
        before = find_site(session, school.site.code)
        return compare(school_of(house.means, before), school) if before else None


def _texted_pins(house: House, school: School) -> int:
    """Where PINs are keyed into calls from now on: how many may still be read in the texts of a lead's phone."""
    from phonetree.desk.schools import find_site
    from phonetree.desk.texted_pins import count_texted
    from phonetree.models import reading
    from phonetree.school.schema import Confirm

    with reading(house.database) as session:
        site = find_site(session, school.site.code)
        return count_texted(session, site) if site and school.protocol.confirm is Confirm.CALL else 0


def _is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


@site.command()
@click.argument("code")
@click.option("--json", "form", flag_value="json", help="The whole file as it was loaded, for programs.")
@click.option("--plans", "form", flag_value="plans", help="Every version of its safety plan that was loaded.")
@click.option("--drills", "form", flag_value="drills", help="Every drill in figures, for the council.")
@click.option("--checklist", "form", flag_value="checklist", help="Its protocol as a page to print, in HTML.")
@click.option("--language", metavar="CODE", help="With --checklist: the page in this language alone.")
def show(code: str, *, form: str | None, language: str | None) -> None:
    """Show the school CODE as it was loaded. It holds no secret; its numbers are those that families are told."""
    from phonetree.cli.opening import open_checked_house, site_called
    from phonetree.cli.records import show_drills, show_plans
    from phonetree.desk.schools import school_of
    from phonetree.models import reading
    from phonetree.school.reading import dump_school

    house = open_checked_house()
    with reading(house.database) as session:
        site = site_called(session, code)
        school = school_of(house.means, site)
        match form:
            case "json":
                click.echo(dump_school(school))
            case "plans":
                show_plans(session, site, school)
            case "drills":
                show_drills(session, site, school)
            case "checklist":
                click.echo(_checklist(school, site, language))
            case _:
                click.echo("\n".join(_in_lines(school)))


def _checklist(school: School, site: Site, language: str | None) -> str:
    """A page for each language of the school that has texts, or for one of them."""
    from phonetree.desk.checklist import render_checklist
    from phonetree.words.languages import LANGUAGES

    written = [code for code in school.site.languages if LANGUAGES[code].has_text]
    if language is not None and language not in written:
        raise click.BadParameter(f"is not one of {', '.join(written)}", param_hint="--language")
    loaded_on = site.loaded_at.astimezone(school.site.timezone).date()
    return render_checklist(school, [language] if language else written, loaded_on)


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
        "plan": _plan_line(school),
    }
    return [f"{name + ':':<15}{words}" for name, words in lines.items()]


def _plan_line(school: School) -> str:
    plan = school.plan
    return f"{plan.version}, {plan.council}, to be reviewed by {plan.review_by}" if plan else "none"


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"
