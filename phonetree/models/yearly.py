"""The yearly question whether a phone is still theirs who agreed: kept until it is answered, and two months."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from phonetree.models.base import Base


class YearlyQuestion(Base):
    """One phone that was asked. An answer stands among the consents; this row only says what is open."""

    __tablename__ = "yearly_questions"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id", ondelete="CASCADE"), index=True)
    """The school in whose name it was asked."""
    asked_at: Mapped[datetime] = mapped_column(index=True)
    """The last time."""
    times: Mapped[int]
    answered_at: Mapped[datetime | None]
