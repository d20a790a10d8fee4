"""``doctor``: LIVE or NOT LIVE, then everything that was looked at, each with what to do about it."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from phonetree.cli.doctors_trial import try_phone
from phonetree.cli.failing import in_plain_words

if TYPE_CHECKING:
    from phonetree.app import House
    from phonetree.operators.findings import Finding
    from phonetree.words.account import Standing
    from phonetree.words.numbers import PhoneNumber
    from phonetree.words.ports import InDoubt, Refused, Verdict
    from phonetree.words.settings import Settings

HEADINGS = ("This stops alerts:", "Look at this:", "Fine:")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For monitoring: one JSON object.")
@click.option(
    "--backups",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Where backups lie; the newest is looked at.",
)
@click.option("--send-to", "phone", metavar="PHONE", help="Send one real text and one real call there, your own.")
@click.option("--site", "code", metavar="CODE", help="With --send-to: in the name of this school.")
def doctor(*, as_json: bool, backups: Path | None, phone: str | None, code: str | None) -> None:
    """Say whether alerts would reach families now, and what to do where not. Exit code 0: LIVE; 1: NOT LIVE.

    It changes nothing, and without --send-to it texts nobody. With - in place of PHONE the number is read from
    standard input: so it is in no shell's history.
    """
    from phonetree.cli.typed import read_number
    from phonetree.operators.findings import in_order, is_live

    settings, wrong = _settings()
    trial = TrialAsked(read_number([phone]), code) if phone else None
    found = in_order([wrong] if wrong else list(examine(settings, backups, trial)) if settings else [])
    is_simulated = settings is not None and simulated(settings)
    tell = _tell_programs if as_json else _tell_people
    tell(found, is_simulated=is_simulated)
    if not is_live(found):
        click.get_current_context().exit(1)


@dataclass(frozen=True, slots=True)
class TrialAsked:
    """Whom to text and call, in the name of which school."""

    number: PhoneNumber = field(repr=False)
    code: str | None


def _settings() -> tuple[Settings | None, Finding | None]:
    from phonetree.operators.findings import stops
    from phonetree.words.settings import WrongSetting, read_settings

    try:
        return read_settings(os.environ), None
    except WrongSetting as wrong:
        return None, stops("settings", f"{wrong.name} is not right.", f"{wrong}.")


def simulated(settings: Settings) -> bool:
    """Whether the provider is one on this machine."""
    from urllib.parse import urlsplit

    from phonetree.words.settings import is_loopback

    return is_loopback(urlsplit(settings.api_base_url).hostname or "")


# --- looking ----------------------------------------------------------------------------------------------------------


def examine(settings: Settings, backup_folder: Path | None, trial: TrialAsked | None) -> Iterator[Finding]:
    """Everything, as far as what comes before lets it be looked at."""
    from phonetree.models.database import open_database
    from phonetree.operators import house_checks
    from phonetree.operators.findings import is_live

    database = open_database(settings.database_url)
    click.get_current_context().call_on_close(database.dispose)
    opened = house_checks.database(settings, database)
    yield opened
    wrong_keys = house_checks.key_folder(settings)
    if wrong_keys:
        yield wrong_keys
    if wrong_keys or not is_live([opened]):
        yield from asyncio.run(_at_provider(settings, None))
        return
    yield from _in_house(settings, backup_folder, trial)


def _in_house(settings: Settings, backup_folder: Path | None, trial: TrialAsked | None) -> Iterator[Finding]:
    from phonetree.app import open_house
    from phonetree.operators import house_checks, ledger_checks, school_checks
    from phonetree.operators.findings import is_live, stops

    try:
        house = open_house(settings)
        keys = list(house_checks.keys(settings, house.database, house.means))
    except Exception as error:  # noqa: BLE001 - whatever keeps the house shut is the finding
        yield stops("keys", "The tree cannot be opened.", f"{in_plain_words(error)}.")
        return
    context = click.get_current_context()
    context.call_on_close(house.database.dispose)
    context.call_on_close(house.engine.storage.close)
    yield from keys
    if not is_live(keys):
        return
    if trial is not None:
        yield from try_phone(house, trial.number, trial.code)
    yield from asyncio.run(_at_provider(settings, house))
    yield house_checks.engine_answers(house.engine)
    yield from house_checks.workers(house.database, house.means)
    yield from house_checks.disk(settings)
    yield house_checks.backups(backup_folder, house.means.now())
    yield from school_checks.schools(house.database, house.means)
    yield from ledger_checks.ledger(house.database, house.means, explained)


def explained(code: int) -> tuple[Verdict, str]:
    """What a code of the provider's means."""
    from phonetree.twilio.errors import explain, verdict_of_receipt

    return verdict_of_receipt(code), explain(code)


