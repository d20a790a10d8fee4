"""``python -m bench``: measure, and print a table. It ends well even where a floor is missed, but says so."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from rich.console import Console

from bench import (
    fanout,
    growth,
    inbound,
    junk,
    limited,
    mixed,
    pacing,
    queueing,
    receipting,
    rush,
    storm,
    watching,
    workers,
)
from bench.carrier import far_carrier
from bench.course import Course, Part, on_each
from bench.figures import SMALL, Figure, Sizes, table_of
from bench.ground import MOST_PHONES, Land
from bench.report import described, write
from phonetree.models import writing

PARTS: Mapping[str, Part] = MappingProxyType(
    {
        "queueing": on_each(queueing.measure),
        "fanout": fanout.measure,
        "limited": limited.measure,
        "workers": workers.measure,
        "pacing": pacing.measure,
        "growth": growth.measure,
        "inbound": on_each(inbound.measure),
        "storm": on_each(storm.measure),
        "receipts": on_each(receipting.measure),
        "mixed": mixed.measure,
        "junk": junk.measure,
        "rush": on_each(rush.measure),
        "watching": watching.measure,
    }
)
WIDTH = 150
MILLION = 1_000_000


def main(words: Sequence[str]) -> int:
    asked = _asked(words)
    console = Console()
    console.width = max(console.width, WIDTH)
    begun = time.monotonic()
    figures, databases = run(_sizes(asked), asked.parts or PARTS, console)
    console.print(table_of(figures))
    missed = [figure for figure in figures if "MISSED" in figure.verdict]
    console.print(f"{len(missed)} of {len(figures)} MISSED." if missed else "Nothing was missed.")
    console.print(f"It took {(time.monotonic() - begun) / 60:.1f} minutes.")
    if "TEST_POSTGRESQL_URL" not in os.environ:
        console.print("Not run: PostgreSQL. Set TEST_POSTGRESQL_URL, or use tests/with_services.py.")
    if asked.write:
        for path in write(asked.write, figures, _command(words), databases):
            console.print(f"Written: {path}")
    return 0


def run(sizes: Sizes, parts: Iterable[str], console: Console) -> tuple[list[Figure], list[str]]:
    """Every part in turn, on every database that is there; and which databases these are."""
    with ExitStack() as stack:
        shown = stack.enter_context(console.status("starting"))
        carrier = stack.enter_context(far_carrier(sizes.latency))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="phonetree-bench-")))
        land = Land(folder, os.environ.get("TEST_POSTGRESQL_URL"))
        phones = max(sizes.recipients, sizes.messages, sizes.mixed, sizes.receipted, sizes.limited, sizes.junk)
        grounds = [
            stack.enter_context(land.ground(name, api_base_url=carrier.base_url, phones=phones, say=shown.update))
            for name in land.names
        ]
        course = Course(sizes, grounds, carrier, land, shown.update)
        figures: list[Figure] = []
        for name in parts:
            _clear_all(course)
            figures += PARTS[name](course)
        return figures, [described(ground) for ground in grounds]


def _command(words: Sequence[str]) -> str:
    """How to do the same again. Where it was written to is nobody's business."""
    told = list(words)
    if "--write" in told:
        del told[told.index("--write") : told.index("--write") + 2]
    return " ".join(["python -m bench", *told])


def _clear_all(course: Course) -> None:
    """What the parts before have left in the ledgers, so that every part counts its own."""
    for ground in course.grounds:
        with writing(ground.database) as session:
            queueing.clear(session)


def _sizes(asked: argparse.Namespace) -> Sizes:
    sizes = SMALL if asked.small else Sizes()
    growth = (*sizes.growth, MILLION) if asked.million else sizes.growth
    recipients, messages = asked.recipients or sizes.recipients, asked.messages or sizes.messages
    return replace(sizes, recipients=recipients, messages=messages, growth=growth)


def _asked(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help=f"which parts: {', '.join(PARTS)}; all if none")
    parser.add_argument("--small", action="store_true", help="a run that only proves that the bench works")
    parser.add_argument(
        "--million", action="store_true", help="let growth go on to a million phones: half an hour more"
    )
    parser.add_argument("--recipients", type=int, help="phones to queue for")
    parser.add_argument("--messages", type=int, help="texts to send in one round of the fan-out")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the figures there as Markdown, with plots")
    asked = parser.parse_args(words)
    if max(asked.recipients or 0, asked.messages or 0) > MOST_PHONES:
        parser.error(f"there are {MOST_PHONES:,} numbers that are nobody's")
    return asked


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
