"""The voice of a school frozen: by a lead, or by the tree itself when somebody else speaks with its number.

While it is frozen nothing of an alert goes out: no alert, no update, no drill, and **no end and no correction either**.
Whoever freezes does not know who is speaking; a false "no longer seen" harms as much as a false alert. Texts to leads,
answers to families and the hotline go on.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, exists, func, or_, select, update
from sqlalchemy.orm import Session

from phonetree.desk.alert_texts import moment
from phonetree.desk.means import Means
from phonetree.desk.outbox import QUEUED, audit, tell_leads
from phonetree.desk.pauses import BY_FREEZE, BY_LEAD
from phonetree.desk.schools import lock_site, school_of
from phonetree.dialogue.guards import FrozenNow, Guard
from phonetree.flows import guards_told
from phonetree.models import (
    Alert,
    Broadcast,
    Delivery,
    Freeze,
    Person,
    PostState,
    Proposal,
    RelayPost,
    Site,
    State,
    Thaw,
)

FREEZE_LIFE = timedelta(minutes=30)
LEADS_TO_THAW = 2


class Why(StrEnum):
    """Why it is frozen: a lead asked, or a text went out from our number that our ledger did not send."""

    LEAD = "lead"
    CANARY = "canary"


CANARY = Why.CANARY


def freeze(session: Session, means: Means, site: Site, *, by: Person | None, why: Why = Why.LEAD) -> Freeze:
    """Hold all that waits, close every open preview, tell the leads. A freeze that stands already is left as it is."""
    _close_previews(session, site)  # before the school is locked, as a release locks them: nobody waits in a ring
    lock_site(session, site)
    if standing := standing_at(session, site):
        return standing
    now = means.now()
    frozen = Freeze(site_id=site.id, person_id=by.id if by else None, why=why, at=now, until=now + FREEZE_LIFE)
    session.add(frozen)
    session.flush()
    held = _hold(session, means, site)
    audit(session, means, f"frozen: {why}", site=site, actor=by, about=f"{held} held")
    until = moment(school_of(means, site), frozen.until, now)
    words = guards_told.frozen_by_lead(until) if why == Why.LEAD else guards_told.frozen_by_canary(until)
    tell_leads(session, means, site, words, besides=by.id if by else None)
    return frozen


def is_frozen(session: Session, site: Site) -> bool:
    """Whether nothing of an alert may be sent for this school."""
    return standing_at(session, site) is not None


def standing_at(session: Session, site: Site) -> Freeze | None:
    """The freeze that has not ended. It stands until a round, or two leads, end it."""
    return session.scalar(select(Freeze).where(Freeze.site_id == site.id, Freeze.ended_at.is_(None)).limit(1))


def frozen_now(session: Session, means: Means, site: Site) -> FrozenNow | None:
    """The same as leads may know it."""
    frozen = standing_at(session, site)
    if frozen is None:
        return None
    return FrozenNow(moment(school_of(means, site), frozen.until, means.now()), is_by_lead=frozen.why == Why.LEAD)


def hold_if_frozen(session: Session, means: Means, site: Site, broadcast: Broadcast) -> None:
    """What is made while the voice is frozen is born held, whoever made it. The school is locked from here on."""
    lock_site(session, site)
    if is_frozen(session, site):
        broadcast.paused_at, broadcast.paused_by = means.now(), BY_FREEZE


def thaw(session: Session, means: Means, site: Site, frozen: Freeze, lead: Person) -> int | None:
    """One lead's word that it may end. None: one more lead has to say so; else how many phones wait for SEND."""
    session.merge(Thaw(freeze_id=frozen.id, person_id=lead.id, at=means.now()))
    session.flush()
    said = session.scalar(select(func.count()).where(Thaw.freeze_id == frozen.id)) or 0
    audit(session, means, "would thaw", site=site, actor=lead, about=f"{said} of {LEADS_TO_THAW}")
    if said < LEADS_TO_THAW:
        tell_leads(session, means, site, guards_told.thaw_wanted(), besides=lead.id)
        return None
    frozen.ended_at = means.now()
    held = _leave_paused(session, means, site)
    tell_leads(session, means, site, guards_told.thawed(held), besides=lead.id)
    return held


