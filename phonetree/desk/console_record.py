"""The record of a school at the console: what was done, when, and by which role; and all of it as a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from phonetree.desk import audit_chain, audit_export, pretences
from phonetree.desk.console_doors import SignedIn
from phonetree.desk.console_turns import exchange_of
from phonetree.desk.exchange import Exchange
from phonetree.desk.means import Means
from phonetree.desk.people import LEAD
from phonetree.desk.schools import school_of
from phonetree.models import AuditEntry, Membership, Person, Site, reading, writing

AT_ONCE = 50
SERVER, SELF, LEADS, OTHERS, GONE = "server", "self", "lead", "other", "gone"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done. *by*: the server, who reads this, a lead, somebody else of the school, somebody gone."""

    at: datetime
    what: str
    about: str
    by: str


@dataclass(frozen=True, slots=True)
class Record:
    """*older*: the place from which the next page goes on; None where this is the last."""

    entries: tuple[Entry, ...]
    older: int | None
    may_export: bool


def record_at(engine: Engine, means: Means, lead: SignedIn, before: int | None) -> Record:
    """The newest first."""
    with reading(engine) as session:
        x = exchange_of(session, means, lead)
        chosen = select(AuditEntry).where(AuditEntry.site_id == x.site.id).order_by(AuditEntry.id.desc())
        if before is not None:
            chosen = chosen.where(AuditEntry.id < before)
        until = _shown_until(session, x)
        if until is not None:
            chosen = chosen.where(AuditEntry.at < until)
        found = session.scalars(chosen.limit(AT_ONCE + 1)).all()
        shown = found[:AT_ONCE]
        zone = school_of(means, x.site).site.timezone
        entries = [
            Entry(each.at.astimezone(zone), each.what, each.about, _by(session, x, each.actor_id)) for each in shown
        ]
        return Record(tuple(entries), shown[-1].id if len(found) > AT_ONCE else None, may_export=until is None)


def export(engine: Engine, means: Means, lead: SignedIn) -> Iterator[str] | None:
    """The lines of the file, whole and verified by anybody; of other schools digests alone.

    None for a lead who is shown something else than what is so.
    """
    with writing(engine) as session:
        x = exchange_of(session, means, lead)
        if _shown_until(session, x) is not None:
            return None
        audit_chain.link_waiting(session, means)
        site = session.get_one(Site, x.site.id)
    return audit_export.export(engine, means, site, lambda _count: None)


def _shown_until(session: Session, x: Exchange) -> datetime | None:
    """What was done since a lead is under duress would give the others away."""
    shown = pretences.standing(session, x.person, x.site)
    return shown[0].opened_at if shown else None


def _by(session: Session, x: Exchange, actor_id: str | None) -> str:
    """The role, as it is now. Which person it was stands on no page."""
    if actor_id is None:
        return SERVER
    if actor_id == x.person.id:
        return SELF
    if session.get(Person, actor_id) is None:
        return GONE
    is_lead = (Membership.person_id == actor_id) & (Membership.site_id == x.site.id) & (Membership.role == LEAD)
    return LEADS if session.scalar(select(Membership.id).where(is_lead)) is not None else OTHERS
