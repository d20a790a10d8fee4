"""A school's protocol in the terminal: who would hear what, and what a change of it changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from phonetree.desk.simulation import Changed, Row
    from phonetree.school.schema import School

WIDTH = 120
"""Columns, where no terminal says how many it has."""
SAME = "exactly those who got the alert"
LEGEND = """\
at once: calls to who chose calls instead of texts; "all calls": not to who wants calls for danger alone
calls: after this, where no text arrived and the consent names calls; where a text failed, at once
staff: after this, staff phone the families that nothing reached"""


def show_protocol(school: School) -> None:
    """Print each kind and level with who hears it, in order, when and over what; then the rules for all of them."""
    from phonetree.desk.simulation import rules, simulate

    headings = ("a lead sends", "level", "who hears it, in this order", "at once", "calls", "staff")
    print_table(headings, [_in_columns(row) for row in simulate(school)])
    click.echo(LEGEND)
    for name, words in rules(school).items():
        click.echo(f"{name}: {words}")


def show_change(changed: Changed) -> None:
    """Print who would hear what before and after; nothing where the protocol does the same."""
    if changed.rows:
        rows = [(*_named(new), hearers(old), hearers(new)) for old, new in changed.rows]
        print_table(("what would change", "level", "heard before by", "heard after by"), rows)
    for name, before, after in changed.rules:
        click.echo(f"{name}: before {before}, after {after}")


def hearers(row: Row) -> str:
    """Who hears it, with the group chats, and a plain word where parents do not."""
    if row.is_follow_up:
        return SAME
    who = ", ".join((*row.hears, *(f"chat “{name}”" for name in row.relays))) or "nobody"
    return who if row.tells_parents else f"{who}. Parents NOT told."


def _in_columns(row: Row) -> tuple[str, ...]:
    return (*_named(row), hearers(row), *_times(row))


def _times(row: Row) -> tuple[str, str, str]:
    """At once; calls after; staff after."""
    from phonetree.school.values import write_duration

    if not (row.hears or row.is_follow_up):
        return "", "", ""
    at_once = "texts, calls" if "danger" in row.calls else "texts, all calls"
    after = [write_duration(each) if each else "never" for each in (row.calls_after, row.staff_after)]
    return at_once, after[0], after[1]


def _named(row: Row) -> tuple[str, str]:
    """What it is, by the digit and the words of the lead's own menu, and how sure."""
    from phonetree.dialogue.effects import Level
    from phonetree.flows.kinds import SIGHTINGS, headline
    from phonetree.words.i18n import Reader

    if row.kind is None:
        return row.action.value, ""
    level = "not confirmed" if row.level is Level.UNCONFIRMED else "confirmed"
    return f"{row.kind} {Reader(('en',)).read(headline(row.kind))}", level if row.kind in SIGHTINGS else ""


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table without lines, as wide as the terminal; the longest words fold."""
    from rich.console import Console
    from rich.table import Table

    longest = max(range(len(headings)), key=lambda column: max(len(row[column]) for row in rows))
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column, heading in enumerate(headings):
        table.add_column(heading, overflow="fold", no_wrap=column != longest)
    for row in rows:
        table.add_row(*row)
    console = Console(markup=False)
    if not console.is_terminal:
        console.width = WIDTH
    console.print(table)
