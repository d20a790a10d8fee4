"""How often something happened, counted for whoever watches over the deployment: a name and a number, nobody's."""

from __future__ import annotations

from sqlalchemy import Engine, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from phonetree.models import Counter, as_rows, writing


def count(session: Session, name: str) -> None:
    """Once more, within the transaction at hand."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    once = dialect.insert(Counter).on_conflict_do_update(
        index_elements=[Counter.name], set_={"times": Counter.times + 1}
    )
    as_rows(session, once, {"name": name, "times": 1})


def count_alone(engine: Engine, name: str) -> None:
    """Once more, where there is no transaction at hand."""
    with writing(engine) as session:
        count(session, name)


def counted(session: Session) -> dict[str, int]:
    """Everything that was ever counted, by name."""
    return {counter.name: counter.times for counter in session.scalars(select(Counter).order_by(Counter.name))}
