"""The safety plan as a living record: every version that a school loaded, and every drill that was held."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from phonetree.models.base import Base


class PlanVersion(Base):
    """One version of a school's safety plan, as its council approved it. A newer one leaves it as it is.

    Its words are not sealed: anyone who texts PLAN is sent them, and the record must outlive the keys of its year.
    """

    __tablename__ = "plans"
    __table_args__ = (UniqueConstraint("site_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    version: Mapped[str] = mapped_column(String(20))
    council: Mapped[str] = mapped_column(String(4))
    approved_on: Mapped[date]
    review_by: Mapped[date]
    document: Mapped[str]
    """The summary as JSON: the texts by language."""
    loaded_at: Mapped[datetime]
    reminded: Mapped[int | None]
    """The last reminder of its review that the leads had: 60, 30 or 7 days before, 0 once it is late."""


class Drill(Base):
    """One drill in figures, for the council; nobody's name, number or language. It outlives its deliveries."""

    __tablename__ = "drills"

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    broadcast_id: Mapped[int] = mapped_column(unique=True)
    """Which it was, so that it is recorded once; no reference, for it stays when the broadcast is deleted."""
    plan_version: Mapped[str] = mapped_column(String(20))
    """The version of the plan that was practised; empty where the school had none."""
    started_at: Mapped[datetime]
    phones: Mapped[int]
    texts: Mapped[int]
    """Phones that were texted; the others were called."""
    calls: Mapped[int]
    last_phone_after: Mapped[int | None]
    """Seconds until the last phone was handed over; none where no phone was."""
    delivered: Mapped[int]
    """Phones with a delivery receipt."""
    heard: Mapped[int]
    """Phones on which a key was pressed."""
    voicemails: Mapped[int]
    not_reached: Mapped[int]
    without_receipt: Mapped[int]
    recorded_at: Mapped[datetime]
