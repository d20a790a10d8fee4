"""Bring a database to the newest numbered migration, and tell how far one is."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

FOLDER = Path(__file__).resolve().parents[2] / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config


def migrate(engine: Engine) -> None:
    """Bring the database to the newest migration; changes nothing when it is there."""
    config = _config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def revision_of(connection: Connection) -> str | None:
    """At which migration a database stands; None where it has no tables of ours."""
    return MigrationContext.configure(connection).get_current_revision()


def is_known(revision: str) -> bool:
    """Whether this version of the program has that migration."""
    return revision in {each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions()}


def begin_at(engine: Engine, revision: str) -> None:
    """Make the tables of an empty database anew, as they were at that migration."""
    config = _config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        if revision_of(connection) != revision:
            command.downgrade(config, "base")
            command.upgrade(config, revision)


def is_migrated(engine: Engine) -> bool:
    """Whether the database stands at the newest migration."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head
