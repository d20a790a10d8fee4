"""What a CAP document of the network leads to: a report that waits for a lead, a word to the leads, or a record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from phonetree.desk import cap_follow_ups, network_alerts
from phonetree.desk.cap_documents import CapDocument, Happening, Message, Reference, Status
from phonetree.desk.means import Means
from phonetree.desk.network_alerts import RECORDED, WAITING
from phonetree.desk.network_at_once import send_at_once
from phonetree.desk.outbox import QUEUED, audit
from phonetree.desk.schools import next_number, school_of
from phonetree.dialogue.effects import Action, Kind
from phonetree.flows.kinds import ELSEWHERE, SIGHTINGS
from phonetree.models import CapKey, NetworkAlert, Site, writing
from phonetree.models.database import once_more
from phonetree.school.schema import School

OLDEST = timedelta(minutes=10)
FROM_THE_FUTURE = timedelta(minutes=2)
"""Clocks differ by so much."""
MOST_IN_A_MINUTE = 30
RECORDED_ONLY = frozenset({Status.TEST, Status.SYSTEM, Status.DRAFT})
ANSWERS = frozenset({Message.ACK, Message.ERROR})


class CapRefused(Exception):
    """The document is understood and not taken; nothing is written. The reason quotes nothing of it."""


class SeenBefore(CapRefused):
    """The same document came before, and had its effect then."""


class TooMany(CapRefused):
    """More of them than the leads could read."""


class KeyGone(CapRefused):
    """The key was revoked this moment."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Under which number it is known (0: none), and what becomes of it."""

    number: int
    what: str


def receive(engine: Engine, means: Means, key_id: int, document: CapDocument) -> Taken:
    """Take the document, all of it or nothing."""
    taken, is_queued = once_more(partial(_receive, engine, means, key_id, document))
    if is_queued:
        means.doorbell.ring()
    return taken


def _receive(engine: Engine, means: Means, key_id: int, document: CapDocument) -> tuple[Taken, bool]:
    with writing(engine) as session:
        # One document of one key at a time: a repeat is known, and the count is right.
        key = session.get(CapKey, key_id, with_for_update=True)
        if key is None or key.revoked_at is not None:
            raise KeyGone("the key is not known")
        site = session.get_one(Site, key.site_id)
        referred = _check(session, means, site, key, document)
        taken = _take(session, means, site, key, document, referred)
        return taken, QUEUED in session.info


# --- what is refused --------------------------------------------------------------------------------------------------


def _check(session: Session, means: Means, site: Site, key: CapKey, document: CapDocument) -> Sequence[NetworkAlert]:
    """What the document refers to; raises CapRefused."""
    now = means.now()
    recent = (NetworkAlert.key_id == key.id, NetworkAlert.made_at > now - timedelta(minutes=1))
    if (session.scalar(select(func.count()).where(*recent)) or 0) >= MOST_IN_A_MINUTE:
        raise TooMany(f"more than {MOST_IN_A_MINUTE} documents in a minute; try again in a minute")
    if document.itself.sent < now - OLDEST:
        raise CapRefused("sent is over ten minutes ago")
    if document.itself.sent > now + FROM_THE_FUTURE:
        raise CapRefused("sent is in the future; are the clocks right?")
    if before := _known(session, means, site, key, document.itself):
        about = f", as {before.number}" if before.number else ""
        raise SeenBefore(f"this document came before{about}; nothing was done a second time")
    if _is_recorded_only(document):
        return ()
    return _check_what_it_says(session, means, site, key, document)


def _check_what_it_says(
    session: Session, means: Means, site: Site, key: CapKey, document: CapDocument
) -> Sequence[NetworkAlert]:
    is_end, info = document.message is Message.CANCEL, _happening(means, site, document)
    if info is None and not is_end:
        raise CapRefused("info is missing")
    if info is not None and info.expires is not None and info.expires <= means.now() and not is_end:
        raise CapRefused("expires is past")
    if not document.references and document.message is not Message.ALERT:
        raise CapRefused("references is missing")
    found = [_known(session, means, site, key, reference) for reference in document.references]
    known = [row for row in found if row is not None]
    if len(known) < len(found):
        raise CapRefused("references name a document that did not come here; send what holds as a new Alert")
    return known


def _known(session: Session, means: Means, site: Site, key: CapKey, reference: Reference) -> NetworkAlert | None:
    """Of the same network; one network's names say nothing about another's documents."""
    same = (NetworkAlert.site_id == site.id, NetworkAlert.identity == reference.identity(means, key.name))
    return session.scalar(select(NetworkAlert).where(*same))


def _is_recorded_only(document: CapDocument) -> bool:
    return document.status in RECORDED_ONLY or document.message in ANSWERS


def _happening(means: Means, site: Site, document: CapDocument) -> Happening | None:
    return document.told_in(school_of(means, site).site.languages[0])


# --- what is taken ----------------------------------------------------------------------------------------------------


def _take(
    session: Session,
    means: Means,
    site: Site,
    key: CapKey,
    document: CapDocument,
    referred: Sequence[NetworkAlert],
) -> Taken:
    row = _recorded(session, means, site, key, document, referred)
    audit(session, means, f"CAP {document.status} {document.message}", site=site, actor=None)
    if _is_recorded_only(document):
        return Taken(0, "recorded; nobody is told")
    _describe(means, site, row, document)
    if document.message is not Message.ALERT:
        live = cap_follow_ups.follow(session, means, site, row, referred, is_end=document.message is Message.CANCEL)
        if live is not None:
            return Taken(live.number, live.what)
    _wait(session, means, site, row)
    if document.message is Message.ALERT and send_at_once(session, means, site, row):
        return Taken(row.number, "sent at once to those whom the school lets the network tell; a lead decides the rest")
    network_alerts.tell(session, means, site, row)
    return Taken(row.number, "waits for a lead")


def _recorded(
    session: Session,
    means: Means,
    site: Site,
    key: CapKey,
    document: CapDocument,
    referred: Sequence[NetworkAlert],
) -> NetworkAlert:
    now = means.now()
    row = NetworkAlert(
        site_id=site.id,
        number=0,
        channel="cap",
        key_id=key.id,
        action=Action.DRILL if document.status is Status.EXERCISE else Action.ALERT,
        kind="",
        place="",
        level="",
        state=RECORDED,
        identity=document.itself.identity(means, key.name),
        follows_id=max((each.id for each in referred), default=None),
        made_at=now,
        expires_at=now + school_of(means, site).protocol.expires,
    )
    session.add(row)
    session.flush()
    return row


def _describe(means: Means, site: Site, row: NetworkAlert, document: CapDocument) -> None:
    """Kind, place and level as our form has them, and the words, sealed, for the leads."""
    info = _happening(means, site, document)
    if info is None:
        return
    kind = info.known_kind()
    row.kind, row.level = kind or "", info.level
    row.place = place_of(school_of(means, site), kind, info.place)
    if info.expires is not None:
        row.expires_at = min(row.expires_at, info.expires)
    network_alerts.add_words(means, site, row, info.words)


def place_of(school: School, kind: Kind | None, key: str) -> str:
    """The digit of the school's place; what it does not list is another place, where the kind can have one."""
    digits = {place.key: str(place.digit) for place in school.places}
    return digits.get(key) or (ELSEWHERE if kind in SIGHTINGS else "")


def _wait(session: Session, means: Means, site: Site, row: NetworkAlert) -> None:
    row.number, row.state, row.told_at = next_number(session, site), WAITING, means.now()
    session.flush()
