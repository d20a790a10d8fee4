"""The demo as it is read in a terminal: who texts, calls and presses what, what arrives, what was checked."""

from __future__ import annotations

import time
from collections.abc import Callable

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from phonetree.demo.checks import Check, Checks

NAME_WIDTH = 16


class Transcript:
    """Prints each line at once, with the minutes and seconds since the beginning."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._began = clock()
        self.is_concluded = False

    @property
    def seconds(self) -> float:
        return self._clock() - self._began

    def title(self, words: str, below: str) -> None:
        self._console.print(Panel(Text(below), title=Text(words, style="bold"), title_align="left", padding=(0, 1)))

    def scene(self, number: int, words: str) -> None:
        self._console.print()
        self._console.rule(Text(f"{number}. {words}", style="bold"), align="left", style="dim")

    def tells(self, words: str) -> None:
        self._line("", "", words, "dim")

    def wrote(self, name: str, words: str) -> None:
        self._line(name, ">", words, "bold cyan")

    def received(self, name: str, words: str) -> None:
        self._line(name, "<", words, "")

    def did(self, name: str, what: str) -> None:
        """Somebody does something at a telephone."""
        self._line(name, ">", what, "cyan")

    def heard(self, name: str, what: str) -> None:
        """Somebody hears something in a call."""
        self._line(name, "<", what, "italic")

    def checked(self, check: Check) -> None:
        style, mark = ("green", "ok") if check.passed else ("bold red", "!!")
        self._line("", mark, f"{check.name}: {check.detail}" if check.detail else check.name, style)

    def conclude(self, checks: Checks) -> None:
        """All checks once more, below one another, and the sum."""
        table = Table.grid(padding=(0, 1))
        table.add_column(width=2)
        table.add_column(ratio=3)
        table.add_column(ratio=2)
        for check in checks.made:
            mark = Text("ok", style="green") if check.passed else Text("NO", style="bold red")
            table.add_row(mark, Text(check.name), Text(check.detail, style="dim"))
        self.says("What was checked")
        self._console.print(table)
        passed = sum(check.passed for check in checks.made)
        style = "bold green" if checks.all_passed else "bold red"
        self.says(f"{passed} of {len(checks.made)} checks passed in {self.seconds:.0f} seconds.", style)
        self.is_concluded = True

    def says(self, words: str, style: str = "bold") -> None:
        self._console.print(Text(f"\n{words}", style=style))

    def _line(self, name: str, mark: str, words: str, style: str) -> None:
        minutes, seconds = divmod(int(self.seconds), 60)
        line = Table.grid(padding=(0, 1))
        line.add_column(width=4)
        line.add_column(width=NAME_WIDTH, no_wrap=True, overflow="ellipsis")
        line.add_column(width=2)
        line.add_column(ratio=1)
        line.add_row(Text(f"{minutes}:{seconds:02}", style="dim"), Text(name, style="dim"), mark, Text(words, style))
        self._console.print(line)
