"""Where each person's conversation stands, which webhooks were heard, and what waits for the leads."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from phonetree.models.base import Base


class Conversation(Base):
    """One open question per person and channel, and one parked behind a safety text."""

    __tablename__ = "conversations"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(5), primary_key=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    step: Mapped[str | None] = mapped_column(String(60))
    answers_sealed: Mapped[bytes | None]
    misses: Mapped[int] = mapped_column(default=0)
    turns: Mapped[int] = mapped_column(default=0)
    """How often it was written. Who writes it says which writing they have read."""
    updated_at: Mapped[datetime]
    parked_step: Mapped[str | None] = mapped_column(String(60))
    parked_answers_sealed: Mapped[bytes | None]
    parked_at: Mapped[datetime | None]
    storm_answered_at: Mapped[datetime | None]
    """When a text that was no command was last answered during an alert: once in ten minutes."""
    heard_at: Mapped[datetime | None]
    """When this phone last texted, answered or not."""
    replies: Mapped[int] = mapped_column(default=0)
    """How many texts of theirs were answered since they last kept quiet for a while."""
    menu_replies: Mapped[int] = mapped_column(default=0)
    """Of those, how many were no answer to anything that we asked, and no command."""


class Heard(Base):
    """A webhook that had its effect. A repeat of it gets the same answer and no second effect (decisions 3)."""

    __tablename__ = "heard"

    sid: Mapped[str] = mapped_column(String(40), primary_key=True)
    """The provider's identity of the message, or of the call with its turn."""
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    answer_sealed: Mapped[bytes | None]
    at: Mapped[datetime] = mapped_column(index=True)


class ProviderCopy(Base):
    """A text whose copy at the provider must go, by the provider's identity of it."""

    __tablename__ = "provider_copies"

    sid: Mapped[str] = mapped_column(String(34), primary_key=True)
    """SM or MM: a text, CA: a call, RE: a recording."""
    ask_at: Mapped[datetime] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)


class Mark(Base):
    """How far a sweep has come: everything up to this time was looked at."""

    __tablename__ = "marks"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime]


class Note(Base):
    """Words for the leads, sealed, with a public number and no name."""

    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    number: Mapped[int]
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    """Nobody's where the number was withheld."""
    topic: Mapped[str] = mapped_column(String(9))
    words_sealed: Mapped[bytes]
    recording_id: Mapped[str | None] = mapped_column(String(32))
    """Said instead of written: heard by phone only."""
    at: Mapped[datetime]
    told_at: Mapped[datetime | None]


class Counter(Base):
    """How often something happened in the whole deployment, for whoever watches over it. It names nobody."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    times: Mapped[int] = mapped_column(default=0)
