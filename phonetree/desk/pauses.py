"""What is paused and goes on: by a lead's ABORT, by a stop word from a staff phone, by trouble with the carrier."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from phonetree.desk.means import Means
from phonetree.desk.outbox import QUEUED, audit, tell_leads
from phonetree.desk.proposals import CODE_LIFE, RESUME_LIFE, give_code
from phonetree.dialogue.effects import Action
from phonetree.models import Alert, Broadcast, Delivery, Person, PostState, Pretence, Proposal, RelayPost, Site, State
from phonetree.words.i18n import _

PAUSES_WITHOUT_PIN = 1
BY_LEAD, BY_CARRIER, BY_FREEZE = "lead", "carrier", "freeze"
REMIND_AT = (timedelta(minutes=5), timedelta(minutes=9))
KNOCK_AGAIN = timedelta(minutes=15)
"""What no lead waits for, such as a welcome, tries the carrier again by itself."""


def pausable(session: Session, site: Site) -> Alert | None:
    """The newest alert of the school of which something has not gone."""
    return _newest_waiting(session, site, is_paused=None)


def hold(session: Session, means: Means, alert: Alert, site: Site, actor: Person) -> int:
    """Pause what has not gone. The lead gets a code with which to go on within ten minutes (decisions 12)."""
    alert.pauses += 1
    paused = {"paused_at": means.now(), "paused_by": BY_LEAD, "pause_told": 0}
    session.execute(update(Broadcast).where(Broadcast.alert_id == alert.id).values(paused))
    held = _held(session, alert)
    _propose(session, means, alert, site, actor, Action.RESUME)
    audit(session, means, "paused", site=site, actor=actor, about=f"alert {alert.number}, {held} held")
    return held


def propose_pause(session: Session, means: Means, alert: Alert, site: Site, actor: Person) -> None:
    """A second pause of the same alert needs code and PIN."""
    _propose(session, means, alert, site, actor, Action.ABORT)


def propose_going_on(session: Session, means: Means, actor: Person, shown: Pretence, held: int) -> None:
    """The same for what a lead under duress was only shown."""
    proposal = Proposal(
        site_id=shown.site_id,
        person_id=actor.id,
        action=Action.RESUME,
        kind=shown.kind,
        place=shown.place,
        level=shown.level,
        follows_pretence_id=shown.id,
        approvals_needed=1,
        phones=held,
        created_at=means.now(),
    )
    session.add(proposal)
    session.flush()
    give_code(session, means, proposal, actor, RESUME_LIFE)


def propose_resume(session: Session, means: Means, site: Site, actor: Person) -> bool:
    """A code with which to go on with what is paused, whoever or whatever paused it."""
    alert = _newest_waiting(session, site, is_paused=True)
    if alert is not None:
        _propose(session, means, alert, site, actor, Action.RESUME)
    return alert is not None


def is_paused(session: Session, site: Site) -> bool:
    """Whether something of the school waits to be let go on."""
    return _newest_waiting(session, site, is_paused=True) is not None


def resume(session: Session, alert: Alert) -> int:
    """Let go on what waited. Returns the number of phones."""
    session.execute(update(Broadcast).where(Broadcast.alert_id == alert.id).values(paused_at=None, pause_told=0))
    session.info[QUEUED] = True
    return _held(session, alert)


def lapse(session: Session, means: Means) -> None:
    """What a lead paused and nobody resumed within ten minutes is not sent any more."""
    since = means.now() - RESUME_LIFE
    stale = select(Broadcast.id).where(Broadcast.paused_at <= since, Broadcast.paused_by == BY_LEAD)
    session.execute(
        update(Delivery)
        .where(Delivery.broadcast_id.in_(stale), Delivery.state == State.PENDING)
        .values(state=State.EXPIRED, final_at=means.now())
    )


def knock_again(session: Session, means: Means) -> None:
    """After trouble with the carrier: what belongs to no alert goes on by itself after a while."""
    since = means.now() - KNOCK_AGAIN
    waited = (Broadcast.paused_by == BY_CARRIER) & Broadcast.alert_id.is_(None) & (Broadcast.paused_at <= since)
    session.execute(update(Broadcast).where(waited).values(paused_at=None))


def remind(session: Session, means: Means) -> None:
    """A lead's pause is not let lie: one text to all leads at five and at nine minutes, before it lapses at ten."""
    waiting = exists().where(Delivery.broadcast_id == Broadcast.id, Delivery.state == State.PENDING)
    paused = (Broadcast.paused_by == BY_LEAD) & Broadcast.paused_at.is_not(None)
    for broadcast in session.scalars(select(Broadcast).where(paused, waiting)):
        due = [at for at in REMIND_AT if broadcast.paused_at and broadcast.paused_at <= means.now() - at]
        if len(due) > broadcast.pause_told:
            broadcast.pause_told = len(due)
            words = _(
                "The alert is still paused. Send SEND to go on. "
                "Ten minutes after the pause the rest is not sent any more."
            )
            tell_leads(session, means, session.get_one(Site, broadcast.site_id), words)


def _newest_waiting(session: Session, site: Site, *, is_paused: bool | None) -> Alert | None:
    texts = exists().where(Delivery.broadcast_id == Broadcast.id, Delivery.state == State.PENDING)
    posts = exists().where(RelayPost.broadcast_id == Broadcast.id, RelayPost.state == PostState.PENDING)
    chosen = (
        select(Alert)
        .join(Broadcast, Broadcast.alert_id == Alert.id)
        .where(Alert.site_id == site.id, texts | posts)
        .order_by(Alert.id.desc())
    )
    if is_paused:
        chosen = chosen.where(Broadcast.paused_at.is_not(None))
    return session.scalar(chosen.limit(1))


def _propose(session: Session, means: Means, alert: Alert, site: Site, actor: Person, action: Action) -> None:
    proposal = Proposal(
        site_id=site.id,
        person_id=actor.id,
        action=action,
        kind=alert.kind,
        place=alert.place,
        level=alert.level,
        alert_id=alert.id,
        approvals_needed=1,
        phones=_held(session, alert),
        created_at=means.now(),
    )
    session.add(proposal)
    session.flush()
    give_code(session, means, proposal, actor, RESUME_LIFE if action is Action.RESUME else CODE_LIFE)


def _held(session: Session, alert: Alert) -> int:
    counted = (
        select(func.count())
        .select_from(Delivery)
        .join(Broadcast, Broadcast.id == Delivery.broadcast_id)
        .where(Broadcast.alert_id == alert.id, Delivery.state == State.PENDING)
    )
    return session.scalar(counted) or 0
