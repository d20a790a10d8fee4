"""Calls, and what they are about: who waits for whom, who is on duty, whom staff still have to reach."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from phonetree.models.base import Base, new_id


class Call(Base):
    """One call under way, in or out, and where its conversation stands. A withheld number is nobody's."""

    __tablename__ = "calls"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    sid: Mapped[str] = mapped_column(String(34), unique=True)
    sender_id: Mapped[str] = mapped_column(ForeignKey("senders.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("deliveries.id", ondelete="SET NULL"), index=True)
    """For a call of ours: its row in the ledger."""
    language: Mapped[str] = mapped_column(String(8))
    is_machine: Mapped[bool] = mapped_column(default=False)
    step: Mapped[str | None] = mapped_column(String(60))
    answers_sealed: Mapped[bytes | None]
    misses: Mapped[int] = mapped_column(default=0)
    turn: Mapped[int] = mapped_column(default=0)
    """The turn that is being waited for; an older one gets its own answer again."""
    at_hand: Mapped[str | None] = mapped_column(String(120))
    """The prompt that is being recorded, or the recording that is being judged, in this call."""
    began_at: Mapped[datetime] = mapped_column(index=True)
    updated_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Hunt(Base):
    """A caller who waits while the people on shift ring. The one row that two presses of 1 meet at."""

    __tablename__ = "hunts"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(8), default="ringing")
    """ringing, taken, passed (to the interpreter line), over (nobody took it in time) or gone (the caller hung up)."""
    taken_by: Mapped[str | None] = mapped_column(String(32))
    """The operator, a person."""
    rung: Mapped[int] = mapped_column(default=0)
    """How many operators were rung so far."""
    began_at: Mapped[datetime]
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Duty(Base):
    """An operator who said ON: rung until a time, or until two rings in a row were not answered."""

    __tablename__ = "duties"
    __table_args__ = (UniqueConstraint("site_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    began_at: Mapped[datetime]
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """When it was ended by OFF or by rings that were not answered, or its end was told."""
    unanswered: Mapped[int] = mapped_column(default=0)
    last_caller_id: Mapped[str | None] = mapped_column(String(32))
    """Whom MUTE bars, a person."""


class Mute(Base):
    """A caller whom an operator barred from the shift, for a day."""

    __tablename__ = "mutes"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    until: Mapped[datetime]


class FamilyTask(Base):
    """A family that the machine did not reach, handed to one staff member of the phone tree."""

    __tablename__ = "family_tasks"
    __table_args__ = (UniqueConstraint("alert_id", "person_id"), Index("ix_family_tasks_staff", "staff_id", "outcome"))

    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    staff_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    place: Mapped[int]
    """In the order in which the protocol would have had them called."""
    outcome: Mapped[str] = mapped_column(String(9), default="")
    """reached, voicemail, nobody; empty while nobody tried."""
    dialled_at: Mapped[datetime | None]
    made_at: Mapped[datetime]


class RecordingCode(Base):
    """A one-time code that a lead gave: bound to one interpreter's number and language."""

    __tablename__ = "recording_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    language: Mapped[str] = mapped_column(String(8))
    code_sealed: Mapped[bytes]
    given_by: Mapped[str] = mapped_column(String(32))
    wrong: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
