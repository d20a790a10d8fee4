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
_SHORT = {"": "waits", "call": "calls", "hang up": "hangs up", "pick up": "picks up"}
_TOLD = {f"{YOU} hears ": "you hear ", f"{YOU} is ": "you are ", f"{YOU}'s ": "your "}
_KEYS = re.compile(r"[0-9*#]+")
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

    def act(self, line: str) -> Iterator[str]:
        """The same of what is done at a telephone."""
        from phonetree.demo.call_lines import NobodyListens, act

        try:
            act(self.tree, self.numbers, line)
        except NobodyListens as error:
            yield f"({error})"
            return
        self.transcript.append(line)
        yield from self._noticed()
        yield from self._shown(self.tree.deliver())

    def _noticed(self) -> Iterator[str]:
        from phonetree.demo.call_lines import noticed

        for line in noticed(self.tree, self.numbers):
            self.transcript.append(line)
            yield _in_english(line)

    def _shown(self, arrived: Sequence[Arrived]) -> Iterator[str]:
        """The texts, to you first, then the others, by name; then what happens at the telephones."""
        yield from self._texts(arrived)
        yield from self._noticed()

    def _texts(self, arrived: Sequence[Arrived]) -> Iterator[str]:
        names = {number: name for name, number in self.numbers.items()}
        for text in sorted(arrived, key=lambda text: (names[text.number] != YOU, names[text.number])):
            name = names[text.number]
            lines = f"{name} < " + text.body.replace("\n", f"\n{name} <   ")
            self.transcript.append(lines)
            yield lines


@click.command()
@click.argument("channel", type=click.Choice(["sms", "voice"]), default="sms")
@click.option("--language", metavar="CODE", help="Be somebody on the list who knows this language, such as es.")
@click.option("--lead", "is_lead", is_flag=True, help="Be a lead, who may send alerts.")
@click.option("--school", type=FILE, default=EXAMPLE, help="Another school's file than the example's.")
@click.option(
    "--save", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Write the transcript here."
)
def talk(channel: str, language: str | None, school: Path, save: Path | None, *, is_lead: bool) -> None:
    """Hold a conversation in the terminal, by text or by call, on a tree that is thrown away. Nothing is sent.

    By sms, type what you would text; an empty line, or Ctrl-D, ends it.

    By voice, you call. Type keys to press them, * and # among them. An empty line stays silent, "speaks 4" talks for
    four seconds after a tone, "hang up", "pick up" and "call" do that. The others are on the telephone too: "teacher
    picks up", "network is busy", "family does not answer", "family's machine answers". "> NEWS" texts. Ctrl-D ends it.

    +20m lets time pass. A transcript that was saved with --school tests/transcripts/school.toml is a test as it stands.
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
            if channel == "voice":
                _call(talk)
            else:
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
    if channel == "voice":
        _name_lines(talk)
    _make_fast(tree)
    return talk


def _name_lines(talk: _Talk) -> None:
    """The school's outside lines are on the telephone as well."""
    for place, line in enumerate(talk.tree.school.hotlines, start=1):
        name = "network" if place == 1 else f"network{place}"
        talk.numbers[name] = line.number
        talk.transcript.append(f"@ {name}: line {line.number.e164.removeprefix('+1')}")


def _enrol(talk: _Talk, name: str, role: str, language: str, pin: str = "") -> None:
    talk.tree.enrol(talk.numbers[name], role, language, pin)
    talk.transcript.append(f"@ {name}: {role} {language} {pin}".rstrip())


def _make_fast(tree: Rehearsal) -> None:
    """Nothing is sent, so nobody has to wait for the number's segments."""
    from sqlalchemy import update

    from phonetree.models import Sender, writing

    fast = {"segments_per_second": 1000.0, "tokens": 1000.0, "calls_per_second": 1000.0, "call_tokens": 1000.0}
    with writing(tree.database) as session:
        session.execute(update(Sender).values(**fast))


def _converse(talk: _Talk) -> None:
    while typed := _typed(f"{YOU} > "):
        for line in talk.play(typed):
            click.echo(line)


def _call(talk: _Talk) -> None:
    typed: str | None = _SHORT["call"]
    while typed is not None:
        for line in _heard(talk, typed):
            click.echo(line)
        typed = _typed(f"{YOU}: ")


def _heard(talk: _Talk, typed: str) -> Iterator[str]:
    """What comes of a line that was typed on the telephone."""
    from phonetree.demo.call_lines import is_act

    short = _SHORT.get(typed) or (f"presses {typed}" if _KEYS.fullmatch(typed) else typed)
    if _PASSED.fullmatch(typed):
        return talk.play(typed)
    if typed.startswith(">"):
        return talk.play(typed.removeprefix(">").strip())
    return talk.act(next((line for line in (f"{YOU} {short}", typed) if is_act(line)), typed))


def _in_english(line: str) -> str:
    """A line of the transcript as it is told to you."""
    for told, english in _TOLD.items():
        if line.startswith(told):
            return english + line.removeprefix(told)
    return line


def _typed(prompt: str) -> str | None:
    """One line; None at the end of the input."""
    click.echo(prompt, nl=False)
    line = sys.stdin.readline()
    if not sys.stdin.isatty():
        click.echo(line.strip())
    return line.strip() if line else None
