"""The first text to those whom the school's list brought in: it says what the answer to a join says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from phonetree.desk.broadcasts import audience, measure_reach, queue_broadcast
from phonetree.desk.means import Means
from phonetree.desk.outbox import FOREVER
from phonetree.desk.schools import school_of
from phonetree.flows import join
from phonetree.models import Broadcast, Lane, Membership, Sender, Site

ACTION = "welcome"


@dataclass(frozen=True, slots=True)
class Welcome:
    """How many phones are welcomed, and by when the last one is if nothing else is sent."""

    phones: int
    last_at: datetime | None


def queue_welcome(session: Session, means: Means, site: Site, mark: str) -> Welcome:
    """Welcome the parents whom the import *mark* brought in and who take texts; calls come with the telephone."""
    school, now = school_of(means, site), means.now()
    recipients = audience(site, ["parents"], school.site.languages[0]).where(Membership.import_mark == mark)
    body = join.welcome(school)
    sender = session.get_one(Sender, site.sender_id)
    reach = measure_reach(session, means, sender, recipients, body, school)
    if not reach.phones:
        return Welcome(0, None)
    broadcast = Broadcast(
        site_id=site.id,
        sender_id=site.sender_id,
        action=ACTION,
        lane=Lane.LATER,
        created_at=now,
        # A long list takes longer than a text lives at the carrier: nobody on it may be left out for that.
        expires_at=reach.last_at + FOREVER,
    )
    return Welcome(queue_broadcast(session, means, broadcast, recipients, body), reach.last_at)
