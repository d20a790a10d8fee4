"""The console's doors: who knocked and which code they were texted, and who is signed in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from phonetree.models.base import Base


class ConsoleKnock(Base):
    """One wish to sign in. It is written alike for everybody; whose phone it is, the workers look up."""

    __tablename__ = "console_knocks"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    """Of what the browser holds: a code is good in the browser alone that asked for it."""
    number_sealed: Mapped[bytes | None]
    """Gone once it was looked up."""
    school: Mapped[str] = mapped_column(String(12), default="")
    """The code of the school that was asked for; empty: whichever they lead."""
    made_at: Mapped[datetime] = mapped_column(index=True)
    looked_at: Mapped[datetime | None] = mapped_column(index=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    """The lead who was texted a code."""
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    code_sealed: Mapped[bytes | None]
    wrong: Mapped[int] = mapped_column(default=0)
    """Counted before the answer is looked at, and given back if it was right."""
    used_at: Mapped[datetime | None]


class ConsoleSession(Base):
    """A lead who is signed in, in one browser. Only a hash of what the browser holds is here."""

    __tablename__ = "console_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    made_at: Mapped[datetime]
    last_seen_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
