"""``python -m bench``: measure, and print a table. It ends well even where a floor is missed, but says so."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from bench import fanout, inbound, queueing, rush
from bench.carrier import FarCarrier, far_carrier
from bench.figures import SMALL, Figure, Sizes, table_of
from bench.ground import MOST_PHONES, Ground, ground_on, postgresql, sqlite

PARTS = ("queueing", "inbound", "fanout", "rush")
WIDTH = 150


def main(words: Sequence[str]) -> int:
    asked = _asked(words)
    sizes = SMALL if asked.small else Sizes()
    sizes = replace(sizes, recipients=asked.recipients or sizes.recipients, messages=asked.messages or sizes.messages)
    console = Console()
    console.width = max(console.width, WIDTH)
    figures = run(sizes, asked.parts or PARTS, console)
    console.print(table_of(figures))
    missed = [figure for figure in figures if "MISSED" in figure.verdict]
    console.print(f"{len(missed)} of {len(figures)} MISSED." if missed else "Nothing was missed.")
    if "TEST_POSTGRESQL_URL" not in os.environ:
        console.print("Not run: PostgreSQL. Set TEST_POSTGRESQL_URL, or use tests/with_services.py.")
    return 0


def run(sizes: Sizes, parts: Sequence[str], console: Console) -> list[Figure]:
    """Every part in turn, on every database that is there."""
    figures: list[Figure] = []
    with ExitStack() as stack:
        say = stack.enter_context(console.status("starting"))
        far = stack.enter_context(far_carrier(sizes.latency))
        grounds = list(stack.enter_context(_grounds(sizes, far)))
        for part in parts:
            if part == "fanout":
                say.update(f"fan-out of {sizes.messages:,} texts")
                figures += fanout.measure(grounds, far, sizes)
                continue
            measure = {"queueing": queueing.measure, "inbound": inbound.measure, "rush": rush.measure}[part]
            for ground in grounds:
                say.update(f"{part} on {ground.name}")
                figures += measure(ground, sizes)
    return figures


@contextmanager
def _grounds(sizes: Sizes, far: FarCarrier) -> Iterator[list[Ground]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="phonetree-bench-")))
        urls = {"SQLite": stack.enter_context(sqlite(folder))}
        if server := os.environ.get("TEST_POSTGRESQL_URL"):
            urls["PostgreSQL"] = stack.enter_context(postgresql(server))
        phones = max(sizes.recipients, sizes.messages)
        yield [
            stack.enter_context(ground_on(name, url, folder / name, api_base_url=far.base_url, phones=phones))
            for name, url in urls.items()
        ]


def _asked(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help=f"which parts: {', '.join(PARTS)}; all if none")
    parser.add_argument("--small", action="store_true", help="a run that only proves that the bench works")
    parser.add_argument("--recipients", type=int, help="phones to queue for")
    parser.add_argument("--messages", type=int, help="texts to send in one round of the fan-out")
    asked = parser.parse_args(words)
    if max(asked.recipients or 0, asked.messages or 0) > MOST_PHONES:
        parser.error(f"there are {MOST_PHONES:,} numbers that are nobody's")
    return asked


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
