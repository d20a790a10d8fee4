"""What a day costs: segments and dollars, counted where the bucket is written anyway; alerts keep their part."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Double, Integer, bindparam, case, or_
from sqlalchemy.orm import InstrumentedAttribute

from phonetree.models import Sender
from phonetree.words.prices import PRICES

FOR_ANSWERS = 0.5
"""The part of a day's segments and dollars that answers may use. The rest is kept for alerts and corrections."""


CARRIERS_DAY = ZoneInfo("America/Los_Angeles")
"""Where the day ends by which American carriers count (30023)."""


def day_of(now: datetime) -> int:
    """The day as a number."""
    return now.astimezone(CARRIERS_DAY).toordinal()


def day_and_price(now: datetime) -> dict[str, object]:
    """What ``spent`` and ``is_within_budget`` want to know besides the segments."""
    return {"today": day_of(now), "price": PRICES.segment}


def is_within_budget() -> ColumnElement[bool]:
    """Whether an answer of so many segments still fits into the part of the day that is for answers."""
    segments, dollars = _with_this(Sender.segments_today), _with_this(Sender.dollars_today)
    n = bindparam("n", type_=Integer)
    has_segments = segments + n <= Sender.segments_per_day * FOR_ANSWERS
    has_dollars = dollars + n * bindparam("price", type_=Double) <= Sender.daily_budget * FOR_ANSWERS
    return or_(Sender.segments_per_day.is_(None), has_segments) & has_dollars


def spent() -> dict[str, ColumnElement[int] | ColumnElement[float]]:
    """What a statement that charges segments sets besides: the day, and its sums with this one."""
    n = bindparam("n", type_=Integer)
    dollars = _with_this(Sender.dollars_today) + n * bindparam("price", type_=Double)
    segments = _with_this(Sender.segments_today) + n
    return {"spent_on": _today(), "segments_today": segments, "dollars_today": dollars}


def charge(sender: Sender, day: int, *, segments: int = 0, dollars: float) -> None:
    """The same for a sender that is at hand, locked."""
    if sender.spent_on != day:
        sender.spent_on, sender.segments_today, sender.dollars_today = day, 0, 0.0
    sender.segments_today += segments
    sender.dollars_today += dollars


def _with_this(so_far: InstrumentedAttribute[int] | InstrumentedAttribute[float]) -> ColumnElement[float]:
    """Of today; what another day left behind counts for nothing."""
    return case((Sender.spent_on == _today(), so_far), else_=0)


def _today() -> ColumnElement[int]:
    return bindparam("today", type_=Integer)
