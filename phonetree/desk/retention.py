"""Retention: what the rules name is dropped by the workers, slice by slice, so that nobody who writes waits for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, assert_never

from sqlalchemy import (
    ColumnElement,
    Engine,
    Select,
    and_,
    delete,
    exists,
    func,
    inspect,
    null,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from phonetree.desk import audit_chain, heartbeats
from phonetree.desk.forgetting import let_go_of
from phonetree.desk.means import Means
from phonetree.desk.people import keep_hash
from phonetree.desk.retention_rules import RULES, Blanked, Done, Rule
from phonetree.models import (
    AuditEntry,
    Delivery,
    DeliveryCount,
    Lane,
    Person,
    Report,
    State,
    reading,
    writing,
)
from phonetree.models.upkeep import write_back

EVERY = timedelta(minutes=10)
CUT_EVERY = timedelta(weeks=1)
FOUND_AT_ONCE = 2_000
MOST_SLICES = 80
"""In one round of a worker: what is left then is taken up in the next."""

Key = tuple[Any, ...]


def keep_no_longer(engine: Engine, means: Means) -> None:
    """Every ten minutes, and in the quiet: drop what is old enough, a few slices a round."""
    if not _is_time(engine, means):
        return
    slices = each_slice(engine, means)
    for _slice in range(MOST_SLICES):
        if next(slices, None) is None:
            write_back(engine)
            with writing(engine) as session:
                heartbeats.beat(session, heartbeats.RETENTION, means.now())
            return


def each_slice(engine: Engine, means: Means) -> Iterator[int]:
    """Drop what is old enough, one slice and one short transaction after the other; of each how many rows it was."""
    for rule in RULES:
        if rule.done is Done.CUT:
            yield _cut(engine, means, rule)
            continue
        while keys := _found(engine, rule, means.now()):
            for start in range(0, len(keys), rule.at_once):
                yield _drop(engine, means, rule, keys[start : start + rule.at_once])


def _cut(engine: Engine, means: Means, rule: Rule) -> int:
    """The chain loses its oldest part, which is an entry of its own: so only where a week of it has come together."""
    until = means.now() - rule.after
    with writing(engine) as session:
        if not session.scalar(select(exists().where(AuditEntry.at < until - CUT_EVERY))):
            return 0
        return audit_chain.drop_before(session, means, until)


def _is_time(engine: Engine, means: Means) -> bool:
    urgent = and_(Delivery.lane.in_((Lane.CORRECTION, Lane.ALERT)), Delivery.expires_at > means.now())
    goes_out = select(exists().where(Delivery.state.in_((State.PENDING, State.SENDING)), urgent))
    with reading(engine) as session:
        last = heartbeats.last_beat(session, heartbeats.RETENTION)
        return (last is None or last <= means.now() - EVERY) and not session.scalar(goes_out)


def _key(rule: Rule) -> list[ColumnElement[Any]]:
    return list(inspect(rule.table).primary_key)


def _found(engine: Engine, rule: Rule, now: datetime) -> Sequence[Key]:
    """What is due, looked for while others write."""
    chosen: Select[Any] = select(*_key(rule)).where(rule.due()).limit(FOUND_AT_ONCE)
    with reading(engine) as session:
        return [tuple(row) for row in session.execute(chosen, {"before": now - rule.after})]


def _drop(engine: Engine, means: Means, rule: Rule, keys: Sequence[Key]) -> int:
    """One slice. Whatever came to need one of the rows meanwhile, keeps it."""
    with writing(engine) as session:
        held = (
            select(*_key(rule)).where(_among(rule, keys), rule.due()).with_for_update(of=rule.table, skip_locked=True)
        )
        rows = [tuple(row) for row in session.execute(held, {"before": means.now() - rule.after})]
        if rows:
            _apply(session, means, rule, rows)
    return len(rows)


def _among(rule: Rule, keys: Sequence[Key]) -> ColumnElement[bool]:
    columns = _key(rule)
    if len(columns) == 1:
        return columns[0].in_([key[0] for key in keys])
    return tuple_(*columns).in_(keys)


def _apply(session: Session, means: Means, rule: Rule, rows: Sequence[Key]) -> None:
    match rule.done:
        case Blanked(column):
            blank = {column.key: null()}
            session.execute(update(rule.table).where(_among(rule, rows)).values(blank), execution_options=_PLAIN)
            return
        case Done.COUNTED:
            _count(session, [row[0] for row in rows])
        case Done.HASHED:
            forget_people(session, means, [row[0] for row in rows], keeps_hash=True)
        case Done.FORGOTTEN:
            forget_people(session, means, [row[0] for row in rows])
        case Done.DROPPED | Done.CUT:
            pass
        case _:
            assert_never(rule.done)
    session.execute(delete(rule.table).where(_among(rule, rows)), execution_options=_PLAIN)


_PLAIN = {"synchronize_session": False}


def _count(session: Session, ids: Sequence[int]) -> None:
    """What stays of a broadcast's deliveries: how many ended how."""
    kinds = (Delivery.broadcast_id, Delivery.channel, Delivery.language, Delivery.state, Delivery.outcome)
    counted = select(*kinds, func.count()).where(Delivery.id.in_(ids), Delivery.broadcast_id.is_not(None))
    names = [*(kind.key for kind in kinds), "n"]
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    added = dialect.insert(DeliveryCount).from_select(names, counted.group_by(*kinds))
    more = {"n": DeliveryCount.n + added.excluded.n}
    session.execute(added.on_conflict_do_update(index_elements=names[:-1], set_=more))


def forget_people(session: Session, means: Means, ids: Sequence[str], *, keeps_hash: bool = False) -> None:
    """Forget these people, with everything that hangs on them. Their keyed hashes may stay, and refuse a re-import."""
    let_go_of(session, ids, means.now())
    if keeps_hash:
        for person in session.scalars(select(Person).where(Person.id.in_(ids))):
            keep_hash(session, means, person)
        session.flush()
    session.execute(update(Report).where(Report.person_id.in_(ids)).values(words_sealed=None), execution_options=_PLAIN)
    session.execute(delete(Person).where(Person.id.in_(ids)), execution_options=_PLAIN)
