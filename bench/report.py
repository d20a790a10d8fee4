"""The figures as a document: a table in Markdown, what made it, and plots beside it."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import text

from bench.fanout import BARE_CLIENT, LIMIT, LOOP
from bench.figures import COLUMNS, Figure, cells
from bench.ground import Ground
from bench.plots import Bar, Series, bars, lines

LIBRARIES = ("aiohttp", "flask", "granian", "huey", "psycopg", "sqlalchemy", "twilio")
MARKS = MappingProxyType(
    {
        "F1": "texts a second with all bookkeeping, a hundred requests in flight, the carrier answers after 120 ms",
        "F2": "processor time of the sending process for one text, everything included",
        "F3": "the same beside a loop that sends one text after the other",
        "F4": "a carrier that takes fifty requests at a time, where ours is set to a hundred",
        "F5": "paced numbers, by the carrier's clock: the fullest and the emptiest window of all",
        "F6": "growth: every size in a database and a process of its own, the carrier answers at once, no receipts",
        "F7": "queueing a broadcast beside the bare statement that writes the same rows",
        "W2": "two worker processes beside one",
        "I1": "a whole turn by text over HTTP beside a constant answer of the same server (floor: on gunicorn)",
        "I2": "the signature and the TwiML alone",
        "I3": "all at once, each on a connection of its own",
        "C1": "three receipts for each text, in an order of chance, a twentieth of them twice",
        "C2": "receipts in batches, without HTTP, beside a commit for each",
        "M1": "a broadcast while 225 receipts and 200 texts come in every second",
        "M2": "an alert beside a storm of texts that nobody needs",
        "P1": "the oldest figure that a lead saw on the console's progress page, until the next took its place",
        "V1": "a hundred calls at once that ask for a person",
    }
)
NUMBERS = (
    "Texts go to 555-01xx numbers. There are 41,778 of them; what is more goes to numbers of country code 999, which "
    "the ITU has assigned to nobody."
)
INTRODUCTION = """\
# Performance

Ours beside a baseline that was measured in the same run on the same machine. Trust the ratios: the absolute figures
belong to that machine, whose processors the tree shared with the carrier, the families and the databases of the bench.
A floor must hold; a goal is where we want to be, and one that was missed is shown as missed. This page is written by
`make bench WRITE=docs/performance.md`.
"""


def write(path: Path, figures: Sequence[Figure], command: str, databases: Sequence[str]) -> list[Path]:
    """Write *path*, and its plots into a folder of the same name. Returns what was written."""
    plots = dict(_plots(figures))
    folder = path.with_suffix("")
    path.parent.mkdir(parents=True, exist_ok=True)
    written = [path]
    for name, (_title, svg) in plots.items():
        folder.mkdir(exist_ok=True)
        written.append(folder / f"{name}.svg")
        written[-1].write_text(svg, encoding="utf-8")
    shown = "".join(f"\n![{title}]({folder.name}/{name}.svg)\n" for name, (title, _svg) in plots.items())
    parts = [INTRODUCTION, shown, _table(figures), _marks(figures), _made_by(command, databases)]
    path.write_text("\n".join(part.strip("\n") + "\n" for part in parts if part), encoding="utf-8")
    return written


def described(ground: Ground) -> str:
    """Which database it is, and whether its commits wait for the disk."""
    if ground.name == "SQLite":
        return f"SQLite {sqlite3.sqlite_version}, every commit waits for the disk"
    with ground.database.connect() as connection:
        asked = {
            name: connection.scalar(text(f"SHOW {name}")) for name in ("server_version", "fsync", "synchronous_commit")
        }
    waits = "every commit waits for the disk"
    if asked["fsync"] == "off" or asked["synchronous_commit"] == "off":
        waits = (
            f"fsync {asked['fsync']}, synchronous_commit {asked['synchronous_commit']}: no commit waits for the disk"
        )
    return f"PostgreSQL {str(asked['server_version']).split()[0]}, {waits}"


def _table(figures: Sequence[Figure]) -> str:
    head = [f"| {' | '.join(COLUMNS)} |", "| " + " | ".join("---" for _ in COLUMNS) + " |"]
    return "\n".join([*head, *(f"| {' | '.join(cell.replace('|', '/') for cell in cells(one))} |" for one in figures)])


def _marks(figures: Sequence[Figure]) -> str:
    shown = dict.fromkeys(figure.mark for figure in figures)
    return "\n".join(["## What was measured", "", *(f"- **{mark}**: {MARKS[mark]}" for mark in sorted(shown))])


def _made_by(command: str, databases: Sequence[str]) -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return "\n".join(
        [
            "## What made it",
            "",
            f"- `{command}`, on {os.cpu_count()} processors",
            f"- Python {platform.python_version()}; {libraries}",
            *(f"- {database}" for database in databases),
            f"- {NUMBERS}",
        ]
    )


def _plots(figures: Sequence[Figure]) -> Iterator[tuple[str, tuple[str, str]]]:
    if given := _fanout(figures):
        title = "Texts per second, a hundred requests in flight"
        shows = "; ".join(f"{bar.label}: {bar.value:,.0f} per second" for bar in given)
        yield "fanout", (title, bars(title, shows, "per second", given))
    if series := _growth(figures):
        title = "What one row costs as the number of phones grows"
        shows = "; ".join(f"{one.label}: {_told(one)}" for one in series)
        yield "growth", (title, lines(title, shows, "µs per row", series))


def _told(one: Series) -> str:
    return ", ".join(f"{cost:,.3g} µs at {size:,.0f}" for size, cost in one.points)


def _fanout(figures: Sequence[Figure]) -> list[Bar]:
    """Ours, and once each what it was measured against."""
    baselines = {one.against: one.baseline for one in figures if one.mark in {"F1", "F3"}}
    ours = [Bar(f"ours, {one.where}", one.ours, is_ours=True) for one in figures if one.against == LIMIT]
    if not ours:
        return []
    limit = Bar("limit: in flight / latency", baselines[LIMIT], is_limit=True)
    return [limit, *ours, Bar(BARE_CLIENT, baselines[BARE_CLIENT]), Bar(LOOP, baselines[LOOP])]


def _growth(figures: Sequence[Figure]) -> list[Series]:
    points: dict[str, dict[float, float]] = {}
    for one in figures:
        if one.grown is not None:
            label = f"{one.what.split()[1]}, {one.where}"
            points.setdefault(label, {})[one.grown[0]] = one.baseline
            points[label][one.grown[1]] = one.ours
    return [Series(label, sorted(given.items())) for label, given in points.items()]
