"""F7: what it takes to queue one text to everyone, beside the bare ``INSERT .. SELECT`` of the same rows."""

from __future__ import annotations

import time
from datetime import timedelta

from sqlalchemy import delete, func, insert, literal, select, update
from sqlalchemy.orm import Session

from bench.figures import Figure, Sizes, interleaved
from bench.ground import CODE, Ground, the_site
from bench.memory import most_memory
from phonetree.desk.broadcasts import audience, queue_broadcast
from phonetree.models import (
    Broadcast,
    Delivery,
    Lane,
    Membership,
    Person,
    Rendering,
    Sender,
    Site,
    State,
    reading,
    writing,
)

BODY = "Maple Tree: agents seen near the front gate at 7:51. Children stay inside. Next text by 8:11."
SEGMENTS = 1
LIFE = timedelta(hours=1)


def measure(ground: Ground, sizes: Sizes) -> list[Figure]:
    before = most_memory()
    ours, bare = interleaved(sizes.queue_rounds, lambda: queue(ground), lambda: _bare(ground))
    grown = most_memory() - before
    each = 1e6 / ground.phones
    return [
        Figure(
            f"F7 queueing {ground.phones:,} recipients, {ground.name}",
            "µs per row",
            ours * each,
            bare * each,
            "bare INSERT..SELECT",
            goal=1.5,
            at_most=True,
            note=f"peak memory +{grown:.0f} MB",
        )
    ]


def queue(ground: Ground) -> float:
    """The seconds that ``queue_broadcast`` takes with its commit. What it wrote is counted and removed again."""
    begun = time.perf_counter()
    broadcast_id = queue_for(ground, ground.phones)
    taken = time.perf_counter() - begun
    _count_and_clear(ground, broadcast_id)
    return taken


def queue_for(ground: Ground, most: int, code: str = CODE, body: str = BODY) -> int:
    """Queue one alert text to the first *most* parents of a school."""
    with writing(ground.database) as session:
        site = the_site(session, code)
        parents = audience(site, ["parents"], "es")
        if most < ground.phones:
            parents = parents.order_by(Person.id).limit(most)
        broadcast = _broadcast(ground, site)
        queue_broadcast(session, ground.means, broadcast, parents, body)
        return broadcast.id


def _bare(ground: Ground) -> float:
    """The same rows from one statement that knows everything beforehand."""
    with writing(ground.database) as session:
        broadcast = _broadcast(ground, the_site(session))
        session.add(broadcast)
        session.flush()
    into = _insert_select(ground, broadcast)
    begun = time.perf_counter()
    with ground.database.begin() as connection:
        connection.execute(into)
    taken = time.perf_counter() - begun
    _count_and_clear(ground, broadcast.id)
    return taken


def _insert_select(ground: Ground, broadcast: Broadcast):  # type: ignore[no-untyped-def]  # noqa: ANN202
    given = {
        "broadcast_id": broadcast.id, "site_id": broadcast.site_id, "sender_id": broadcast.sender_id,
        "channel": "sms", "copy": 0, "lane": broadcast.lane, "segments": SEGMENTS, "state": State.PENDING.value,
        "rank": 0, "expires_at": literal(broadcast.expires_at, Delivery.expires_at.type),
        "created_at": literal(ground.means.now(), Delivery.created_at.type),
    }  # fmt: skip
    rows = select(
        Person.id,
        Person.language,
        *(literal(value) if isinstance(value, str | int) else value for value in given.values()),
    ).join(Membership)
    columns = ["person_id", "language", *given]
    return insert(Delivery).from_select(columns, rows.where(Membership.role == "parent"), include_defaults=False)


def _broadcast(ground: Ground, site: Site) -> Broadcast:
    now = ground.means.now()
    return Broadcast(
        site_id=site.id,
        sender_id=site.sender_id,
        action="alert",
        lane=Lane.ALERT,
        created_at=now,
        expires_at=now + LIFE,
    )


def _count_and_clear(ground: Ground, broadcast_id: int) -> None:
    with reading(ground.database) as session:
        written = session.scalar(select(func.count()).where(Delivery.broadcast_id == broadcast_id))
    if written != ground.phones:
        raise RuntimeError(f"{written} rows were written for {ground.phones} phones")
    with writing(ground.database) as session:
        clear(session)


def clear(session: Session) -> None:
    """Empty the ledger, so that every round meets the same one. What it sent is nobody else's for that."""
    session.execute(update(Sender).values(watched_until=None))
    for table in (Delivery, Rendering, Broadcast):
        session.execute(delete(table), execution_options={"synchronize_session": False})
