"""The record of what was done, as a chain: whoever changes, drops or swaps an entry breaks it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from phonetree.models.base import Base


class AuditEntry(Base):
    """What was done, by whom, when. Only ever added to; no number, no words."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_place", "place", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"), index=True)
    actor_id: Mapped[str | None] = mapped_column(String(32))
    what: Mapped[str] = mapped_column(String(40))
    about: Mapped[str] = mapped_column(String(80), default="")
    at: Mapped[datetime]
    place: Mapped[int | None]
    """In the chain, from 1. None until the next round: who writes an entry waits for nobody's link."""
    link: Mapped[bytes | None]
    """SHA-256 over the link before it and over this entry."""
    digest: Mapped[bytes | None]
    """Of an entry whose school was forgotten: all that is left of it, so that the chain holds."""


class AuditEnd(Base):
    """Where the chain ends, and, once its oldest part was dropped, what it begins after."""

    __tablename__ = "audit_ends"

    name: Mapped[str] = mapped_column(String(9), primary_key=True)
    """head, or dropped."""
    place: Mapped[int]
    link: Mapped[bytes]
    at: Mapped[datetime]
