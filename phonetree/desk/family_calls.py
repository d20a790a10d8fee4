"""The phone tree that the name promises: families nobody reached are handed to staff, masked, one after another."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, case, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from phonetree.desk.call_consent import calls_for
from phonetree.desk.call_ledger import NewCall, queue_call
from phonetree.desk.exchange import Exchange, Target
from phonetree.desk.means import Means
from phonetree.desk.outbox import audit
from phonetree.desk.pauses import BY_FREEZE
from phonetree.desk.people import LEAD, PARENT, STAFF_ROLES
from phonetree.desk.schools import school_of
from phonetree.desk.tallies import reached
from phonetree.dialogue.context import FamilyAtHand
from phonetree.dialogue.effects import Action, NoteFamily
from phonetree.dialogue.outcomes import FamilyFound, Outcome
from phonetree.flows import called, tree
from phonetree.models import (
    CALL,
    Alert,
    Broadcast,
    CallLane,
    CallOutcome,
    Delivery,
    FamilyTask,
    Membership,
    Person,
    Site,
    State,
    new_id,
)
from phonetree.words.crypto import CannotDecrypt

EACH = 5
"""Families that one staff member is handed at most."""
WHISPER = "family:"
"""How the matter of a call to a family begins: it is no call of the machine's, staff are being joined to it."""
OUTCOMES = {"reached": CallOutcome.HEARD, "voicemail": CallOutcome.VOICEMAIL, "nobody": CallOutcome.NO_ANSWER}


# --- whom nobody reached, and who is to call them --------------------------------------------------------------------


def hand_out(session: Session, means: Means) -> None:
    """Once for each alert, when the protocol's time has passed: five families to each staff member, who is called."""
    untold = ~exists().where(FamilyTask.alert_id == Alert.id)
    open_now = (Alert.closed_at.is_(None), Alert.reaches_families, ~Alert.is_drill)
    for alert in session.scalars(select(Alert).where(*open_now, untold, ~_is_paused(Alert.id))):
        if _is_due(session, means, alert):
            _hand_out(session, means, alert)


def outcomes(session: Session, means: Means, alert: Alert) -> tuple[int, int]:
    """Families that staff reached, and those that nobody did once it was staff's turn."""
    by_staff = select(func.count()).where(FamilyTask.alert_id == alert.id, FamilyTask.outcome == "reached")
    nobody = len(_unreached(session, alert)) if _is_due(session, means, alert) else 0
    return session.scalar(by_staff) or 0, nobody


