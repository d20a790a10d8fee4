"""For every test: what they share (``phone``, ``stage``) lies beside this file, and is imported by its own name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import phone
import pytest
import stage
from sqlalchemy.engine import make_url

from phonetree.demo.rehearsal import Rehearsal

DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database for this test alone: every test that asks for it runs on both kinds."""
    with phone.database_url(request.param, tmp_path) as url:
        yield make_url(url).set(drivername=DRIVERS[request.param]).render_as_string(hide_password=False)


@pytest.fixture
def tree(database_url: str) -> Iterator[Rehearsal]:
    """The school of the transcripts with its lead (``stage.LEAD``) and nobody else, on both kinds of database."""
    with stage.tree_at(database_url) as tree:
        yield tree
