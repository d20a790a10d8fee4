"""Posts to group chats: a ledger of their own, one row per broadcast and relay."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from phonetree.models.base import Base


class PostState(StrEnum):
    """Where a post stands. ``CANCELLED``: what it had to say no longer holds, or a pause was not ended."""

    PENDING = "pending"
    SENDING = "sending"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN_POSTS = (PostState.PENDING, PostState.SENDING)
"""Of which something may still come."""


class RelayPost(Base):
    """One post to one group chat of a school, by the name that its file gives the relay."""

    __tablename__ = "relay_posts"
    __table_args__ = (
        UniqueConstraint("broadcast_id", "relay"),
        Index("ix_relay_posts_queue", "state", "id"),
        Index("ix_relay_posts_order", "alert_id", "relay", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcasts.id", ondelete="CASCADE"))
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id"))
    relay: Mapped[str]
    body_sealed: Mapped[bytes | None]
    """The words, until it is known that nobody needs them any more."""
    state: Mapped[PostState] = mapped_column(String(9), default=PostState.PENDING)
    tries: Mapped[int] = mapped_column(default=0)
    doubts: Mapped[int] = mapped_column(default=0)
    """After how many of the tries nobody knew whether the group has it."""
    not_before: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    trouble: Mapped[str] = mapped_column(String(14), default="")
    """The kind of what went wrong last."""
    told_at: Mapped[datetime | None]
    """When the leads were told that it failed."""
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