def _is_paused(alert_id: int | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Or a freeze of it ended by itself: then nobody has said since that it is true."""
    held = Broadcast.paused_at.is_not(None) | (Broadcast.paused_by == BY_FREEZE)
    return exists().where(Broadcast.alert_id == alert_id, held)


def _is_due(session: Session, means: Means, alert: Alert) -> bool:
    after = school_of(means, session.get_one(Site, alert.site_id)).protocol.tree_after
    ends = alert.closed_at or means.now()
    # Staff may have heard of it earlier, on the network's word.
    told = select(func.max(Broadcast.created_at)).where(Broadcast.alert_id == alert.id)
    told_at = session.scalar(told.where(Broadcast.action == Action.ALERT)) or alert.opened_at
    return alert.reaches_families and not alert.is_drill and told_at + after <= ends


def _hand_out(session: Session, means: Means, alert: Alert) -> None:
    site = session.get_one(Site, alert.site_id)
    families = _unreached(session, alert)
    staff = _staff(session, site, families)[: len(families)]
    if not staff:
        return
    for place, family in enumerate(families[: EACH * len(staff)]):
        person = staff[place % len(staff)]
        session.add(
            FamilyTask(alert_id=alert.id, person_id=family, staff_id=person.id, place=place, made_at=means.now())
        )
    life = school_of(means, site).protocol.expires
    new = NewCall(tree.hello, CallLane.LATER, matter=str(alert.id), life=life)
    for person in staff:
        queue_call(session, means, person, site, new)
    about = f"alert {alert.number}, {len(families)} families, {len(staff)} staff"
    audit(session, means, "handed to staff", site=site, actor=None, about=about)


def _unreached(session: Session, alert: Alert) -> Sequence[str]:
    """Families that were to hear the alert, agreed to calls and were not reached; in the order of their deliveries."""
    other, told = aliased(Delivery), aliased(Broadcast)
    parent = aliased(Membership)
    consents = calls_for(alert.kind, is_drill=alert.is_drill)
    is_parent = exists().where(
        parent.person_id == Person.id,
        parent.site_id == alert.site_id,
        parent.role == PARENT,
        parent.is_held.is_(False),
        parent.calls.in_(consents),
    )
    was_reached = (
        exists()
        .where(other.person_id == Person.id, told.id == other.broadcast_id, told.alert_id == alert.id)
        .where(reached(other))
    )
    chosen = (
        select(Delivery.person_id)
        .join(Broadcast, Broadcast.id == Delivery.broadcast_id)
        .join(Person, Person.id == Delivery.person_id)
        .where(Broadcast.alert_id == alert.id, Broadcast.action == Action.ALERT)
        .where(Person.stopped_at.is_(None), is_parent, ~was_reached)
        .group_by(Delivery.person_id)
        .order_by(func.min(Delivery.id))
    )
    return session.scalars(chosen).all()


def _staff(session: Session, site: Site, families: Sequence[str]) -> list[Person]:
    """Staff who take calls and are reached themselves; leads, who have enough to do, only where it needs them."""
    leads = func.max(case((Membership.role == LEAD, 1), else_=0))
    chosen = (
        select(Person, leads)
        .join(Membership)
        .where(
            Membership.site_id == site.id,
            Membership.role.in_(STAFF_ROLES),
            Membership.is_held.is_(False),
            Membership.calls != "none",
            Person.stopped_at.is_(None),
            Person.id.not_in(families),
        )
        .group_by(Person.id)
        .order_by(leads, func.min(Membership.id))
    )
    found = [(person, bool(is_lead)) for person, is_lead in session.execute(chosen)]
    others = [person for person, is_lead in found if not is_lead]
    return others if len(others) * EACH >= len(families) else [person for person, _is_lead in found]


# --- one staff member's call -----------------------------------------------------------------------------------------


def family_at_hand(session: Session, x: Exchange) -> FamilyAtHand | None:
    """The family that this staff member calls now or next."""
    task = _at_hand(session, x)
    if task is None:
        return None
    mine = (FamilyTask.alert_id == task.alert_id, FamilyTask.staff_id == task.staff_id)
    count = select(func.count()).where(*mine)
    before = session.scalar(count.where(FamilyTask.place < task.place)) or 0
    family = session.get_one(Person, task.person_id)
    return FamilyAtHand(family.language, before + 1, session.scalar(count) or 0)


def next_family(session: Session, x: Exchange) -> Outcome:
    return FamilyFound(is_there=_at_hand(session, x) is not None)


def note_family(session: Session, x: Exchange, asked: NoteFamily) -> None:
    task = _at_hand(session, x)
    if task is None or task.dialled_at is None:
        return
    task.outcome = asked.outcome
    whisper = _whisper(session, task)
    if whisper is not None:
        whisper.outcome = OUTCOMES[asked.outcome]
        whisper.state = State.UNDELIVERED if asked.outcome == "nobody" else State.DELIVERED
        whisper.final_at = x.means.now()


def target(session: Session, x: Exchange) -> Target | None:
    """The family at hand, who hear the alert before they are joined. None where there is none."""
    task = _at_hand(session, x)
    if task is None:
        return None
    family = session.get_one(Person, task.person_id)
    task.dialled_at = task.dialled_at or x.means.now()
    try:
        number = x.means.number_of(family)
    except CannotDecrypt:
        return None
    whisper = _whisper(session, task) or _new_whisper(session, x, task, family)
    return Target(number, whisper.attempt)


def is_whisper(delivery: Delivery | None) -> bool:
    """Whether this is the leg of somebody whom staff are being joined to."""
    return delivery is not None and (delivery.matter or "").startswith(WHISPER)


def _at_hand(session: Session, x: Exchange) -> FamilyTask | None:
    """Whom they were joined to and have not told of; else the next whom still nobody reached."""
    alert = _alert_of(session, x)
    if alert is None:
        return None
    mine = (FamilyTask.alert_id == alert.id, FamilyTask.staff_id == x.person.id, FamilyTask.outcome == "")
    tasks = session.scalars(select(FamilyTask).where(*mine).order_by(FamilyTask.place)).all()
    if dialled := next((task for task in tasks if task.dialled_at), None):
        return dialled
    goes_on = alert.closed_at is None and not session.scalar(select(_is_paused(alert.id)))
    left = set(_unreached(session, alert)) if tasks and goes_on else ()
    return next((task for task in tasks if task.person_id in left), None)


def _alert_of(session: Session, x: Exchange) -> Alert | None:
    """The alert that a call to this staff member is about."""
    if x.delivery is None or x.delivery.begins != tree.hello.name or not (x.delivery.matter or "").isdigit():
        return None
    return session.get(Alert, int(x.delivery.matter or ""))


def _whisper(session: Session, task: FamilyTask) -> Delivery | None:
    return session.scalar(select(Delivery).where(Delivery.matter == f"{WHISPER}{task.id}"))


def _new_whisper(session: Session, x: Exchange, task: FamilyTask, family: Person) -> Delivery:
    """The family's leg. The carrier rings it for the staff's call, so no worker places it."""
    of_alert = (Broadcast.alert_id == task.alert_id, Broadcast.action == Action.ALERT)
    broadcast = session.scalars(select(Broadcast).where(*of_alert).order_by(Broadcast.id).limit(1)).one()
    before = select(func.max(Delivery.copy)).where(
        Delivery.broadcast_id == broadcast.id, Delivery.person_id == family.id, Delivery.channel == CALL
    )
    last = session.scalar(before)
    whisper = Delivery(
        broadcast_id=broadcast.id,
        site_id=x.site.id,
        sender_id=x.sender.id,
        person_id=family.id,
        channel=CALL,
        copy=0 if last is None else last + 1,
        lane=CallLane.LATER,
        language=family.language,
        segments=0,
        begins=called.before_joining.name,
        matter=f"{WHISPER}{task.id}",
        state=State.SUBMITTED,
        attempt=new_id(),
        expires_at=broadcast.expires_at,
        created_at=x.means.now(),
        submitted_at=x.means.now(),
    )
    session.add(whisper)
    session.flush()
    return whisper