async def _at_provider(settings: Settings, house: House | None) -> list[Finding]:
    from phonetree.cli.twilio_setup import in_words, numbers_of
    from phonetree.operators import account_checks, house_checks
    from phonetree.operators.findings import stops
    from phonetree.twilio.knocking import knock
    from phonetree.twilio.webhooks import Provider
    from phonetree.words.account import Standing as Told

    told = [await _standing(settings, token) for token in settings.auth_tokens]
    found = list(account_checks.tokens(told, in_words))
    if house is not None:
        clock = next((each.told_at for each in told if isinstance(each, Told)), None)
        found += house_checks.clock(house.database, house.means, clock)
        found += await _account(settings, numbers_of(house))
    if _is_here(settings.public_url) and not simulated(settings):
        what = "PHONETREE_PUBLIC_URL is an address of this machine alone: the provider cannot call it."
        found.append(stops("door", what, "Set it to the tree's public HTTPS address."))
    else:
        provider = Provider(settings.public_url, settings.account_sid, settings.auth_tokens)
        found.append(account_checks.door(await knock(provider)))
    return found


def _is_here(public_url: str) -> bool:
    from urllib.parse import urlsplit

    from phonetree.words.settings import is_loopback

    return is_loopback(urlsplit(public_url).hostname or "")


async def _standing(settings: Settings, token: str) -> Standing | Refused | InDoubt:
    from dataclasses import replace

    from phonetree.app import carrier_of
    from phonetree.twilio.account import open_account

    async with open_account(replace(carrier_of(settings), credentials=(settings.account_sid, token))) as line:
        return await line.standing()


async def _account(settings: Settings, numbers: Sequence[PhoneNumber]) -> list[Finding]:
    from phonetree.app import carrier_of
    from phonetree.cli.twilio_setup import in_words
    from phonetree.operators import account_checks
    from phonetree.twilio.account import open_account

    async with open_account(carrier_of(settings)) as line:
        asked = account_checks.Asked(numbers, settings.public_url, settings.messaging_service_sid, in_words)
        return await account_checks.provider(line, asked)


# --- telling ----------------------------------------------------------------------------------------------------------


def headline(found: Sequence[Finding], *, is_simulated: bool) -> str:
    """The first line."""
    from phonetree.operators.findings import is_live

    return ("LIVE" if is_live(found) else "NOT LIVE") + (" (simulated)" if is_simulated else "")


def _tell_people(found: Sequence[Finding], *, is_simulated: bool) -> None:
    from phonetree.operators.findings import Level, is_live

    click.secho(headline(found, is_simulated=is_simulated), bold=True, fg="green" if is_live(found) else "red")
    for level, heading in zip(Level, HEADINGS, strict=True):
        those = [each for each in found if each.level is level]
        if those:
            click.echo(f"\n{heading}")
        for each in those:
            click.echo(f"- {each.what}")
            if each.remedy:
                click.echo(f"  -> {each.remedy}")


def _tell_programs(found: Sequence[Finding], *, is_simulated: bool) -> None:
    from phonetree.operators.findings import is_live

    told = [
        {"level": each.level.name.lower(), "about": each.about, "what": each.what, "remedy": each.remedy}
        for each in found
    ]
    click.echo(json.dumps({"live": is_live(found), "simulated": is_simulated, "findings": told}, indent=2))
