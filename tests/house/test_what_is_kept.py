"""Nothing is kept by oversight: every table of ours has a rule that ends it, or a reason why it stays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import LargeBinary, MetaData, Table

from phonetree.desk.retention_rules import KEPT, RULES, Blanked
from phonetree.models import Base


def without_end(metadata: MetaData, ruled: set[str], kept: Mapping[str, str]) -> set[str]:
    """Tables that no rule ends and for which no reason is given."""
    return {table.name for table in metadata.sorted_tables} - ruled - set(kept)


def ended() -> set[str]:
    """Tables whose rows go by a rule; a rule that only blanks a column ends nothing."""
    partly = {"clips"}  # of these only what was rejected
    return {rule.table.__tablename__ for rule in RULES if not isinstance(rule.done, Blanked)} - partly


def test_every_table_has_an_end_or_a_reason() -> None:
    assert without_end(Base.metadata, ended(), KEPT) == set()


def test_a_new_table_without_either_is_found() -> None:
    metadata = MetaData()
    Table("diaries", metadata)
    assert without_end(metadata, ended(), KEPT) == {"diaries"}


def test_no_reason_is_given_for_what_is_not_there_or_goes_by_a_rule() -> None:
    assert set(KEPT) <= {table.name for table in Base.metadata.sorted_tables}
    assert not set(KEPT) & ended()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.what)
def test_a_rule_ends_within_a_year_and_speaks_of_one_table(rule: object) -> None:
    found = next(each for each in RULES if each is rule)
    assert timedelta(0) <= found.after <= timedelta(days=365)
    assert found.since is None or found.since.class_ is found.table
    if isinstance(found.done, Blanked):
        assert found.done.column.class_ is found.table
        assert isinstance(found.done.column.type, LargeBinary)
        assert found.done.column.property.columns[0].nullable


def test_words_of_people_live_no_longer_than_a_week_once_they_are_dealt_with() -> None:
    """A sealed column is blanked, or its row goes; what is kept longer is named here.

    Posts drop their own words once they are posted, or given up; a stranger's number goes after a day.
    """
    by_table = {rule.table.__tablename__: rule.after for rule in sorted(RULES, key=lambda rule: -rule.after)}
    sealed = {table.name for table in Base.metadata.sorted_tables if any(c.name.endswith("_sealed") for c in table.c)}
    longer = {name for name in sealed if by_table.get(name, timedelta.max) > timedelta(days=7)}
    assert longer == {"senders", "sites", "consents", "clips", "relay_posts"}
