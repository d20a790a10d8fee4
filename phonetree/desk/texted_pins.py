"""PINs that leads have texted: whoever holds such a lead's phone may read them there, so they are to be set anew."""

from __future__ import annotations

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from phonetree.desk.people import LEAD
from phonetree.models import Membership, Pin, PinAttempt, Site


def count_texted(session: Session, site: Site) -> int:
    """The leads of this school whose PIN, as it is now, was the right answer of a text."""
    leads = select(Membership.person_id).where(Membership.site_id == site.id, Membership.role == LEAD)
    texted = exists().where(
        PinAttempt.person_id == Pin.person_id,
        PinAttempt.call_id.is_(None),
        PinAttempt.is_right.is_(True),
        PinAttempt.at >= Pin.set_at,
    )
    return session.scalar(select(func.count()).select_from(Pin).where(Pin.person_id.in_(leads), texted)) or 0
