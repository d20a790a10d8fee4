"""``languages``: how far each language is translated, reviewed and recorded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from phonetree.desk.coverage import Coverage, Translated

WIDTH = 120
"""Columns, where no terminal says how many it has."""


@click.command()
@click.option("--site", "code", metavar="CODE", help="Of this school: its languages, places and recordings.")
def languages(code: str | None) -> None:
    """Show what is translated, what a speaker has reviewed, what is recorded, and what alert calls would lack.

    Without --site it shows every language, from the files that come with phonetree alone.
    """
    from phonetree.words.languages import LANGUAGES

    found = _of_school(code) if code else _of_files(tuple(LANGUAGES))
    _print_table(found)
    for coverage in found:
        if coverage.language != "en":
            click.echo(in_words(coverage))


def in_words(coverage: Coverage) -> str:
    """One line that says what an alert call would do: Mam: 14 of 20 prompts; alerts would use Spanish for the place."""
    from phonetree.words.languages import LANGUAGES

    voice = "" if coverage.has_voice else ", no synthetic voice"
    parts: dict[tuple[str, ...], list[str]] = {}
    for part, used in coverage.borrowed.items():
        parts.setdefault(tuple(LANGUAGES[code].english_name for code in used), []).append(f"the {part}")
    borrowed = ", ".join(f"{_listed(names)} for {_listed(of)}" for names, of in parts.items())
    name, recorded = LANGUAGES[coverage.language].english_name, f"{coverage.recorded} of {coverage.prompts} prompts"
    return f"{name}: {recorded}{voice}; {f'alerts would use {borrowed}' if borrowed else 'alerts are in it throughout'}"


def _listed(words: Sequence[str]) -> str:
    """The level, the kind and the time."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _of_files(codes: Sequence[str]) -> list[Coverage]:
    from phonetree.desk.coverage import Meter, ShippedRecordings, any_time
    from phonetree.flows.prompts import PROMPTS

    meter = Meter(PROMPTS, ShippedRecordings(), times=[any_time()])
    return [meter.measure(code) for code in codes]


def _of_school(code: str) -> list[Coverage]:
    from phonetree.cli.opening import open_checked_house, site_called
    from phonetree.desk.coverage import coverage_of
    from phonetree.models import reading

    house = open_checked_house()
    with reading(house.database) as session:
        return coverage_of(session, house.means, site_called(session, code))


def _print_table(found: Sequence[Coverage]) -> None:
    from rich.console import Console
    from rich.table import Table

    from phonetree.words.languages import LANGUAGES

    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("", "language"):
        table.add_column(heading, no_wrap=True)
    for heading in ("texts", "drafted", "reviewed", "calls", "drafted", "reviewed", "recorded"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("voice", no_wrap=True)
    for row in found:
        numbers = (*_numbers(row.texts), *_numbers(row.calls), f"{row.recorded}/{row.prompts}")
        voice = "yes" if row.has_voice else "none"
        table.add_row(row.language, LANGUAGES[row.language].english_name, *numbers, voice)
    console = Console()
    if not console.is_terminal:
        console.width = WIDTH
    console.print(table)


def _numbers(words: Translated) -> tuple[str, str, str]:
    return f"{words.done}/{words.total}", str(words.drafted), str(words.reviewed)
