"""The chain of what was done: entries are linked in the rounds, in batches; whoever writes one waits for nobody.

The link of an entry is SHA-256(link before ‖ SHA-256(its content)), so that what belongs to another school can be left
out of an export, all but its digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from phonetree.desk.means import Means
from phonetree.models import AuditEnd, AuditEntry, Mark
from phonetree.models.base import EPOCH

log = structlog.get_logger()

HEAD, DROPPED = "head", "dropped"
BEGIN = bytes(32)
"""What the first link of all hangs on."""
IN_ONE_GO = 1000
DROPPING = "dropped the oldest of the audit"
TOLD_EVERY = timedelta(days=1)
_TOLD = "audit head"
_GROUP = 4


@dataclass(frozen=True, slots=True)
class Link:
    """A place in the chain."""

    place: int
    link: bytes

    def after(self, digest: bytes) -> Link:
        return Link(self.place + 1, hashlib.sha256(self.link + digest).digest())

    @property
    def printed(self) -> str:
        """In letters alone: a log hides what looks like a phone number."""
        return in_letters(self.link)


FIRST = Link(0, BEGIN)


def in_letters(link: bytes) -> str:
    """Sixty-four of sixteen letters, in groups, to be read aloud or compared by eye."""
    letters = link.hex().translate(str.maketrans("0123456789abcdef", "ghijkmnpqrabcdef"))
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def digest_of(site_id: int | None, actor: str | None, what: str, about: str, at: datetime) -> bytes:
    """Of the content of one entry."""
    content = [site_id, actor, what, about, milliseconds(at)]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).digest()


def milliseconds(at: datetime) -> int:
    return (at - EPOCH) // timedelta(milliseconds=1)


def digest(entry: AuditEntry) -> bytes:
    """What is linked of an entry; of one whose school was forgotten nothing else is left."""
    return entry.digest or digest_of(entry.site_id, entry.actor_id, entry.what, entry.about, entry.at)


# --- the rounds -------------------------------------------------------------------------------------------------------


def link_round(session: Session, means: Means) -> None:
    """Link what was written since the last round, and once a day say in the log where the chain ends."""
    _say_head(session, means, link_waiting(session, means))


def link_waiting(session: Session, means: Means) -> AuditEnd:
    """Link what was written and has no place yet. Returns where the chain ends."""
    head = _locked(session, means, HEAD)
    waiting = select(AuditEntry).where(AuditEntry.place.is_(None)).order_by(AuditEntry.id).limit(IN_ONE_GO)
    _link(session.scalars(waiting), head, means)
    return head


def _link(entries: Iterable[AuditEntry], head: AuditEnd, means: Means) -> None:
    end = Link(head.place, head.link)
    for entry in entries:
        end = end.after(digest(entry))
        entry.place, entry.link = end.place, end.link
    if end.place != head.place:
        head.place, head.link, head.at = end.place, end.link, means.now()


def _locked(session: Session, means: Means, name: str) -> AuditEnd:
    """One end of the chain, which two rounds at once can only move one after the other."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    new = dialect.insert(AuditEnd).values(name=name, place=0, link=BEGIN, at=means.now())
    session.execute(new.on_conflict_do_nothing())
    return session.scalars(select(AuditEnd).where(AuditEnd.name == name).with_for_update()).one()


def _say_head(session: Session, means: Means, head: AuditEnd) -> None:
    mark = session.get(Mark, _TOLD)
    if mark is not None and mark.at > means.now() - TOLD_EVERY:
        return
    session.merge(Mark(name=_TOLD, at=means.now()))
    log.info("the audit ends here", place=head.place, head=in_letters(head.link))


# --- reading it, and dropping its oldest part -------------------------------------------------------------------------


def ends(session: Session) -> tuple[Link, Link]:
    """What the chain begins after, and where it ends."""
    found = {end.name: Link(end.place, end.link) for end in session.scalars(select(AuditEnd))}
    return found.get(DROPPED, FIRST), found.get(HEAD, FIRST)


def drop_before(session: Session, means: Means, until: datetime) -> int:
    """Drop the oldest entries, up to the first that is not older; the rest still verifies. Returns how many.

    The chain begins after the last that was dropped, and an entry of its own says so.
    """
    head, dropped = _locked(session, means, HEAD), _locked(session, means, DROPPED)
    young = select(func.min(AuditEntry.place)).where(AuditEntry.place.is_not(None), AuditEntry.at >= until)
    last = (session.scalar(young) or head.place + 1) - 1
    entry = session.scalar(select(AuditEntry).where(AuditEntry.place == last))
    if entry is None or entry.link is None or last <= dropped.place:
        return 0
    gone, dropped.place, dropped.link, dropped.at = last - dropped.place, last, entry.link, means.now()
    session.execute(delete(AuditEntry).where(AuditEntry.place <= last))
    about = about_dropping(Link(last, dropped.link))
    session.add(AuditEntry(what=DROPPING, about=about, at=means.now()))
    return gone


def forget_some(session: Session, site_id: int, most: int) -> int:
    """What was done at a school that is forgotten leaves digests alone; what is not linked yet leaves nothing."""
    entries = session.scalars(select(AuditEntry).where(AuditEntry.site_id == site_id).limit(most)).all()
    for entry in entries:
        if entry.place is None:
            session.delete(entry)
        else:
            entry.digest = digest(entry)
            entry.site_id, entry.actor_id, entry.what, entry.about = None, None, "", ""
    return len(entries)


def about_dropping(last: Link) -> str:
    """What the entry says, without which a chain that begins later has lost its beginning."""
    return f"up to {last.place}, {last.printed[:39]}"
