"""What a lead under duress was shown instead of what they were made to send, and what became of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from phonetree.models.base import Base


class Pretence(Base):
    """One thing that a lead's duress PIN stood for. Nothing of it is sent; that lead's phone is told as if it were."""

    __tablename__ = "pretences"

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    """The lead under duress. While this has not ended nobody's doings are told to that phone."""
    proposal_id: Mapped[int] = mapped_column(unique=True)
    number: Mapped[int | None]
    """Of the alert that it seemed to open or to follow; none before it seemed sent, or where it is about none."""
    action: Mapped[str] = mapped_column(String(8))
    kind: Mapped[str] = mapped_column(String(1))
    place: Mapped[str] = mapped_column(String(1))
    level: Mapped[str] = mapped_column(String(6))
    alert_id: Mapped[int | None]
    """The true alert that it would have followed."""
    follows_id: Mapped[int | None]
    """The pretence that it followed."""
    reaches_families: Mapped[bool] = mapped_column(default=False)
    phones: Mapped[int] = mapped_column(default=0)
    calls: Mapped[int] = mapped_column(default=0)
    """How many of the phones would have been called."""
    opened_at: Mapped[datetime]
    began_at: Mapped[datetime | None]
    """From when on it would be on its way out: later than it was opened by as long as it was paused."""
    paused_at: Mapped[datetime | None]
    handed_over_by: Mapped[datetime | None]
    own_copy_at: Mapped[datetime | None]
    """When that phone got its own copy, and nobody else one."""
    next_due_at: Mapped[datetime | None]
    prompted_at: Mapped[datetime | None]
    told_handed_over_at: Mapped[datetime | None]
    told_delivered_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    """When another lead sent it as their own: once."""
    released_number: Mapped[int | None]
    """Of the alert that it became then, which that phone is not to see beside its own."""
    ended_at: Mapped[datetime | None]
