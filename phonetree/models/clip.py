"""What was recorded by phone: every sound on its way in from the provider, and the prompts that people spoke."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from phonetree.models.base import Base, new_id


class ClipState(StrEnum):
    """``RECORDED`` waits for a second speaker; ``RETIRED`` was in use and may come back; ``REJECTED`` never will be."""

    RECORDED = "recorded"
    APPROVED = "approved"
    RETIRED = "retired"
    REJECTED = "rejected"


class Clip(Base):
    """One sentence in one language, spoken by a person; many takes of it, of which one is used."""

    __tablename__ = "clips"
    __table_args__ = (Index("ix_clips_sentence", "sender_id", "language", "state"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    sender_id: Mapped[str] = mapped_column(ForeignKey("senders.id"))
    """The tree it belongs to; its vault seals the sound."""
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    """A school's own words; none: for every school of the tree."""
    language: Mapped[str] = mapped_column(String(8))
    key: Mapped[str] = mapped_column(String(80))
    state: Mapped[ClipState] = mapped_column(String(8), default=ClipState.RECORDED)
    recorded_by: Mapped[str | None] = mapped_column(String(32))
    approved_by: Mapped[str | None] = mapped_column(String(32))
    invited_by: Mapped[str | None] = mapped_column(String(32))
    """The lead who gave the recorder's code; like the two above a person's id that may outlive the person."""
    seconds: Mapped[float]
    sound_sealed: Mapped[bytes | None]
    """None once it was rejected."""
    made_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]
    """When a lead heard it; what says how sure an alert is, is not used before."""


class Purpose(StrEnum):
    PROMPT = "prompt"
    VOICEMAIL = "voicemail"
    REPORT = "report"
    MESSAGE = "message"


class RecordingState(StrEnum):
    """``GONE``: the provider never gave it. ``REFUSED``: what it gave is no sound that can be kept."""

    WANTED = "wanted"
    FETCHED = "fetched"
    GONE = "gone"
    REFUSED = "refused"


class Recording(Base):
    """What was said after a tone: asked for until it is here, then sealed here and deleted at the provider."""

    __tablename__ = "recordings"
    __table_args__ = (Index("ix_recordings_due", "state", "ask_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    call_id: Mapped[str | None] = mapped_column(String(34), index=True)
    sid: Mapped[str] = mapped_column(String(34), unique=True)
    purpose: Mapped[Purpose] = mapped_column(String(9))
    sender_id: Mapped[str] = mapped_column(ForeignKey("senders.id"))
    """The tree whose vault seals it."""
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"), index=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    number: Mapped[int | None]
    """The public three-digit number that it is spoken of by."""
    seconds: Mapped[int]
    state: Mapped[RecordingState] = mapped_column(String(7), default=RecordingState.WANTED)
    tries: Mapped[int] = mapped_column(default=0)
    ask_at: Mapped[datetime]
    sound_sealed: Mapped[bytes | None]
    made_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
