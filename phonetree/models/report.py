"""What somebody saw or heard, as it was told to the leads: its words sealed, its state, and who waits to hear of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from phonetree.models.base import Base


class ReportState(StrEnum):
    """``NEW``: no lead has said anything of it, and nobody else hears that it exists."""

    NEW = "new"
    CHECKING = "checking"
    FALSE = "false"
    CONFIRMED = "confirmed"


class Report(Base):
    """One report under a public number. Its words go when it is decided, its record of state after a month."""

    __tablename__ = "reports"
    __table_args__ = (Index("ix_reports_site", "site_id", "state", "state_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    number: Mapped[int]
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    """Who told it; nobody's where the number was withheld, or once they are forgotten: others wait for the outcome."""
    seen_self: Mapped[bool | None]
    """None: that question was skipped."""
    words_sealed: Mapped[bytes | None]
    """Place, time, how many and own words, by question."""
    recording_id: Mapped[str | None] = mapped_column(String(32))
    """Said instead of written: heard by phone only."""
    state: Mapped[ReportState] = mapped_column(String(9), default=ReportState.NEW)
    state_at: Mapped[datetime]
    checked_by: Mapped[str | None] = mapped_column(String(32))
    """The lead who checks or decided it."""
    network_at: Mapped[datetime | None]
    """When the Rapid Response Network confirmed it."""
    alert_id: Mapped[int | None] = mapped_column(ForeignKey("alerts.id"))
    """The alert that it became."""
    is_kept_back: Mapped[bool] = mapped_column(default=False)
    """Of a muted phone, or one too many of a day: kept, and told to nobody."""
    told_at: Mapped[datetime | None]
    """When the leads were told; until then it is counted."""
    made_at: Mapped[datetime]


class ReportAsker(Base):
    """Somebody who told it, or asked while it was being checked: they hear once what came of it."""

    __tablename__ = "report_askers"

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True)
    asked_at: Mapped[datetime]


class ReporterMute(Base):
    """A phone whose reports are kept and no longer told to the leads, until a time."""

    __tablename__ = "reporter_mutes"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True)
    until: Mapped[datetime]
