"""A phone that is to take another's place: from the code that the old one asked for until it is done."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from phonetree.models.base import Base


class Move(Base):
    """One person's move. It is gone once the two phones have changed places."""

    __tablename__ = "moves"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    sender_id: Mapped[str] = mapped_column(ForeignKey("senders.id"), index=True)
    code_sealed: Mapped[bytes]
    expires_at: Mapped[datetime]
    """Of the code; once it was sent from another phone, of the leave to agree."""
    to_id: Mapped[str | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    """The phone that sent the code, where that alone is not enough."""
    taken_at: Mapped[datetime | None]
    agreed_by: Mapped[str | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    """The other lead who agreed with a PIN."""
    due_at: Mapped[datetime | None] = mapped_column(index=True)
