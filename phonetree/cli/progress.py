"""A bar for long work, in a terminal only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def bar(words: str, total: int) -> Iterator[Callable[[int], None]]:
    """Give something to tell of every step; with a *total* of 0, or outside a terminal, nothing is drawn."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not (total and console.is_terminal)) as progress:
        task = progress.add_task(words, total=total)
        yield lambda count: progress.advance(task, count)
