"""When the voice of a school is frozen: by whom, why, until when, and which leads would end it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from phonetree.models.base import Base


class Freeze(Base):
    """One freeze of one school. While it has not ended, nothing of an alert is sent there."""

    __tablename__ = "freezes"

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    """The lead who froze it; none: the tree itself."""
    why: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Thaw(Base):
    """One lead's word, with the PIN, that a freeze may end."""

    __tablename__ = "thaws"

    freeze_id: Mapped[int] = mapped_column(ForeignKey("freezes.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime]
