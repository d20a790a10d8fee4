"""The migrations lead to the tables of the models, on both kinds of database, there and back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect

from phonetree.models import Base, open_database
from phonetree.models.migrations import FOLDER, is_migrated, migrate


@pytest.fixture
def database(database_url: str) -> Iterator[Engine]:
    engine = open_database(database_url)
    yield engine
    engine.dispose()


def differences(database: Engine) -> list[object]:
    with database.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def move(database: Engine, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    with database.begin() as connection:
        config.attributes["connection"] = connection
        (command.downgrade if revision == "base" else command.upgrade)(config, revision)


def test_the_newest_migration_equals_the_models(database: Engine) -> None:
    migrate(database)
    assert differences(database) == []


def test_a_table_that_no_migration_knows_is_noticed(database: Engine) -> None:
    migrate(database)
    with database.begin() as connection:
        connection.exec_driver_sql("DROP TABLE leases")
    assert [difference[0] for difference in differences(database)] == ["add_table"]  # type: ignore[index]


def test_down_and_up_again(database: Engine) -> None:
    migrate(database)
    move(database, "base")
    assert set(inspect(database).get_table_names()) <= {"alembic_version"}
    move(database, "head")
    assert differences(database) == []


def test_it_is_known_whether_a_database_is_migrated(database: Engine) -> None:
    assert not is_migrated(database)
    migrate(database)
    assert is_migrated(database)
    migrate(database)
    assert is_migrated(database)
