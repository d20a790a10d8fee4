"""What must not go out of a database that was restored: it may have gone since the backup, or be days too late.

In plain tables, for they may be those of an older migration. Nothing here sends, and nothing here makes an alert end.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, column, delete, func, inspect, or_, select, table, update

from phonetree.desk.audit_chain import milliseconds
from phonetree.models import OPEN_POSTS, PostState, State, new_id

_DELIVERIES = table(
    "deliveries",
    *(column(name) for name in ("id", "broadcast_id", "state", "attempt", "submitted_at", "not_before")),
    *(column(name) for name in ("lease_until", "looks", "expires_at", "final_at")),
)
_BROADCASTS = table(
    "broadcasts",
    *(column(name) for name in ("alert_id", "paused_at", "paused_by", "expires_at")),
    *(column(name) for name in ("told_handed_over_at", "told_delivered_at")),
)
_ALERTS = table("alerts", column("id"), column("closed_at"))
_PROPOSALS = table("proposals", column("state"))
_POSTS = table("relay_posts", column("state"), column("body_sealed"), column("done_at"))
_REPORTS = table("reports", column("id"), column("state"))
_ASKERS = table("report_askers", column("report_id"))
_SENDERS, _ERASURES, _MOVES = table("senders", column("watched_until")), table("erasures"), table("moves")
_AUDIT = table("audit", *(column(name) for name in ("what", "about", "at")))

_UNSURE = (State.PENDING, State.SENDING, State.IN_DOUBT)


def hold_back(connection: Connection, *, made_at: datetime, now: datetime) -> None:
    """Everything that waited when the backup was made is in doubt or expired, and what would follow by itself rests."""
    then, at = milliseconds(made_at), milliseconds(now)
    _doubt_broadcasts(connection, then, at)
    _expire_the_rest(connection, at)
    _rest(connection, at)
    _begin_anew(connection)
    made = now.date() if made_at > now else made_at.date()
    connection.execute(_AUDIT.insert().values(what="restored a backup", about=f"of {made}", at=at))


def _doubt_broadcasts(connection: Connection, then: int, now: int) -> None:
    """What may have gone is asked for at the carrier. Found, a correction reaches it; else it has expired."""
    d = _DELIVERIES.c
    unsure = and_(d.broadcast_id.is_not(None), d.state.in_(_UNSURE))
    nameless = connection.scalars(select(d.id).where(unsure, d.attempt.is_(None))).all()
    if nameless:
        named = update(_DELIVERIES).where(d.id == bindparam("row")).values(attempt=bindparam("new"))
        connection.execute(named, [{"row": row, "new": new_id()} for row in nameless])
    since = {"submitted_at": func.coalesce(d.submitted_at, then), "not_before": None, "lease_until": None}
    connection.execute(update(_DELIVERIES).where(unsure).values({"state": State.IN_DOUBT, "looks": 0, **since}))
    connection.execute(update(_DELIVERIES).where(d.expires_at > now).values(expires_at=now))


def _expire_the_rest(connection: Connection, now: int) -> None:
    """Answers, codes, progress: whoever waited for them waits no more."""
    d = _DELIVERIES.c
    single = and_(d.broadcast_id.is_(None), d.state.in_(_UNSURE))
    expired = {"state": State.EXPIRED, "final_at": now, "lease_until": None, "not_before": None}
    connection.execute(update(_DELIVERIES).where(single).values(expired))


def _rest(connection: Connection, now: int) -> None:
    """An alert that stood open stands open and pauses: no call and no task for staff follows from it by itself."""
    b = _BROADCASTS.c
    stands_open = select(_ALERTS.c.id).where(_ALERTS.c.closed_at.is_(None))
    paused = {"paused_at": func.coalesce(b.paused_at, now), "paused_by": "carrier"}
    connection.execute(update(_BROADCASTS).where(b.alert_id.in_(stands_open)).values(paused))
    connection.execute(update(_BROADCASTS).where(b.expires_at > now).values(expires_at=now))
    for told in (b.told_handed_over_at, b.told_delivered_at):
        connection.execute(update(_BROADCASTS).where(told.is_(None)).values({told.name: now}))
    connection.execute(update(_PROPOSALS).where(_PROPOSALS.c.state == "open").values(state="lapsed"))
    posts = {"state": PostState.CANCELLED, "body_sealed": None, "done_at": now}
    connection.execute(update(_POSTS).where(_POSTS.c.state.in_(OPEN_POSTS)).values(posts))
    decided = select(_REPORTS.c.id).where(or_(_REPORTS.c.state == "false", _REPORTS.c.state == "confirmed"))
    connection.execute(delete(_ASKERS).where(_ASKERS.c.report_id.in_(decided)))


def _begin_anew(connection: Connection) -> None:
    """Texts that went since the backup are not taken for somebody else's; no old word erases a school or moves a phone.

    A backup of an older migration has none of these.
    """
    found = inspect(connection)
    if "watched_until" in {each["name"] for each in found.get_columns("senders")}:
        connection.execute(update(_SENDERS).values(watched_until=None))
    for word in (_ERASURES, _MOVES):
        if found.has_table(word.name):
            connection.execute(delete(word))
