"""What is typed at a command: numbers and PINs, which never show again, neither in an error nor on the screen."""

from __future__ import annotations

import sys
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
        written = read_unseen("phone")
    try:
        return parse_number(written)
    except NotAPhoneNumber as wrong:
        raise Failed(f"the phone cannot be used: {wrong}") from None


def read_unseen(name: str, *, twice: bool = False) -> str:
    """The next line of standard input; in a terminal it does not show, and is asked *twice* where that is wanted."""
    if sys.stdin.isatty():
        return str(click.prompt(name, hide_input=True, confirmation_prompt=twice)).strip()
    line = sys.stdin.readline().strip()
    if not line:
        raise Failed(f"there is no {name} on standard input")
    return line
