"""Forget a whole school, or everything: slice by slice, so that whoever cuts it short can begin again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, Table, and_, delete, exists, func, literal, select, update
from sqlalchemy.orm import Session, aliased

from phonetree.desk import audit_chain
from phonetree.desk.forgetting import let_go_of
from phonetree.desk.means import Means
from phonetree.desk.retention import forget_people
from phonetree.desk.retention_rules import AT_ONCE, FEW
from phonetree.models import (
    Alert,
    Base,
    Call,
    FamilyTask,
    Heard,
    Membership,
    NetworkAlert,
    Person,
    ProviderCopy,
    Sender,
    Site,
    reading,
    writing,
)

_TABLES = Base.metadata.tables
STAYS_WITH_ALL = frozenset({"provider_copies", "leases", "heartbeats"})
"""What must still be deleted at the provider, by the names that it gave; and what says nothing of anybody."""


def left_at_provider(engine: Engine) -> int:
    """How many records the provider is still to be asked to delete."""
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(ProviderCopy)) or 0


def rows_of_all(engine: Engine) -> int:
    """How much there is to forget, for a bar."""
    with reading(engine) as session:
        return sum(session.scalar(select(func.count()).select_from(table)) or 0 for table in _all_tables())


def purge_all(engine: Engine, now: datetime) -> Iterator[int]:
    """Forget everything, the hashes too; of each step how many rows it was."""
    yield from _let_go(engine, now, literal(value=True))
    for table in _all_tables():
        yield from _emptied(engine, table, literal(value=True))


def purge_school(engine: Engine, means: Means, site_id: int) -> Iterator[int]:
    """Forget one school: whoever belongs to it alone, whatever is of it; its number too where no other school has it.

    Who belongs to another school on the same number as well is known to that one, and stays.
    """
    with reading(engine) as session:
        site = session.get(Site, site_id)
        is_last = site is not None and _is_last(session, site)
    if site is None:
        return
    theirs = _belongs_to(site, is_last=is_last)
    yield from _let_go(engine, means.now(), theirs)
    while gone := _forget_some(engine, means, theirs, keeps_hash=not is_last):
        yield gone
    yield from _emptied(engine, _TABLES["family_tasks"], _is_of_alerts(site_id))
    for table in reversed(Base.metadata.sorted_tables):
        if table.name == "audit":
            yield from _left_as_digests(engine, site_id)
        elif "site_id" in table.c and table.name != "erasures":
            yield from _emptied(engine, table, table.c.site_id == site_id)
    yield from _emptied(engine, _TABLES["erasures"], _TABLES["erasures"].c.site_id == site_id)
    yield from _emptied(engine, _TABLES["sites"], Site.id == site_id)
    if is_last:
        for table in reversed(Base.metadata.sorted_tables):
            if "sender_id" in table.c:
                yield from _emptied(engine, table, table.c.sender_id == site.sender_id)
        yield from _emptied(engine, _TABLES["senders"], Sender.id == site.sender_id)


def _all_tables() -> list[Table]:
    return [table for table in reversed(Base.metadata.sorted_tables) if table.name not in STAYS_WITH_ALL]


def _is_last(session: Session, site: Site) -> bool:
    others = exists().where(Site.sender_id == site.sender_id, Site.id != site.id)
    return not session.scalar(select(others))


def _belongs_to(site: Site, *, is_last: bool) -> ColumnElement[bool]:
    """Of a person: on this school's list and on no other; where no other is left on the number, everyone on it."""
    if is_last:
        return Person.sender_id == site.sender_id
    here, elsewhere = aliased(Membership), aliased(Membership)
    return and_(
        exists().where(here.person_id == Person.id, here.site_id == site.id),
        ~exists().where(elsewhere.person_id == Person.id, elsewhere.site_id != site.id),
    )


def _is_of_alerts(site_id: int) -> ColumnElement[bool]:
    return FamilyTask.alert_id.in_(select(Alert.id).where(Alert.site_id == site_id))


def _let_go(engine: Engine, now: datetime, theirs: ColumnElement[bool]) -> Iterator[int]:
    """What they texted, called and were sent goes at the provider as well."""
    with reading(engine) as session:
        ids = list(session.scalars(select(Person.id).where(theirs)))
    for start in range(0, len(ids), AT_ONCE):
        with writing(engine) as session:
            let_go_of(session, ids[start : start + AT_ONCE], now, heard=True)
        yield 0


def _forget_some(engine: Engine, means: Means, theirs: ColumnElement[bool], *, keeps_hash: bool) -> int:
    """Who had left may not be put on a list again: of them a hash stays while the number has other schools."""
    with writing(engine) as session:
        found = list(session.execute(select(Person.id, Person.stopped_at).where(theirs).limit(FEW)))
        ids = [person_id for person_id, _stopped_at in found]
        left = [person_id for person_id, stopped_at in found if stopped_at is not None] if keeps_hash else []
        session.execute(delete(Heard).where(Heard.person_id.in_(ids)))
        session.execute(delete(Call).where(Call.person_id.in_(ids)))
        forget_people(session, means, left, keeps_hash=True)
        forget_people(session, means, ids)
    return len(ids)


def _left_as_digests(engine: Engine, site_id: int) -> Iterator[int]:
    """The chain of what was done is that of all schools, and holds without the content of one."""
    while True:
        with writing(engine) as session:
            gone = audit_chain.forget_some(session, site_id, AT_ONCE)
        if not gone:
            return
        yield gone


def _emptied(engine: Engine, table: Table, where: ColumnElement[bool]) -> Iterator[int]:
    """Delete these rows of a table, a slice at a time."""
    key = list(table.primary_key)
    while True:
        with writing(engine) as session:
            if table.name == "network_alerts":
                session.execute(update(NetworkAlert).values(follows_id=None).where(where))
            if len(key) == 1:
                some = delete(table).where(key[0].in_(select(key[0]).where(where).limit(AT_ONCE)))
            else:
                some = delete(table).where(where)
            gone = session.connection().execute(some).rowcount
        if gone:
            yield gone
        if gone < AT_ONCE:
            return
