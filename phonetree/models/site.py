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

    segments_per_day: Mapped[int | None]
    daily_budget: Mapped[float] = mapped_column(default=50.0)
    """US dollars."""
    spent_on: Mapped[int] = mapped_column(default=0)
    """The day of the two sums below, as a number of days; on any other day nothing is spent yet."""
    segments_today: Mapped[int] = mapped_column(default=0)
    dollars_today: Mapped[float] = mapped_column(default=0.0)
    budget_told_on: Mapped[int] = mapped_column(default=0)
    """The day on which leads were last told that what is meant for answers is used up."""
    watched_until: Mapped[datetime | None]
    """Up to when the provider's list of what left from this number was held against the ledger."""

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
    join_word: Mapped[str | None] = mapped_column(String(16), index=True, unique=True)
    """The word that joins at once, where a lead made one; who joins without it waits for a lead."""
    join_hour: Mapped[int] = mapped_column(default=0)
    """The hour of the count below, as a number of hours since 1970; the day likewise."""
    joins_in_hour: Mapped[int] = mapped_column(default=0)
    join_day: Mapped[int] = mapped_column(default=0)
    joins_in_day: Mapped[int] = mapped_column(default=0)
    joins_told: Mapped[int] = mapped_column(default=0)
    """The last of those who wait to join that the leads were told of."""
    joins_told_at: Mapped[datetime | None]

    sender: Mapped[Sender] = relationship(back_populates="sites")


class StrangeText(Base):
    """A text that left from a number of ours and that the ledger did not send, so that it is told once."""

    __tablename__ = "strange_texts"

    sid: Mapped[str] = mapped_column(String(34), primary_key=True)
    sender_id: Mapped[str] = mapped_column(ForeignKey("senders.id"), index=True)
    found_at: Mapped[datetime]
