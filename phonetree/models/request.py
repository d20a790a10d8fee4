"""What people ask for, by a public number and no name: to be called back, for aid, an answer from the lead."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from phonetree.models.base import Base

VOICEMAIL, AID, MESSAGE = "voicemail", "aid", "message"
"""The kinds of request: for the shift, for counselors and volunteers, for the leads."""


class Request(Base):
    """Somebody asked for something; whoever takes it knows it by its number alone."""

    __tablename__ = "requests"
    __table_args__ = (Index("ix_requests_person", "person_id", "done_at"), Index("ix_requests_taker", "taken_by"))

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(9), default=VOICEMAIL)
    item: Mapped[str] = mapped_column(String(40), default="")
    """Of aid: the key of the item in the school's file."""
    taker_role: Mapped[str] = mapped_column(String(10), default="operator")
    """Who is told of it and may take it: operator, counselor, volunteer or lead."""
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    """Who asked; nobody's where the number was withheld."""
    language: Mapped[str] = mapped_column(String(8))
    recording_id: Mapped[str | None] = mapped_column(String(32))
    """The voicemail that goes with it."""
    taken_by: Mapped[str | None] = mapped_column(String(32))
    passed_by: Mapped[str | None] = mapped_column(String(32))
    """Who gave it back last, and is not asked again."""
    needs_yes: Mapped[bool] = mapped_column(default=False)
    """Rides and childcare: a lead says yes to each match before the two are joined."""
    yes_by: Mapped[str | None] = mapped_column(String(32))
    """The lead who said yes, for this taker alone."""
    place: Mapped[str] = mapped_column(String(40), default="")
    """Where the two meet: the key of a listed place."""
    muted_by_asker: Mapped[bool] = mapped_column(default=False)
    muted_by_taker: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    """When those who may take it were told."""
    escalated_at: Mapped[datetime | None]
    """When the leads were told that nobody takes it."""
    expires_at: Mapped[datetime | None]
    taken_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(7), default="")
    """done or expired, once it is over."""
