"""``people``: the roster of a school, and the PINs of those who may send."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from phonetree.cli.failing import Failed

if TYPE_CHECKING:
    from phonetree.app import House
    from phonetree.desk.rosters import Imported
    from phonetree.school.roster import Roster
    from phonetree.words.numbers import PhoneNumber

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
SHOWN_FROM = 2000
"""Rows; a shorter list is through before a bar is drawn."""


@click.group()
def people() -> None:
    """The people of a school: import a list, set PINs."""


@people.command("import")
@click.argument("file", type=FILE)
@click.option("--site", "code", required=True, metavar="CODE", help="The school they belong to.")
@click.option("--dry-run", is_flag=True, help="Say what would be done and change nothing.")
def import_(file: Path, code: str, *, dry_run: bool) -> None:
    """Import a CSV FILE: all lines or none. The same file again changes nothing.

    New parents get a welcome text. Columns: phone, language, role, channel, consent; and if wanted
    second_language and calls.
    """
    from phonetree.cli.opening import open_checked_house

    imported, roster = _import(open_checked_house(), file, code, dry_run=dry_run)
    for notice in roster.notices:
        click.echo(f"notice: {notice}")
    for line in _report(imported, would="would be " if dry_run else ""):
        click.echo(line)


@people.command("set-pin")
@click.argument("phone", nargs=-1, required=True, metavar="PHONE")
@click.option("--duress", is_flag=True, help="Set a lead's second PIN, for when somebody forces them.")
def set_pin(phone: tuple[str, ...], *, duress: bool) -> None:
    """Set the six-digit PIN of the lead or network phone PHONE, read from standard input.

    With - in place of PHONE its number is read first: so it is in no shell's history. With --duress the lead's PIN is
    read, then the second one, which differs in at least three places. A new PIN takes the second one away.
    """
    from phonetree.cli.opening import open_checked_house
    from phonetree.cli.typed import read_number, read_unseen
    from phonetree.words.pins import is_weak_pin

    number = read_number(phone)
    if duress:
        _set_second(open_checked_house(), number, read_unseen("PIN"), read_unseen("second PIN", twice=True))
        click.echo("the second PIN is set; its owner should be the only one who knows it")
        return
    pin = read_unseen("PIN", twice=True)
    if is_weak_pin(pin):
        raise Failed("the PIN must be six digits, and not one digit six times or a run such as 123456")
    _set_pin(open_checked_house(), number, pin)
    click.echo("the PIN is set; its owner should be the only one who knows it")


def _import(house: House, file: Path, code: str, *, dry_run: bool) -> tuple[Imported, Roster]:
    from phonetree.cli.opening import site_called
    from phonetree.cli.progress import bar
    from phonetree.desk.rosters import import_people
    from phonetree.desk.schools import school_of
    from phonetree.models import writing
    from phonetree.school.roster import read_roster

    with writing(house.database) as session:
        site = site_called(session, code)
        roster = read_roster(file.read_bytes(), languages=school_of(house.means, site).site.languages)
        shown = len(roster.rows) if len(roster.rows) >= SHOWN_FROM else 0
        with bar("importing", shown) as advance:
            imported = import_people(session, house.means, site, roster, advance)
        if dry_run:
            session.rollback()
    if not dry_run:
        house.means.doorbell.ring()
    return imported, roster


def _report(imported: Imported, would: str) -> list[str]:
    lines = [f"{imported.added:,} {would}added, {imported.changed:,} {would}changed, {imported.unchanged:,} as before"]
    if imported.stopped:
        lines.append(f"{imported.stopped:,} of these phones had left by STOP and stay out; only they can come back")
    if imported.welcomed:
        lines.append(f"{imported.welcomed:,} welcomes {would or 'are '}on their way{_until(imported)}")
    return lines


def _until(imported: Imported) -> str:
    return f", the last by {imported.welcomed_by.astimezone():%Y-%m-%d %H:%M}" if imported.welcomed_by else ""


def _set_pin(house: House, number: PhoneNumber, pin: str) -> None:
    from phonetree.desk.enrolment import set_pin
    from phonetree.models import writing

    with writing(house.database) as session:
        if not set_pin(session, house.means, number, pin):
            raise Failed("no lead and no network phone has this number; import it with that role first")


def _set_second(house: House, number: PhoneNumber, pin: str, second: str) -> None:
    from phonetree.desk.enrolment import DuressPin, set_duress_pin
    from phonetree.models import writing
    from phonetree.words.pins import are_alike, is_weak_pin

    if is_weak_pin(second):
        raise Failed("the second PIN must be six digits, and not one digit six times or a run such as 123456")
    if len(pin) != len(second) or are_alike(pin, second):
        raise Failed("the second PIN must differ from the PIN in at least three places")
    with writing(house.database) as session:
        done = set_duress_pin(session, house.means, number, pin, second)
    if done is not DuressPin.SET:
        raise Failed(f"the second PIN is not set: {done}")
