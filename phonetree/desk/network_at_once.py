"""What the school lets the network tell without a lead: at once, to exactly those, and never to parents."""

from __future__ import annotations

from sqlalchemy.orm import Session

from phonetree.desk import freezing
from phonetree.desk.means import Means
from phonetree.desk.network_alerts import WAITING
from phonetree.desk.proposals import reach_of, takes_no_text
from phonetree.desk.release import send_out
from phonetree.desk.schools import school_of
from phonetree.dialogue.effects import Action, Kind, Level, Propose
from phonetree.flows.kinds import ELSEWHERE, PLACED, SIGHTINGS
from phonetree.models import NetworkAlert, Person, Pin, Proposal, Site

BY_NETWORK = "network"
"""Who asked for a broadcast that no person asked for."""


def send_at_once(session: Session, means: Means, site: Site, row: NetworkAlert) -> bool:
    """Send a whole report that came with a key. A proposal that nobody has to approve is never stored."""
    if freezing.is_frozen(session, site) or not is_whole(row) or not school_of(means, site).protocol.network_may_send:
        return False
    what = what_of(row)
    proposal = Proposal(
        site_id=site.id,
        action=what.action,
        kind=what.kind,
        place=what.place,
        level=what.level,
        network_alert_id=row.id,
        is_by_network=True,
    )
    if not reach_of(session, means, site, proposal).phones:
        return False
    send_out(session, means, site, proposal, BY_NETWORK)
    return True


def may_send(session: Session, means: Means, site: Site, person: Person, row: NetworkAlert) -> bool:
    """Whether this phone of the network may send what it reported, by its own code and PIN, in texts."""
    school = school_of(means, site)
    is_let = bool(school.protocol.network_may_send) and not takes_no_text(school)
    is_let = is_let and not freezing.is_frozen(session, site)
    return is_let and is_whole(row) and session.get(Pin, person.id) is not None


def is_whole(row: NetworkAlert) -> bool:
    """Nothing has to be asked, nothing of it is out yet. "Another place" is no place to send anybody."""
    kind = Kind(row.kind) if row.kind else None
    if kind is None or row.state != WAITING or row.alert_id is not None or row.action != Action.ALERT:
        return False
    has_place = kind not in PLACED or row.place not in {"", ELSEWHERE}
    return has_place and (kind not in SIGHTINGS or bool(row.level))


def what_of(row: NetworkAlert) -> Propose:
    kind = Kind(row.kind)
    return Propose(
        Action.ALERT,
        kind,
        row.place if kind in PLACED else "",
        Level(row.level) if kind in SIGHTINGS else Level.CONFIRMED,
    )
