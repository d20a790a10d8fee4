"""A person is a phone on one number; what they belong to, what they agreed to, and who was forgotten."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from phonetree.models.base import Base, new_id
from phonetree.models.site import Site

_HAS_LEFT = text("stopped_at IS NOT NULL")
_IS_HELD = text("held_number IS NOT NULL")


class TextForm(StrEnum):
    """``LATIN``: the phone shows boxes for other letters. ``VOICE``: that, and its owner has chosen calls instead."""

    NATIVE = "native"
    LATIN = "latin"
    VOICE = "voice"


class Person(Base):
    """One phone on one sender. The number is sealed, and found by a keyed index."""

    __tablename__ = "people"
    __table_args__ = (
        UniqueConstraint("sender_id", "number_index"),
        Index("ix_people_left", "stopped_at", sqlite_where=_HAS_LEFT, postgresql_where=_HAS_LEFT),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    sender_id: Mapped[str] = mapped_column(ForeignKey("senders.id"))
    number_index: Mapped[bytes]
    number_sealed: Mapped[bytes]
    language: Mapped[str] = mapped_column(String(8))
    second_language: Mapped[str | None] = mapped_column(String(8))
    language_is_chosen: Mapped[bool] = mapped_column(default=False)
    """Chosen by the person or by the roster, not guessed from a word."""
    text_form: Mapped[TextForm] = mapped_column(String(6), default=TextForm.NATIVE, server_default=TextForm.NATIVE)
    """In which letters texts come; calls are in their own language either way."""
    stopped_at: Mapped[datetime | None]
    first_seen: Mapped[date]

    memberships: Mapped[list[Membership]] = relationship(back_populates="person", cascade="all, delete-orphan")


class Membership(Base):
    """One role of one person at one school."""

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("site_id", "person_id", "role"),
        Index("ix_memberships_held", "site_id", "id", sqlite_where=_IS_HELD, postgresql_where=_IS_HELD),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(12))
    channel: Mapped[str] = mapped_column(String(5), default="sms")
    calls: Mapped[str] = mapped_column(String(6), default="none")
    """Recorded calls agreed to: none, danger or all."""
    is_held: Mapped[bool] = mapped_column(default=False)
    """Waits for a lead where the school holds joins."""
    held_number: Mapped[int | None]
    """By which leads let it in or refuse it."""
    import_mark: Mapped[str | None] = mapped_column(String(32))
    """The import that brought it in, so that exactly those are welcomed."""

    person: Mapped[Person] = relationship(back_populates="memberships")
    site: Mapped[Site] = relationship()


class Consent(Base):
    """What was agreed or taken back, how and when. Only ever added to."""

    __tablename__ = "consents"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    what: Mapped[str] = mapped_column(String(12))
    how: Mapped[str] = mapped_column(String(12))
    source_sealed: Mapped[bytes | None]
    """For a roster: how and when, as written there."""
    at: Mapped[datetime]


class Forgotten(Base):
    """The keyed hash of an erased phone: it refuses a re-import, and only the person lifts it (decisions 25)."""

    __tablename__ = "forgotten"

    sender_id: Mapped[str] = mapped_column(ForeignKey("senders.id"), primary_key=True)
    number_index: Mapped[bytes] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class Pin(Base):
    """The PIN of a lead, as Argon2id with a pepper."""

    __tablename__ = "pins"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    hashed: Mapped[str] = mapped_column(String(200))
    duress_hashed: Mapped[str | None] = mapped_column(String(200))
    """Keyed in its place where the school's file allows it: all looks the same, nothing is sent, the others hear."""
    set_at: Mapped[datetime]
    texted_at: Mapped[datetime | None]
    """When it was last the right answer of a text: then it may be read in that phone."""


class PinAttempt(Base):
    """One weighed answer: counted and committed before it is verified, settled after (decisions 13)."""

    __tablename__ = "pin_attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    approval_id: Mapped[int] = mapped_column(ForeignKey("approvals.id", ondelete="CASCADE"))
    heard_sid: Mapped[str] = mapped_column(String(40), unique=True)
    call_id: Mapped[str | None] = mapped_column(String(32), index=True)
    """Keyed into this call of ours: such an answer neither counts for the text path nor is stopped by its lock."""
    at: Mapped[datetime] = mapped_column(index=True)
    is_right: Mapped[bool | None]
    is_duress: Mapped[bool] = mapped_column(default=False)
