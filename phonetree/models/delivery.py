"""The ledger: one row per recipient and channel for everything that goes out, alerts and answers alike."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum, StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from phonetree.models.base import Base


class State(StrEnum):
    """Where a delivery stands (reliability 4.1). ``CANCELLED``: what it had to say no longer holds."""

    PENDING = "pending"
    SENDING = "sending"
    SUBMITTED = "submitted"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    EXPIRED = "expired"
    IN_DOUBT = "in_doubt"
    QUARANTINED = "quarantined"
    CANCELLED = "cancelled"


REACHED = (State.SENDING, State.SUBMITTED, State.DELIVERED, State.UNDELIVERED, State.IN_DOUBT)
"""Who may have had the text: these get its update, its correction, its end."""
FINAL = (State.DELIVERED, State.UNDELIVERED, State.FAILED, State.EXPIRED, State.QUARANTINED, State.CANCELLED)


TEXT, CALL = "sms", "voice"
"""The channels: of a delivery, and by which a membership is reached."""


class Lane(IntEnum):
    """What goes first (decisions 7)."""

    NOW = 0
    CORRECTION = 1
    ALERT = 2
    ANSWER = 3
    LATER = 4


class CallLane(IntEnum):
    """What is called first (decisions 7)."""

    NOW = 0
    """Call-backs that confirm something."""
    HOTLINE = 1
    CORRECTION = 2
    ALERT = 3
    LATER = 4


class CallOutcome(StrEnum):
    """What came of a call of ours. A machine that took the message is not somebody who heard it."""

    HEARD = "heard"
    """Somebody pressed a key."""
    ANSWERED = "answered"
    """Somebody, or something, picked up and pressed nothing."""
    VOICEMAIL = "voicemail"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"


class Broadcast(Base):
    """One text to many, in their languages: an alert, its update, its end, a drill, a welcome."""

    __tablename__ = "broadcasts"

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    sender_id: Mapped[str] = mapped_column(ForeignKey("senders.id"))
    alert_id: Mapped[int | None] = mapped_column(ForeignKey("alerts.id"), index=True)
    action: Mapped[str] = mapped_column(String(8))
    lane: Mapped[int]
    asked_by: Mapped[str | None] = mapped_column(String(32))
    phones: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    paused_at: Mapped[datetime | None]
    paused_by: Mapped[str] = mapped_column(String(8), default="")
    """lead or carrier; stays after it goes on, so that trouble is told once."""
    pause_told: Mapped[int] = mapped_column(default=0)
    """How often the leads were reminded that it is paused."""
    told_handed_over_at: Mapped[datetime | None]
    told_delivered_at: Mapped[datetime | None]


class Rendering(Base):
    """A broadcast's text in one language, rendered once."""

    __tablename__ = "renderings"

    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcasts.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    body: Mapped[str]
    segments: Mapped[int]


_IS_KNOWN = text("sid IS NOT NULL")
"""The provider still knows it."""


class Delivery(Base):
    """One text to one phone. ``attempt`` is committed before the request and travels in the callback's URL."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("broadcast_id", "person_id", "channel", "copy"),
        Index("ix_deliveries_queue", "sender_id", "state", "lane", "id"),
        Index("ix_deliveries_broadcast_state", "broadcast_id", "state"),
        Index("ix_deliveries_lease", "state", "lease_until"),
        Index("ix_deliveries_known", "final_at", sqlite_where=_IS_KNOWN, postgresql_where=_IS_KNOWN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    broadcast_id: Mapped[int | None] = mapped_column(ForeignKey("broadcasts.id", ondelete="CASCADE"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    sender_id: Mapped[str] = mapped_column(ForeignKey("senders.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str] = mapped_column(String(5), default="sms")
    copy: Mapped[int] = mapped_column(default=0)
    """0, or n for the n-th new attempt as a row of its own."""
    lane: Mapped[int]
    language: Mapped[str] = mapped_column(String(8))
    segments: Mapped[int]
    body_sealed: Mapped[bytes | None]
    """The words, where no rendering of a broadcast holds them."""
    begins: Mapped[str] = mapped_column(String(60), default="")
    """Of a call: the step with which it begins; what that step needs to know is sealed where a text has its words."""
    matter: Mapped[str | None] = mapped_column(String(32), index=True)
    """What it is part of: the hunt whose operator a call rings, the request for which a text was passed on."""
    outcome: Mapped[str] = mapped_column(String(9), default="")
    is_to_end: Mapped[bool] = mapped_column(default=False)
    """Of a call: nobody needs it any more, the carrier is asked to end it."""
    state: Mapped[State] = mapped_column(String(11), default=State.PENDING)
    attempt: Mapped[str | None] = mapped_column(String(32), unique=True)
    lease_until: Mapped[datetime | None]
    looks: Mapped[int] = mapped_column(default=0)
    """How often the carrier was asked whether it took a text that is in doubt."""
    repeats: Mapped[int] = mapped_column(default=0)
    """1 where it is sent once more though the carrier may have taken it; the text says so."""
    not_before: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    rank: Mapped[int] = mapped_column(default=0)
    """The highest receipt so far; it only rises."""
    sid: Mapped[str | None] = mapped_column(String(34), index=True)
    """What the provider calls it; None again once its copy is to go."""
    error_code: Mapped[int | None]
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    final_at: Mapped[datetime | None]


class Lease(Base):
    """Who does the rounds at the moment: one holder among all workers, until a time."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    holder: Mapped[str] = mapped_column(String(32))
    until: Mapped[datetime]
