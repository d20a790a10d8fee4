"""A sender (the number that families text and call) and the schools on it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from phonetree.models.base import Base, new_id


class Sender(Base):
    """One number of the tree, with its bucket: what it may send, in segments."""

    __tablename__ = "senders"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    number_index: Mapped[bytes] = mapped_column(unique=True)
    number_sealed: Mapped[bytes]
    segments_per_second: Mapped[float]
    tokens: Mapped[float] = mapped_column(default=0.0)
    """Segments that may go now; negative after answers that could not wait (decisions 1)."""
    refilled_at: Mapped[datetime]
    calls_per_second: Mapped[float] = mapped_column(default=1.0)
    call_tokens: Mapped[float] = mapped_column(default=1.0)
    calls_refilled_at: Mapped[datetime | None]

    sites: Mapped[list[Site]] = relationship(back_populates="sender", order_by="Site.id")


class Site(Base):
    """A school: its file as loaded, sealed because it names people's numbers."""

    __tablename__ = "sites"

    id: Mapped[int] = mapped_column(primary_key=True)
    sender_id: Mapped[str] = mapped_column(ForeignKey("senders.id"), index=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    document_sealed: Mapped[bytes]
    loaded_at: Mapped[datetime]
    next_number: Mapped[int] = mapped_column(default=100)
    """The next public three-digit number of an alert or a message; 999 is followed by 100."""
    leads_told_at: Mapped[datetime | None]
    """When the leads last had a line on waiting messages."""

    sender: Mapped[Sender] = relationship(back_populates="sites")
