"""An approved proposal goes out: the alert is opened, updated or ended, and its broadcast is written, all at once."""

from __future__ import annotations

from typing import assert_never

from sqlalchemy.orm import Session

from phonetree.desk import alert_calls, broadcasts, network_release, pauses, relaying, verdicts
from phonetree.desk.alert_texts import body_of
from phonetree.desk.freezing import hold_if_frozen
from phonetree.desk.holding import call_off
from phonetree.desk.means import Means
from phonetree.desk.outbox import audit
from phonetree.desk.proposals import names_of, recipients_of
from phonetree.desk.schools import next_number, school_of
from phonetree.dialogue.effects import Action
from phonetree.models import Alert, Broadcast, Person, Proposal, Site
from phonetree.school.schema import School


def release(session: Session, means: Means, site: Site, proposal: Proposal, actor: Person) -> int:
    """Do what was proposed. Returns the number of phones."""
    proposal.state = "released"
    action = Action(proposal.action)
    audit(session, means, f"released {action}", site=site, actor=actor, about=f"proposal {proposal.id}")
    match action:
        case Action.RESUME:
            return pauses.resume(session, session.get_one(Alert, proposal.alert_id))
        case Action.ABORT:
            return pauses.hold(session, means, session.get_one(Alert, proposal.alert_id), site, actor)
        case Action.ALERT | Action.DRILL | Action.UPDATE | Action.CLEAR | Action.CORRECT:
            return send_out(session, means, site, proposal, actor.id)
        case _:
            assert_never(action)


def send_out(session: Session, means: Means, site: Site, proposal: Proposal, asked_by: str) -> int:
    """Open, follow or end the alert and write its broadcast. Returns the number of phones."""
    action, school, now = Action(proposal.action), school_of(means, site), means.now()
    recipients = recipients_of(session, means, site, proposal)
    body = body_of(session, means, site, proposal)
    alert = (
        _opened(session, means, site, proposal)
        if proposal.alert_id is None
        else _followed(session, means, school, proposal)
    )
    broadcast = Broadcast(
        site_id=site.id,
        sender_id=site.sender_id,
        alert_id=alert.id,
        action=action,
        lane=broadcasts.lane_of(action),
        asked_by=asked_by,
        created_at=now,
        expires_at=now + school.protocol.expires,
    )
    if action is not Action.DRILL and action in {Action.ALERT, Action.UPDATE}:
        alert.next_due_at = now + school.protocol.next_text
    hold_if_frozen(session, means, site, broadcast)
    phones = broadcasts.queue_broadcast(session, means, broadcast, recipients, body)
    verdicts.became_alert(session, means, site, proposal, broadcast)
    alert_calls.call_those_too_late(session, means, broadcast)
    relaying.queue_posts(session, means, broadcast, body)
    network_release.settle(session, means, site, proposal, broadcast)
    return phones


def _opened(session: Session, means: Means, site: Site, proposal: Proposal) -> Alert:
    now, is_drill = means.now(), proposal.action == Action.DRILL
    alert = Alert(
        site_id=site.id,
        number=next_number(session, site),
        kind=proposal.kind,
        place=proposal.place,
        level=proposal.level,
        is_drill=is_drill,
        source=proposal.source,
        reaches_families=broadcasts.reaches_families(names_of(school_of(means, site), proposal)),
        opened_at=now,
        level_at=now,
        latest_at=now,
        closed_at=now if is_drill else None,
    )
    session.add(alert)
    session.flush()
    proposal.alert_id = alert.id
    return alert


def _followed(session: Session, means: Means, school: School, proposal: Proposal) -> Alert:
    """The alert that it follows. What has not gone of an alert must not go after its end."""
    alert, now = session.get_one(Alert, proposal.alert_id), means.now()
    alert.latest_at = now
    if proposal.action == Action.ALERT:  # staff heard of it on the network's word, now the others do
        alert.reaches_families |= broadcasts.reaches_families(names_of(school, proposal))
    if proposal.action in {Action.CLEAR, Action.CORRECT}:
        call_off(session, means, alert)
        alert.level, alert.level_at = proposal.level, now
        alert.closed_at = alert.closed_at or now
        alert.next_due_at = None
    return alert
