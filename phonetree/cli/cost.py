"""``cost``: what one alert, a month, and the last thirty days cost, by language and segment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from phonetree.desk.costs import Costs

WIDTH = 100
"""Columns, where no terminal says how many it has."""


@click.command()
@click.argument("code")
def cost(code: str) -> None:
    """Reckon what the school CODE costs: an alert to its list as it is now, a month, and what was spent.

    In US dollars, from prices on file; it is not a bill. No limit stops an alert.
    """
    from phonetree.cli.opening import open_checked_house, site_called
    from phonetree.desk.costs import costs_of
    from phonetree.models import reading

    house = open_checked_house()
    with reading(house.database) as session:
        costs = costs_of(session, house.means, site_called(session, code))
    _print_languages(costs)
    _print_segments(costs)
    click.echo("\n".join(in_words(costs)))


def in_words(costs: Costs) -> Iterator[str]:
    """The sums, what stops at which limit, and from when the prices are."""
    limits, prices = costs.limits, costs.prices
    yield f"One alert:      ${costs.alert:,.2f}; with an update and its end ${costs.episode:,.2f}"
    yield (
        f"One month:      ${costs.month:,.2f}: {costs.messages_per_month} messages to everybody, the number "
        f"(${prices.number_month:,.2f}), the registered program (${prices.program_month:,.2f} at most)"
    )
    yield f"Once:           ${prices.registration_once:,.2f} at most, for the registration"
    yield f"Last 30 days:   ${costs.spent_dollars:,.2f}"
    yield (
        f"Limits:         ${limits.daily_budget:,.2f} a day, of which answers may use ${limits.for_answers:,.2f}. "
        "Alerts, corrections, HELP and STOP go on beyond it."
    )
    if costs.stops_answers:
        yield (
            "notice: one alert takes more than answers may use in a day; until midnight (Pacific) families could not "
            "ask for news. Set [sender] daily_budget higher"
        )
    yield f"Prices of {prices.as_of.isoformat()}, not a bill. Texts that come in and hotline minutes are not in it."


def _print_languages(costs: Costs) -> None:
    spent = {each.language: each for each in costs.spent}
    shown = {each.language: each for each in costs.languages}
    headings = ("by text", "by call", "segments", "an alert", "30 days: segments", "calls", "spent")
    rows = []
    for code in dict.fromkeys([*shown, *spent]):
        now, then = shown.get(code), spent.get(code)
        of_alert = (str(now.texted), str(now.called), str(now.segments), f"${now.dollars:,.2f}") if now else ("",) * 4
        gone = (str(then.segments), str(then.calls), f"${then.dollars:,.2f}") if then else ("0", "0", "$0.00")
        rows.append((_name(code), *of_alert, *gone))
    _print("language", headings, rows)


def _print_segments(costs: Costs) -> None:
    """Of each text that families may get: its segments in each language."""
    languages = tuple(next(iter(costs.segments.values()), {}))
    rows = [(name, *(str(found[code]) for code in languages)) for name, found in costs.segments.items()]
    _print("segments of", tuple(_name(code) for code in languages), rows)


def _name(code: str) -> str:
    from phonetree.words.languages import LANGUAGES

    return LANGUAGES[code].english_name if code in LANGUAGES else code


def _print(first: str, headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column(first, no_wrap=True)
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    console = Console()
    if not console.is_terminal:
        console.width = WIDTH
    console.print(table)
    console.print()
