"""Every sealed column, and every place that words are sealed to, is in the list by which keys are changed."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
from house_rules import PACKAGE, sources
from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table

from phonetree.desk.sealed_columns import SEALED
from phonetree.models import Base

NOT_SEALED = {
    "senders.number_index",
    "people.number_index",
    "forgotten.number_index",
    "cap_keys.hashed",
    "network_alerts.identity",
    "audit.link",
    "audit.digest",
    "audit_ends.link",
    "console_knocks.token_hash",
    "console_sessions.token_hash",
}
"""Keyed or plain hashes."""
PLACE = re.compile(r"f\"([a-z_]+\|(?:[a-z_]+|\{[^}]+\}|\|)+)\"")


def kept_bytes(tables: MetaData) -> set[str]:
    return {
        f"{table.name}.{column.name}"
        for table in tables.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }


def without_place(tables: MetaData) -> set[str]:
    """Columns of bytes that nobody would seal anew."""
    return kept_bytes(tables) - NOT_SEALED - {each.name for each in SEALED}


def places_in(written: Iterable[str]) -> set[str]:
    return {re.sub(r"\{[^}]+\}", "*", place) for source in written for place in PLACE.findall(source)}


def test_every_sealed_column_is_in_the_list_and_nothing_else() -> None:
    assert without_place(Base.metadata) == set()
    names = [each.name for each in SEALED]
    assert sorted(names) == sorted(name for name in kept_bytes(Base.metadata) if name.endswith("_sealed"))


def test_a_new_sealed_column_is_noticed() -> None:
    tables = MetaData()
    Table("diaries", tables, Column("id", Integer, primary_key=True), Column("words_sealed", LargeBinary))
    assert without_place(tables) == {"diaries.words_sealed"}


def test_every_place_that_the_desk_seals_to_is_in_the_list() -> None:
    desk = sources(PACKAGE / "desk")
    written = [source for path, source in desk.items() if not path.endswith("sealed_columns.py")]
    assert places_in(written) == {re.sub(r"\{[^}]+\}", "*", each.place) for each in SEALED}


@pytest.mark.parametrize(
    ("source", "found"),
    [('row=f"notes|{note.id}|words"', {"notes|*|words"}), ('f"heard|{x.sid}"', {"heard|*"}), ('f"a{b}|c"', set())],
)
def test_places_are_found_in_the_source(source: str, found: set[str]) -> None:
    assert places_in([source]) == found
