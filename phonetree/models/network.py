"""What the Rapid Response Network reports and a lead has yet to decide, and the keys of those who report over HTTP."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from phonetree.models.base import Base


class CapKey(Base):
    """A network's key to ``POST /cap/<code>``, as its hash. A revoked one stays, for what came with it names it."""

    __tablename__ = "cap_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    name: Mapped[str] = mapped_column(String(1000))
    """As the school's file names the network."""
    hashed: Mapped[bytes] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class NetworkAlert(Base):
    """One report of the network: it waits for a lead, or only stands here so that a later one can refer to it."""

    __tablename__ = "network_alerts"
    __table_args__ = (
        UniqueConstraint("site_id", "identity"),
        Index("ix_network_alerts_site_state", "site_id", "state"),
        Index("ix_network_alerts_key_made", "key_id", "made_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    number: Mapped[int]
    """The public number by which leads send or drop it; 0 where it is only recorded."""
    channel: Mapped[str] = mapped_column(String(4))
    """text or cap."""
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    """Whose phone texted it."""
    key_id: Mapped[int | None] = mapped_column(ForeignKey("cap_keys.id"))
    action: Mapped[str] = mapped_column(String(8))
    """What a lead would send: alert or drill; update, or clear, of an alert that is out."""
    kind: Mapped[str] = mapped_column(String(1), default="")
    place: Mapped[str] = mapped_column(String(1), default="")
    level: Mapped[str] = mapped_column(String(6), default="")
    """Empty where it was not said: then the lead is asked."""
    words_sealed: Mapped[bytes | None]
    """The network's own words, for leads only; gone once it no longer waits."""
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    """waiting, sent, refused, expired or recorded."""
    identity: Mapped[bytes | None]
    """Of a CAP document: a keyed hash of whose it is, its identifier and when it was sent."""
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("network_alerts.id"))
    """What it refers to."""
    alert_id: Mapped[int | None] = mapped_column(ForeignKey("alerts.id"), index=True)
    """The alert that it became, or that it is about."""
    made_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    """When the leads were told of it."""
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
