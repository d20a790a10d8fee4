"""``twilio setup``: numbers, Messaging Service and permissions set to what the tree needs, after somebody's yes."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from phonetree.cli.failing import Failed

if TYPE_CHECKING:
    from phonetree.app import House
    from phonetree.operators.wanted import NumberPlan, ServicePlan, Setup
    from phonetree.twilio.account import AccountLine
    from phonetree.words.numbers import PhoneNumber

Row = tuple[str, str, str, str]
WIDTH = 160
"""Columns, where no terminal says how many it has: an address is copied whole or not at all."""


@click.group()
def twilio() -> None:
    """What is set at the provider."""


@twilio.command()
@click.option("--dry-run", is_flag=True, help="Show what differs and change nothing.")
@click.option("--yes", is_flag=True, help="Change it without a question.")
@click.option("--take-over", is_flag=True, help="Also what belongs to another application now: it will miss it.")
def setup(*, dry_run: bool, yes: bool, take_over: bool) -> None:
    """Set the numbers of the loaded schools, and the Messaging Service of the settings, to this tree.

    It shows first what is now and what is wanted. Nothing else in the account is touched, nothing is ever turned off.
    """
    from phonetree.cli.opening import open_checked_house

    house = open_checked_house()
    asyncio.run(_set_up(house, dry_run=dry_run, yes=yes, take_over=take_over))


async def _set_up(house: House, *, dry_run: bool, yes: bool, take_over: bool) -> None:
    from phonetree.app import carrier_of
    from phonetree.twilio.account import open_account

    settings = house.settings
    async with open_account(carrier_of(settings)) as line:
        found = await _looked(line, house)
        rows = list(_rows(found, settings.public_url, take_over=take_over))
        if rows:
            _print(rows)
        elif not found.held or take_over:
            click.echo("nothing to do: everything here is set to this tree")
        if rows and not dry_run and (yes or click.confirm("Change it?")):
            await _change(line, found, take_over=take_over)
            click.echo(f"changed: {len(rows)} settings")
    _tell_what_is_left(found, take_over=take_over)


async def _looked(line: AccountLine, house: House) -> Setup:
    from phonetree.operators.wanted import CannotTell, look

    settings = house.settings
    numbers = numbers_of(house)
    if not numbers:
        raise Failed("no school is loaded, so there is no number to set up: run `phonetree site load FILE` first")
    try:
        return await look(line, settings.public_url, numbers, settings.messaging_service_sid)
    except CannotTell as silent:
        raise Failed(f"{silent.about}: {in_words(silent.told)} Nothing was changed") from None


def numbers_of(house: House) -> list[PhoneNumber]:
    """The numbers of the schools that are loaded."""
    from sqlalchemy import select

    from phonetree.models import Sender, reading

    with reading(house.database) as session:
        return [house.means.number_of_sender(sender) for sender in session.scalars(select(Sender)) if sender.sites]


def in_words(told: object) -> str:
    """Why the provider said no, or did not say."""
    from phonetree.twilio.errors import explain
    from phonetree.words.ports import Refused, Verdict

    match told:
        case Refused(_, code) if code is not None:
            return f"{explain(code)} ({code})"
        case Refused(Verdict.BUSY):
            return "The provider cannot be reached: is this machine online?"
        case Refused():
            return "The provider refuses, and does not say why."
        case _:
            return "The provider gave no answer that can be read; try again."


# --- what differs -----------------------------------------------------------------------------------------------------


def _rows(found: Setup, public_url: str, *, take_over: bool) -> Iterator[Row]:
    for plan in found.numbers:
        if take_over or not plan.held_by:
            yield from _of_number(plan, public_url)
    if found.service is not None and (take_over or not found.service.held_by):
        yield from _of_service(found.service, public_url)
    for name, is_on in (("texts", found.permissions.texts), ("calls", found.permissions.calls)):
        if not is_on:
            yield "the account", f"{name} within the United States", "off", "on"


def _of_number(plan: NumberPlan, public_url: str) -> Iterator[Row]:
    from phonetree.operators.wanted import shown

    name = plan.number.number.national()
    for setting, wanted in plan.changes.items():
        yield name, setting.value, shown(plan.number.settings.get(setting, ""), public_url), wanted
    for each in plan.number.elsewhere:
        yield name, each.replace("_", " "), "set", "nothing"


def _of_service(plan: ServicePlan, public_url: str) -> Iterator[Row]:
    from phonetree.operators.wanted import shown

    for setting, wanted in plan.changes.items():
        yield "the service", setting.value, shown(plan.service.settings.get(setting, ""), public_url), wanted
    for number in plan.joining:
        yield "the service", "sends by", "other numbers", number.number.national()


def _print(rows: Sequence[Row]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("number", "setting", "now", "wanted"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*row)
    console = Console()
    if not console.is_terminal:
        console.width = WIDTH
    console.print(table)


def _tell_what_is_left(found: Setup, *, take_over: bool) -> None:
    """What could not be set up keeps the tree from working, so it is a failure."""
    lines = [f"{number.national()} is not in this account: buy it there, or correct it" for number in found.missing]
    lines += [
        f"{_named(plan)} belongs to another application, {plan.held_by}: left as it is (--take-over)"
        for plan in ([] if take_over else found.held)
    ]
    if lines:
        raise Failed("\n".join(lines))


def _named(plan: NumberPlan | ServicePlan) -> str:
    from phonetree.operators.wanted import NumberPlan

    return plan.number.number.national() if isinstance(plan, NumberPlan) else "the Messaging Service"


# --- changing it ------------------------------------------------------------------------------------------------------


async def _change(line: AccountLine, found: Setup, *, take_over: bool) -> None:
    for plan in found.numbers:
        if (plan.changes or plan.number.elsewhere) and (take_over or not plan.held_by):
            await _done(line.set_number(plan.number.sid, plan.changes, releases=plan.number.elsewhere))
    service = found.service
    if service is not None and (take_over or not service.held_by):
        if service.changes:
            await _done(line.set_service(service.service.sid, service.changes))
        for number in service.joining:
            await _done(line.put_into_service(service.service.sid, number.sid))
    wanted = found.permissions
    await _done(line.permit(texts=not wanted.texts, calls=not wanted.calls))


async def _done(asked: Coroutine[Any, Any, object]) -> None:
    told = await asked
    if told is not True:
        raise Failed(f"not everything was changed: {in_words(told)} Run it again: it goes on where it stopped")
