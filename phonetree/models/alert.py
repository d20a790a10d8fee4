"""An alert, what a lead proposes to send, and each lead's own code to approve it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from phonetree.models.base import Base

VOUCH = "vouch"
"""The action of a proposal by which the network would confirm a report. It sends nothing by itself."""
ERASE_ALL = "eraseall"
"""The action of a proposal by which two leads forget their school. It sends nothing either."""
NO_ALERTS = (VOUCH, ERASE_ALL)
"""What no preview shows and no lead can share."""


class Alert(Base):
    """What is reported at a school, from the first text until it is closed."""

    __tablename__ = "alerts"

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(1))
    place: Mapped[str] = mapped_column(String(1))
    """The place's digit in the school file, 9 for another place, empty where the kind has none."""
    level: Mapped[str] = mapped_column(String(6))
    is_drill: Mapped[bool] = mapped_column(default=False)
    reaches_families: Mapped[bool]
    opened_at: Mapped[datetime]
    level_at: Mapped[datetime]
    latest_at: Mapped[datetime]
    next_due_at: Mapped[datetime | None]
    prompted_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    pauses: Mapped[int] = mapped_column(default=0)
    source: Mapped[str] = mapped_column(String(7), default="")
    """network: confirmed by the Rapid Response Network; empty: by a lead, or by staff who saw it."""


class Proposal(Base):
    """Something a lead wants to send. Nothing is sent until it is approved."""

    __tablename__ = "proposals"

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    action: Mapped[str] = mapped_column(String(8))
    kind: Mapped[str] = mapped_column(String(1))
    place: Mapped[str] = mapped_column(String(1))
    level: Mapped[str] = mapped_column(String(6))
    alert_id: Mapped[int | None] = mapped_column(ForeignKey("alerts.id"))
    report_id: Mapped[int | None]
    """The report that it would turn into an alert, or that the network would confirm; its row may be gone."""
    about_id: Mapped[str | None] = mapped_column(String(32))
    """The lead who would be removed; that person may be gone."""
    source: Mapped[str] = mapped_column(String(7), default="")
    """As of the alert that it would open."""
    state: Mapped[str] = mapped_column(String(10), default="open")
    """open, released, withdrawn or lapsed."""
    approvals_needed: Mapped[int]
    phones: Mapped[int]
    created_at: Mapped[datetime]
    first_approved_at: Mapped[datetime | None]
    """With two approvals: when the first lead confirmed, until that lead was told to go on alone."""
    network_alert_id: Mapped[int | None]
    """The network's report that it would send."""
    is_by_network: Mapped[bool] = mapped_column(default=False)
    """Proposed by the network itself: it reaches only whom the school lets it tell without a lead."""
    follows_pretence_id: Mapped[int | None]
    """It follows what a lead under duress was shown: whatever PIN answers it, nothing is sent."""
    of_pretence_id: Mapped[int | None]
    """Another lead's own, of what was keyed under duress."""

    approvals: Mapped[list[Approval]] = relationship(back_populates="proposal", order_by="Approval.id")


class Approval(Base):
    """One lead's own code for one proposal: three tries within its life."""

    __tablename__ = "approvals"
    __table_args__ = (UniqueConstraint("proposal_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposals.id", ondelete="CASCADE"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    code_sealed: Mapped[bytes]
    expires_at: Mapped[datetime]
    wrong: Mapped[int] = mapped_column(default=0)
    approved_at: Mapped[datetime | None]

    proposal: Mapped[Proposal] = relationship(back_populates="approvals")
