"""``register``: what the carriers' forms ask, filled in from a school's file, before anything else is set up."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from phonetree.cli.failing import Failed
from phonetree.cli.site import FILE, read_file

if TYPE_CHECKING:
    from phonetree.desk.registration import Answer, Part

PAGE = click.Path(dir_okay=False, path_type=Path)
BODIES = ("charity", "district", "other")


@click.command()
@click.argument("file", type=FILE)
@click.option("--body", type=click.Choice(BODIES), default="charity", help="Who registers: by default a 501(c)(3).")
@click.option("--legal-name", metavar="NAME", help="Of that body, letter for letter as on its IRS letter.")
@click.option("--public-url", metavar="URL", help="Where the public pages are; else PHONETREE_PUBLIC_URL.")
@click.option("--families", metavar="N", type=click.IntRange(1), default=500, help="How many there may be.")
@click.option("--page", metavar="FILE.html", type=PAGE, help="Write it as a page to print as well.")
def register(
    file: Path, *, body: str, legal_name: str | None, public_url: str | None, families: int, page: Path | None
) -> None:
    """Answer everything that the carriers' forms ask about the school in FILE, and say what is refused and why.

    Needs no account, no database and no key. Fails where a field would not be taken, and says what makes it too long.
    """
    from phonetree.desk.registration import Asked, registration, wrongs
    from phonetree.desk.registration_page import render_registration
    from phonetree.desk.registration_words import ADDRESS, LEGAL_NAME, Body

    school = read_file(file)
    origin = (public_url or os.environ.get("PHONETREE_PUBLIC_URL", "").strip() or ADDRESS).rstrip("/")
    parts = registration(school, Asked(Body(body), legal_name or LEGAL_NAME, origin, families))
    click.echo("\n".join(_lines(parts)))
    if page is not None:
        page.write_text(render_registration(school, parts), encoding="utf-8")
    if found := wrongs(school, parts):
        raise Failed("\n".join(found))


def _lines(parts: Sequence[Part]) -> Iterator[str]:
    """Notes begin with a dash; what is to be copied stands in lines of its own, as it is."""
    yield "What stands in [BRACKETS] only you know."
    for part in parts:
        yield from ("", part.title, "=" * len(part.title))
        yield from (f"- {note}" for note in part.notes)
        for answer in part.answers:
            yield from ("", _heading(answer), answer.words)


def _heading(answer: Answer) -> str:
    if answer.limits is None:
        return f"{answer.field}:"
    least, most = answer.limits
    return f"{answer.field} ({len(answer.words)} characters; {least} to {most} are taken):"
