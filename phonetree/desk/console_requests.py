"""What people asked for, at the console: by number, kind and age, and what a lead may do now. Never who asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from phonetree.desk.aid_people import is_joined, item_of, label_of, may_take
from phonetree.desk.console_doors import SignedIn
from phonetree.desk.console_turns import exchange_of
from phonetree.desk.exchange import Exchange
from phonetree.desk.means import Means
from phonetree.desk.report_standings import count_untold
from phonetree.desk.schools import school_of
from phonetree.models import AID, MESSAGE, VOICEMAIL, Note, Request, Site, reading
from phonetree.words.i18n import Word

KINDS = (AID, MESSAGE, VOICEMAIL)
MOST = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """One open request. *state*: free, told, taken, mine, wants_yes."""

    number: int
    kind: str
    item: Word
    language: str
    age: timedelta
    state: str
    taker: Word
    deeds: tuple[str, ...]
    """Of take, yes, pass and close: what this lead may do."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Of one kind: how many are open, how many of these nobody has taken, and how long the oldest waits."""

    kind: str
    open_ones: int
    free: int
    oldest: timedelta | None


@dataclass(frozen=True, slots=True)
class Requests:
    tallies: tuple[Tally, ...]
    asked: tuple[Asked, ...]
    untold: int
    """Messages and reports that the leads were not told of yet, because an alert is open."""

    def may(self, deed: str, number: str) -> bool:
        return any(deed in each.deeds for each in self.asked if str(each.number) == number)


def requests_at(engine: Engine, means: Means, lead: SignedIn) -> Requests:
    with reading(engine) as session:
        x = exchange_of(session, means, lead)
        waiting = select(Request).where(Request.site_id == x.site.id, Request.done_at.is_(None))
        found = session.scalars(waiting.order_by(Request.id).limit(MOST)).all()
        return Requests(
            tallies=tuple(_tallies(session, x.site, means.now())),
            asked=tuple(_asked(session, x, each) for each in found),
            untold=_untold(session, x.site),
        )


def _tallies(session: Session, site: Site, now: datetime) -> Iterator[Tally]:
    counts = func.count(), func.count().filter(Request.taken_by.is_(None)), func.min(Request.made_at)
    here = (Request.site_id == site.id, Request.done_at.is_(None))
    for kind in KINDS:
        row = session.execute(select(*counts).where(*here, Request.kind == kind)).one()
        yield Tally(kind, row[0], row[1], now - row[2] if row[2] is not None else None)


def _asked(session: Session, x: Exchange, request: Request) -> Asked:
    school = school_of(x.means, x.site)
    state = _state(x, request)
    return Asked(
        number=request.number,
        kind=request.kind,
        item=item_of(school, request) if request.kind == AID else "",
        language=request.language,
        age=x.means.now() - request.made_at,
        state=state,
        taker=label_of(session, x.site, request) if request.kind == AID and request.taken_by else "",
        deeds=tuple(_deeds(x, request, state)),
    )


def _state(x: Exchange, request: Request) -> str:
    if request.taken_by is None:
        return "told" if request.escalated_at is not None else "free"
    if request.kind == AID and not is_joined(request):
        return "wants_yes"
    return "mine" if request.taken_by == x.person.id else "taken"


def _deeds(x: Exchange, request: Request, state: str) -> Iterator[str]:
    """As far as a page may offer it; whether it is still so, the desk decides."""
    is_mine = request.taken_by == x.person.id
    if request.taken_by is None and (request.kind == VOICEMAIL or _may_take(x, request)):
        yield "take"
    if state == "wants_yes":
        yield "yes"
    if is_mine and request.kind == AID:
        yield "pass"
    if request.kind in {AID, MESSAGE}:
        yield "close"


def _may_take(x: Exchange, request: Request) -> bool:
    return request.kind == AID and may_take(x.person, x.site, request)


def _untold(session: Session, site: Site) -> int:
    notes = select(func.count()).where(Note.site_id == site.id, Note.told_at.is_(None))
    return (session.scalar(notes) or 0) + count_untold(session, site)
