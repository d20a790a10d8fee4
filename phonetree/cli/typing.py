"""What is typed at a command: numbers and PINs, which never show again, neither in an error nor on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from phonetree.cli.failing import Failed

if TYPE_CHECKING:
    from phonetree.words.numbers import PhoneNumber


def read_number(typed: Sequence[str]) -> PhoneNumber:
    """The number in these words of the command line, or the next line of standard input for ``-``."""
    from phonetree.words.numbers import NotAPhoneNumber, parse_number

    written = " ".join(typed)
    if written == "-":
        written = read_line("phone")
    try:
        return parse_number(written)
    except NotAPhoneNumber as wrong:
        raise Failed(f"the phone cannot be used: {wrong}") from None


def read_secret(name: str, *, confirm: bool = False) -> str:
    """A secret: typed unseen in a terminal, else the next line of standard input."""
    if click.get_text_stream("stdin").isatty():
        return str(click.prompt(name, hide_input=True, confirmation_prompt=confirm)).strip()
    return read_line(name)


def read_line(name: str) -> str:
    if click.get_text_stream("stdin").isatty():
        return str(click.prompt(name)).strip()
    line = click.get_text_stream("stdin").readline()
    if not line.strip():
        raise Failed(f"there is no {name} on standard input")
    return line.strip()
