"""PINs that leads have texted: whoever holds such a lead's phone may read them there, so they are to be set anew."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from phonetree.desk.people import LEAD
from phonetree.models import Membership, Pin, Site


def count_texted(session: Session, site: Site) -> int:
    """The leads of this school whose PIN, as it is now, was the right answer of a text."""
    leads = select(Membership.person_id).where(Membership.site_id == site.id, Membership.role == LEAD)
    texted = select(func.count()).select_from(Pin).where(Pin.person_id.in_(leads), Pin.texted_at.is_not(None))
    return session.scalar(texted) or 0
