"""Opens the house for a command: settings from the environment, keys, and a database at the newest migration."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from phonetree.cli.failing import Failed

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from phonetree.app import House
    from phonetree.models import Site
    from phonetree.words.settings import Settings


def open_checked_house() -> House:
    """Take the settings and open what they name. An embedded database is brought to the newest migration.

    It is closed when the command ends.
    """
    from phonetree.app import check_keys, open_house
    from phonetree.words.settings import take_settings

    house = open_house(take_settings(os.environ))
    context = click.get_current_context()
    context.call_on_close(house.database.dispose)
    context.call_on_close(house.engine.storage.close)
    check_migrations(house)
    check_keys(house)
    return house


def check_migrations(house: House) -> None:
    """Others may be at work on a shared database, so only its operator moves that one."""
    from phonetree.models.migrations import is_migrated, migrate

    if is_migrated(house.database):
        return
    if not is_embedded(house.settings):
        raise Failed("DATABASE_URL: the database is not at the newest migration; run `phonetree migrate`")
    migrate(house.database)


def is_embedded(settings: Settings) -> bool:
    """Whether everything lives in files beside one another on this machine."""
    return settings.database_url.startswith("sqlite") and not settings.engine_url


def site_called(session: Session, code: str) -> Site:
    """The school of that code, or a line that says which there are."""
    from sqlalchemy import select

    from phonetree.desk.schools import find_site
    from phonetree.models import Site

    if site := find_site(session, code):
        return site
    known = ", ".join(session.scalars(select(Site.code).order_by(Site.code))) or "none yet"
    raise Failed(f"there is no school with this code; loaded are: {known}")
