"""What the carrier says about us, not about a phone: the broadcast pauses, its rows wait, the leads are told."""

from __future__ import annotations

from sqlalchemy.orm import Session

from phonetree.desk.means import Means
from phonetree.desk.outbox import audit, tell_leads
from phonetree.desk.pauses import BY_CARRIER
from phonetree.models import Broadcast, Delivery, Site
from phonetree.words.i18n import Word, _
from phonetree.words.ports import Verdict


def pause_for(session: Session, means: Means, delivery_id: int, verdict: Verdict) -> None:
    """Pause the broadcast of this delivery, once, and say why in plain words."""
    delivery = session.get_one(Delivery, delivery_id)
    broadcast = session.get(Broadcast, delivery.broadcast_id) if delivery.broadcast_id else None
    if broadcast is None:
        delivery.not_before = delivery.expires_at  # a single text does not knock on a closed door again
        return
    if broadcast.paused_at is None:
        is_first = broadcast.paused_by != BY_CARRIER
        broadcast.paused_at, broadcast.paused_by = means.now(), BY_CARRIER
        site = session.get_one(Site, broadcast.site_id)
        audit(session, means, f"paused: {verdict}", site=site, actor=None, about=f"broadcast {broadcast.id}")
        if is_first:
            tell_leads(session, means, site, _plainly(verdict))


def _plainly(verdict: Verdict) -> Word:
    if verdict is Verdict.FILTERED:
        return _(
            "The phone company takes our texts for spam. Sending is paused. "
            "Tell the technical volunteer now; once it is mended, send SEND to go on."
        )
    return _(
        "The phone company refuses our number. Sending is paused. "
        "Tell the technical volunteer now; once it is mended, send SEND to go on."
    )