def end_what_is_over(session: Session, means: Means) -> None:
    """After its half hour a freeze ends by itself. What it held is not sent any more: nobody said that it is true."""
    over = select(Freeze).where(Freeze.ended_at.is_(None), Freeze.until <= means.now())
    for frozen in session.scalars(over.with_for_update(key_share=True)):
        site = session.get_one(Site, frozen.site_id)
        frozen.ended_at = means.now()
        dropped = _drop(session, means, site)
        audit(session, means, "the freeze ended by itself", site=site, actor=None, about=f"{dropped} not sent")
        tell_leads(session, means, site, guards_told.ended_by_itself(dropped))


def forget_word_of(session: Session, frozen: Freeze, lead: Person) -> None:
    """Who leads no more thaws nothing."""
    if said := session.get(Thaw, (frozen.id, lead.id)):
        session.delete(said)


def _close_previews(session: Session, site: Site) -> None:
    """Nothing that would send, or go on, is confirmed any more. What only guards stays open."""
    would_send = (Proposal.site_id == site.id) & (Proposal.state == "open") & Proposal.action.not_in(tuple(Guard))
    session.execute(update(Proposal).where(would_send).values(state="withdrawn"))


def _hold(session: Session, means: Means, site: Site) -> int:
    """Pause every broadcast of an alert that may still say something; what a lead paused stays that lead's."""
    is_open = Broadcast.alert_id.in_(select(Alert.id).where(Alert.site_id == site.id, Alert.closed_at.is_(None)))
    live = Broadcast.alert_id.is_not(None) & or_(is_open, Broadcast.expires_at > means.now())
    mine = (Broadcast.site_id == site.id) & Broadcast.paused_at.is_(None) & live
    session.execute(update(Broadcast).where(mine).values(paused_at=means.now(), paused_by=BY_FREEZE))
    return _waiting(session, site)


def _leave_paused(session: Session, means: Means, site: Site) -> int:
    """What was held waits on as after an ABORT: a lead's SEND, with code and PIN, lets it go."""
    held = _waiting(session, site)
    texts = exists().where(Delivery.broadcast_id == Broadcast.id, Delivery.state == State.PENDING)
    posts = exists().where(RelayPost.broadcast_id == Broadcast.id, RelayPost.state == PostState.PENDING)
    paused = {"paused_at": means.now(), "paused_by": BY_LEAD, "pause_told": 0}
    session.execute(update(Broadcast).where(_is_held(site), texts | posts).values(paused))
    session.execute(update(Broadcast).where(_is_held(site)).values(paused_at=None, paused_by=""))
    session.info[QUEUED] = True
    return held


def _drop(session: Session, means: Means, site: Site) -> int:
    held = select(Broadcast.id).where(_is_held(site))
    dropped = _waiting(session, site)
    session.execute(
        update(Delivery)
        .where(Delivery.broadcast_id.in_(held), Delivery.state == State.PENDING)
        .values(state=State.EXPIRED, final_at=means.now())
    )
    session.execute(
        update(RelayPost)
        .where(RelayPost.broadcast_id.in_(held), RelayPost.state == PostState.PENDING)
        .values(state=PostState.CANCELLED, body_sealed=None, done_at=means.now())
    )
    session.execute(update(Broadcast).where(_is_held(site)).values(paused_at=None))
    return dropped


def _is_held(site: Site) -> ColumnElement[bool]:
    return (Broadcast.site_id == site.id) & (Broadcast.paused_by == BY_FREEZE) & Broadcast.paused_at.is_not(None)


def _waiting(session: Session, site: Site) -> int:
    """Phones, each once."""
    counted = select(func.count(Delivery.person_id.distinct())).join(Broadcast, Broadcast.id == Delivery.broadcast_id)
    return session.scalar(counted.where(_is_held(site), Delivery.state == State.PENDING)) or 0
