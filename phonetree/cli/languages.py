"""``languages``: how far each language is translated, reviewed and recorded; and spreadsheets for its reviewers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from phonetree.cli.failing import Failed

if TYPE_CHECKING:
    from phonetree.desk.coverage import Coverage, Translated

WIDTH = 120
"""Columns, where no terminal says how many it has."""


_FILE = click.Path(dir_okay=False, path_type=Path)
_LANGUAGE = click.option("--language", "code", required=True, metavar="CODE", help="Of this language: hy, zh_Hans …")
_CATALOGS = click.option(
    "--catalogs",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of the catalogs, where they are not those that come with phonetree.",
)


@click.group(invoke_without_command=True)
@click.option("--site", "code", metavar="CODE", help="Of this school: its languages, places and recordings.")
@click.pass_context
def languages(context: click.Context, code: str | None) -> None:
    """Show what is translated, what a speaker has reviewed, what is recorded, and what alert calls would lack.

    Without --site it shows every language, from the files that come with phonetree alone.
    """
    if context.invoked_subcommand is None:
        _show(code)


@languages.command("export")
@_LANGUAGE
@click.argument("file", type=_FILE)
@_CATALOGS
def export(code: str, file: Path, catalogs: Path | None) -> None:
    """Write a spreadsheet of one language into FILE, for a native speaker who reviews it.

    Where words should read otherwise, change them in the column "words". In every row that you have read write
    "reviewed" under state, and your name under reviewer. "room" says how many characters a text may still grow by.
    """
    from phonetree.desk.review_sheets import export as sheet_of

    folder = _catalogs(catalogs)
    sheet = sheet_of(folder, _translated(code, folder))
    try:
        with file.open("x", encoding="utf-8", newline="") as out:
            out.write(sheet)
    except FileExistsError:
        raise Failed(f"{file.name} is there already, perhaps with somebody's work in it") from None
    click.echo(f"{file.name} is written; bring it back with: phonetree languages import")


@languages.command("import")
@_LANGUAGE
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_CATALOGS
def import_(code: str, file: Path, catalogs: Path | None) -> None:
    """Take a reviewed spreadsheet back. One wrong line, and nothing is taken; each is told by its number."""
    from phonetree.desk.review_sheets import take

    folder = _catalogs(catalogs)
    taken = take(folder, _translated(code, folder), file.read_bytes(), datetime.now(UTC).date())
    click.echo(f"{code}: {taken.entries} entries are reviewed now, {taken.changed} have new words")
    click.echo("Start serve and the workers anew, and they use them.")


def _catalogs(given: Path | None) -> Path:
    from phonetree.words.i18n import LOCALES

    return given or LOCALES


def _translated(code: str, folder: Path) -> str:
    """Our own code of a language that has catalogs."""
    from phonetree.desk.catalog_files import file_of
    from phonetree.words.i18n import DOMAIN
    from phonetree.words.languages import UnknownLanguage, normalise_code

    try:
        language = normalise_code(code)
    except UnknownLanguage as unknown:
        raise Failed(str(unknown)) from None
    if not file_of(folder, language, DOMAIN).is_file():
        raise Failed(f"{language} has no catalog: it is the language of the sources, or is recorded only")
    return language


def _show(code: str | None) -> None:
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

    table = Table(box=None, padding=(0, 1, 0, 0))
    for heading in ("", "language"):
        table.add_column(heading, no_wrap=True)
    for heading in ("texts", "reviewed", "too long", "calls", "reviewed", "pages", "reviewed", "recorded"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("voice", no_wrap=True)
    for row in found:
        numbers = (*_numbers(row.texts), f"{row.too_long}", *_numbers(row.calls), *_numbers(row.pages))
        recorded = f"{row.recorded}/{row.prompts}"
        voice = "yes" if row.has_voice else "none"
        table.add_row(row.language, LANGUAGES[row.language].english_name, *numbers, recorded, voice)
    console = Console()
    if not console.is_terminal:
        console.width = WIDTH
    console.print(table)


def _numbers(words: Translated) -> tuple[str, str]:
    """What nobody has reviewed is drafted."""
    return f"{words.done}/{words.total}", str(words.reviewed)
