"""What remains when details go: figures of each broadcast; and when each job of the workers last came to its end."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from phonetree.models.base import Base
from phonetree.models.delivery import State


class DeliveryCount(Base):
    """Of one broadcast: how many deliveries ended like this. All that is left of those that were dropped."""

    __tablename__ = "delivery_counts"

    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcasts.id", ondelete="CASCADE"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(5), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    state: Mapped[State] = mapped_column(String(11), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(9), primary_key=True)
    """Of calls; empty for texts."""
    n: Mapped[int]


class Heartbeat(Base):
    """When a job was last done to its end: one row a job."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime]


class Erasure(Base):
    """Two leads said yes to forget their school: when it is done. Until then any lead takes it back."""

    __tablename__ = "erasures"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    at: Mapped[datetime]
