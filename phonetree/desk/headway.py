"""How a broadcast gets on: phones reached as time goes by, beside what its number could do at best; counts alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    func,
    literal,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session

from phonetree.desk.tallies import HANDED_OVER, UNDER_WAY, reached
from phonetree.models import CALL, TEXT, Broadcast, CallOutcome, Delivery, Rendering, Sender, State, as_rows
from phonetree.models.base import EPOCH

T = TypeVar("T", bound=Hashable)
POINTS = 120
"""Of the curve, over the time that it would take at best."""
A_SECOND = 1_000
"""In the ledger's milliseconds."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many phones."""

    reached: int = 0
    phones: int = 0


Curve = tuple[tuple[float, float], ...]
"""Seconds since it began, and phones so far."""


@dataclass(frozen=True, slots=True)
class Headway:
    """One broadcast as far as it is now. Each phone is one, whoever was texted and then called as well."""

    began: datetime
    phones: int
    reached: int = 0
    waiting: int = 0
    """Nothing has gone to them yet."""
    under_way: int = 0
    """With the carrier, which has not said what came of it."""
    lost: int = 0
    handed_over: int = 0
    heard: int = 0
    voicemails: int = 0
    curve: Curve = ((0.0, 0.0),)
    limit: Curve = ((0.0, 0.0),)
    by_channel: Mapping[str, Share] = field(default_factory=dict)
    by_language: Mapping[str, Share] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        return not self.waiting and not self.under_way


@dataclass(frozen=True, slots=True)
class _Alike:
    """Phones of which everything that is counted is the same."""

    language: str
    texted: int
    called: int
    by_text: int
    by_call: int
    heard: int
    voicemail: int
    handed_over: int
    standing: str
    tick: int | None
    phones: int


def headway_of(session: Session, broadcast: Broadcast) -> Headway:
    """Counted anew, by one statement over its rows."""
    best = _Best.of(session, broadcast)
    step = best.step
    rows = [_Alike(**row) for row in as_rows(session, _phones(), _asked(broadcast, step)).mappings()]
    standing = _sums(rows, lambda row: row.standing)
    return Headway(
        began=broadcast.created_at,
        phones=sum(row.phones for row in rows),
        reached=standing["reached"],
        waiting=standing["waiting"],
        under_way=standing["under way"],
        lost=standing["lost"],
        handed_over=sum(row.phones for row in rows if row.handed_over),
        heard=sum(row.phones for row in rows if row.heard),
        voicemails=sum(row.phones for row in rows if row.voicemail),
        curve=curve_of(
            _sums((row for row in rows if row.tick is not None), lambda row: row.tick or 0), step / A_SECOND
        ),
        limit=best.curve(_sums((row for row in rows if row.texted), lambda row: row.language), _called_first(rows)),
        by_channel=_by_channel(rows),
        by_language=_by_language(rows),
    )


def curve_of(ticks: Mapping[int, int], step: float) -> Curve:
    """From how many phones were reached in each tick, to how many there were at its end."""
    points, so_far = [(0.0, 0.0)], 0
    for tick in sorted(ticks):
        begins = max(0, tick) * step
        if begins > points[-1][0]:
            points.append((begins, float(so_far)))
        so_far += ticks[tick]
        points.append((begins + step, float(so_far)))
    return tuple(points)


def limit_of(texts: int, segments: int, calls: int, segments_per_second: float, calls_per_second: float) -> Curve:
    """What the number could do at best: texts and calls side by side, each at its own speed."""
    texting, calling = segments / segments_per_second, calls / calls_per_second
    corners = sorted({0.0, texting, calling})

    def at(seconds: float) -> float:
        return texts * _part(seconds, texting) + calls * _part(seconds, calling)

    return tuple((seconds, at(seconds)) for seconds in corners)


def _part(seconds: float, whole: float) -> float:
    return 1.0 if whole <= 0 else min(1.0, seconds / whole)


# --- what the number could do ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Best:
    sender: Sender
    segments: Mapping[str, int]
    phones: int

    @classmethod
    def of(cls, session: Session, broadcast: Broadcast) -> _Best:
        chosen = select(Rendering.language, Rendering.segments).where(Rendering.broadcast_id == broadcast.id)
        segments = {row[0]: row[1] for row in session.execute(chosen)}
        return cls(session.get_one(Sender, broadcast.sender_id), segments, broadcast.phones)

    @property
    def step(self) -> int:
        """Milliseconds of one tick, so that the curve has some hundred however long it takes."""
        seconds = self.phones * max(self.segments.values(), default=1) / self.sender.segments_per_second
        return max(A_SECOND, int(seconds * A_SECOND / POINTS))

    def curve(self, texted: Mapping[str, int], calls: int) -> Curve:
        segments = sum(phones * self.segments.get(language, 1) for language, phones in texted.items())
        speeds = (self.sender.segments_per_second, self.sender.calls_per_second)
        return limit_of(sum(texted.values()), segments, calls, *speeds)


