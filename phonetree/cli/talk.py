"""``talk``: a conversation with a phone tree in the terminal; nothing is sent, nothing kept but a transcript."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from phonetree.demo.rehearsal import Arrived, Rehearsal
    from phonetree.words.numbers import PhoneNumber

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "maple.toml"
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
YOU = "you"
PIN = "739152"
"""Of the lead in this play; it is printed, and good for nothing else."""
COMPANY = {"family": "parent", "teacher": "staff"}
"""Who else is on the list, so that an alert reaches somebody."""
_PASSED = re.compile(r"\+(\d{1,4})([smh])")
_UNITS = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1)}


@dataclass(slots=True)
class _Talk:
    """A conversation under way, and its transcript so far."""

    tree: Rehearsal
    numbers: dict[str, PhoneNumber]
    transcript: list[str] = field(default_factory=list)

    def play(self, typed: str) -> Iterator[str]:
        """What is shown because of one line that was typed."""
        if passed := _PASSED.fullmatch(typed):
            self.transcript.append(typed)
            yield from self._shown(self.tree.wait(int(passed[1]) * _UNITS[passed[2]]))
        else:
            self.transcript.append(f"{YOU} > {typed}")
            yield from self._shown(self.tree.text(self.numbers[YOU], typed))

    def _shown(self, arrived: Sequence[Arrived]) -> Iterator[str]:
        """The answer to you first, then the others, by name."""
        names = {number: name for name, number in self.numbers.items()}
        for text in sorted(arrived, key=lambda text: (names[text.number] != YOU, names[text.number])):
            name = names[text.number]
            lines = f"{name} < " + text.body.replace("\n", f"\n{name} <   ")
            self.transcript.append(lines)
            yield lines


@click.command()
@click.argument("channel", type=click.Choice(["sms"]), default="sms")
@click.option("--language", metavar="CODE", help="Be somebody on the list who reads this language, such as es.")
@click.option("--lead", "is_lead", is_flag=True, help="Be a lead, who may send alerts.")
@click.option("--school", type=FILE, default=EXAMPLE, help="Another school's file than the example's.")
@click.option(
    "--save", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Write the transcript here."
)
def talk(channel: str, language: str | None, school: Path, save: Path | None, *, is_lead: bool) -> None:
    """Hold a conversation in the terminal, on a tree that is thrown away. Nothing is sent.

    Type what you would text. +20m lets time pass. An empty line, or Ctrl-D, ends it. A transcript that was saved with
    --school tests/transcripts/school.toml is a test as it stands.
    """
    from phonetree.cli.site import read_file
    from phonetree.demo.rehearsal import Rehearsal

    read_file(school)
    spoken = _known_language(language)
    with Rehearsal(school.read_text(encoding="utf-8-sig")) as tree:
        talk = _begin(tree, channel, spoken, is_lead=is_lead)
        if is_lead:
            click.echo(f"Your PIN in this play is {PIN}.")
        try:
            _converse(talk)
        finally:
            if save:
                save.write_text("\n".join([*talk.transcript, ""]), encoding="utf-8")


def _known_language(given: str | None) -> str:
    from phonetree.words.languages import UnknownLanguage, normalise_code

    try:
        return normalise_code(given) if given else ""
    except UnknownLanguage:
        raise click.BadParameter("is not a language we know", param_hint="--language") from None


def _begin(tree: Rehearsal, channel: str, language: str, *, is_lead: bool) -> _Talk:
    from phonetree.words.numbers import PhoneNumber

    default = tree.school.site.languages[0]
    names = [YOU, *COMPANY]
    talk = _Talk(tree, {name: PhoneNumber(f"+1213555011{digit}") for digit, name in enumerate(names, start=1)})
    talk.transcript.append(f"# a talk by {channel} with {tree.school.site.name}")
    if is_lead:
        _enrol(talk, YOU, "lead", language or default, PIN)
    elif language:
        _enrol(talk, YOU, "parent", language)
    else:
        talk.transcript.append(f"@ {YOU}: stranger")
    for name, role in COMPANY.items():
        _enrol(talk, name, role, default)
    _make_fast(tree)
    return talk


def _enrol(talk: _Talk, name: str, role: str, language: str, pin: str = "") -> None:
    talk.tree.enrol(talk.numbers[name], role, language, pin)
    talk.transcript.append(f"@ {name}: {role} {language} {pin}".rstrip())


def _make_fast(tree: Rehearsal) -> None:
    """Nothing is sent, so nobody has to wait for the number's segments."""
    from sqlalchemy import update

    from phonetree.models import Sender, writing

    with writing(tree.database) as session:
        session.execute(update(Sender).values(segments_per_second=1000.0, tokens=1000.0))


def _converse(talk: _Talk) -> None:
    while True:
        click.echo(f"{YOU} > ", nl=False)
        typed = sys.stdin.readline().strip()
        if not sys.stdin.isatty():
            click.echo(typed)
        if not typed:
            return
        for lines in talk.play(typed):
            click.echo(lines)
