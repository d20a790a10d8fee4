"""A report of the network goes out once, whoever sends it: claimed before the release, settled with the alert after."""

from __future__ import annotations

from sqlalchemy.orm import Session

from phonetree.desk import network_alerts
from phonetree.desk.means import Means
from phonetree.desk.network_alerts import SENT, WAITING
from phonetree.desk.outbox import tell_leads
from phonetree.desk.schools import school_of
from phonetree.dialogue.effects import Action, Level
from phonetree.flows import reported
from phonetree.models import Alert, Broadcast, NetworkAlert, Proposal, Site
from phonetree.school.schema import Audience, School


def claim(session: Session, proposal: Proposal) -> bool:
    """Whether what was proposed may still go: of two leads at once, the first sends it. Every other preview lapses."""
    if proposal.network_alert_id is None:
        return True
    row = session.get_one(
        NetworkAlert, proposal.network_alert_id, populate_existing=True, with_for_update={"key_share": True}
    )
    is_behind = proposal.alert_id is None and row.action == Action.ALERT and row.alert_id is not None
    if row.state != WAITING or is_behind:
        return False
    network_alerts.withdraw_previews(session, row, besides=proposal.id)
    return True


def settle(session: Session, means: Means, site: Site, proposal: Proposal, broadcast: Broadcast) -> None:
    """What became of it: sent, or, where families are still to hear of it, waiting on for a lead."""
    alert = session.get_one(Alert, broadcast.alert_id)
    if alert.closed_at is not None and not alert.is_drill:
        network_alerts.end_with(session, means, alert)
    if proposal.network_alert_id is None:
        return
    row = session.get_one(NetworkAlert, proposal.network_alert_id)
    row.alert_id = alert.id
    is_waiting = proposal.is_by_network and others_wait(school_of(means, site), proposal.level)
    if proposal.is_by_network:
        report, words = network_alerts.as_reported(session, means, site, row), network_alerts.words_of(means, site, row)
        went = reported.went_at_once(report, words, broadcast.phones, is_waiting=is_waiting)
        tell_leads(session, means, site, went)
    if not is_waiting:
        network_alerts.end(session, means, row, SENT)


def others_wait(school: School, level: str) -> bool:
    """Whether the protocol names people of the school whom the network may not tell without a lead."""
    protocol = school.protocol
    names = protocol.unconfirmed if level == Level.UNCONFIRMED else protocol.confirmed
    return bool({Audience.PARENTS, Audience.STAFF}.intersection(names).difference(protocol.network_may_send))