def _called_first(rows: Sequence[_Alike]) -> int:
    return sum(row.phones for row in rows if row.called and not row.texted)


# --- how the rows are counted ----------------------------------------------------------------------------------------


def _asked(broadcast: Broadcast, step: int) -> dict[str, object]:
    began = (broadcast.created_at - EPOCH).total_seconds() * A_SECOND
    return {"broadcast": broadcast.id, "began": int(began), "step": step}


@cache
def _phones() -> Select[*tuple[Any, ...]]:
    """One statement, whatever there is of the broadcast: first each phone, then those that are alike."""
    phone = _each_phone()
    since = phone.c.reached_at - bindparam("began", type_=BigInteger)
    tick = case((phone.c.reached_at.is_not(None), since // bindparam("step", type_=BigInteger)), else_=None)
    standing = case(
        (phone.c.reached_at.is_not(None), literal("reached")),
        (phone.c.waiting == 1, literal("waiting")),
        (phone.c.under_way == 1, literal("under way")),
        else_=literal("lost"),
    )
    named = ("language", "texted", "called", "by_text", "by_call", "heard", "voicemail", "handed_over")
    alike = [*(phone.c[name] for name in named), standing.label("standing"), tick.label("tick")]
    return select(*alike, func.count().label("phones")).group_by(*(phone.c[name] for name in named), "standing", "tick")


def _each_phone() -> Subquery:
    is_text, is_call = Delivery.channel == TEXT, and_(Delivery.channel == CALL, Delivery.matter.is_(None))
    told_at = type_coerce(func.coalesce(Delivery.final_at, Delivery.submitted_at, Delivery.created_at), BigInteger)
    own = case((is_text, Delivery.language), else_=None)
    flags = {
        "texted": is_text,
        "called": is_call,
        "by_text": and_(is_text, Delivery.state == State.DELIVERED),
        "by_call": and_(Delivery.channel == CALL, reached()),
        "heard": and_(Delivery.outcome == CallOutcome.HEARD, Delivery.matter.is_(None)),
        "voicemail": and_(Delivery.outcome == CallOutcome.VOICEMAIL, Delivery.matter.is_(None)),
        "handed_over": Delivery.state.in_(HANDED_OVER),
        "waiting": and_(Delivery.state.in_((State.PENDING, State.SENDING)), Delivery.copy == 0),
        "under_way": Delivery.state.in_(UNDER_WAY),
    }
    return (
        select(
            func.coalesce(func.max(own), func.max(Delivery.language)).label("language"),
            func.min(case((reached(), told_at), else_=None)).label("reached_at"),
            *(_any(flag).label(name) for name, flag in flags.items()),
        )
        .where(Delivery.broadcast_id == bindparam("broadcast"))
        .group_by(Delivery.person_id)
        .subquery()
    )


def _any(flag: ColumnElement[bool]) -> ColumnElement[int]:
    return func.max(case((flag, 1), else_=0))


def _sums(rows: Iterable[_Alike], name: Callable[[_Alike], T]) -> Counter[T]:
    """How many phones there are of each name."""
    counted: Counter[T] = Counter()
    for row in rows:
        counted[name(row)] += row.phones
    return counted


def _by_channel(rows: Sequence[_Alike]) -> dict[str, Share]:
    texts = _share((row.by_text, row.phones) for row in rows if row.texted)
    calls = _share((row.by_call, row.phones) for row in rows if row.called)
    return {channel: share for channel, share in ((TEXT, texts), (CALL, calls)) if share.phones}


def _by_language(rows: Sequence[_Alike]) -> dict[str, Share]:
    found = {row.language for row in rows}
    shares = {
        code: _share((row.standing == "reached", row.phones) for row in rows if row.language == code) for code in found
    }
    return dict(sorted(shares.items(), key=lambda each: (-each[1].phones, each[0])))


def _share(counted: Iterable[tuple[object, int]]) -> Share:
    alike = list(counted)
    return Share(sum(phones for is_so, phones in alike if is_so), sum(phones for _is_so, phones in alike))
