"""Receipts as they came, before they are folded into the ledger."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from phonetree.models.base import Base
from phonetree.models.delivery import State


class KeptReceipt(Base):
    """What the carrier reported of one attempt. Appended and acknowledged; gone once it is folded."""

    __tablename__ = "kept_receipts"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt: Mapped[str] = mapped_column(String(32))
    sid: Mapped[str] = mapped_column(String(34))
    rank: Mapped[int]
    state: Mapped[State] = mapped_column(String(11))
    code: Mapped[int | None]
    verdict: Mapped[str | None] = mapped_column(String(13))
