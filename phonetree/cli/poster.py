"""``poster``: what hangs at the school and is handed out at its gate, to print from a browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from phonetree.desk.public_schools import PublicSchool

FILE = click.Path(dir_okay=False, path_type=Path)
SHEETS = ("poster", "card")


@click.command()
@click.argument("code")
@click.argument("file", type=FILE)
@click.option("--kind", type=click.Choice(SHEETS), default="poster", help="A wall's sheet, or eight palm cards.")
@click.option("--language", metavar="CODE", help="The sheet in this language alone.")
def poster(code: str, file: Path, *, kind: str, language: str | None) -> None:
    """Write posters or palm cards of the school CODE into FILE.html, a sheet for each of its languages.

    They say which word to text to which number, and which keys to press in a call. Open the file in a browser and
    print it, on A4 or Letter. Hang none up before the carriers have registered the number: who texts it hears nothing.
    """
    from phonetree.cli.opening import open_checked_house, site_called
    from phonetree.desk.posters import Sheet, render_posters
    from phonetree.desk.public_schools import public_of
    from phonetree.models import reading

    house = open_checked_house()
    with reading(house.database) as session:
        site = site_called(session, code)
        found = public_of(session, house.means, site)
        has_word = site.join_word is not None
    languages = _languages(found, language)
    file.write_text(render_posters(found, Sheet(kind), languages, house.settings.public_url), encoding="utf-8")
    for notice in _notices(found, languages, has_word=has_word):
        click.echo(f"notice: {notice}")
    click.echo(f"{file.name}: {len(languages)} sheet{'' if len(languages) == 1 else 's'}")


def _languages(found: PublicSchool, language: str | None) -> tuple[str, ...]:
    if language is not None and language not in found.written:
        raise click.BadParameter(f"is not one of {', '.join(found.written)}", param_hint="--language")
    return (language,) if language else found.written


def _notices(found: PublicSchool, languages: tuple[str, ...], *, has_word: bool) -> list[str]:
    from phonetree.desk.posters import in_own_language

    told = []
    if borrowed := [code for code in languages if not in_own_language(found, code)]:
        told.append(f"nobody has translated the sheets into {', '.join(borrowed)} yet; another language stands in")
    if has_word:
        told.append("a lead made a word to join with; whoever joins with what is printed here waits for a lead")
    return told
