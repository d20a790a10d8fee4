"""The broadcast that leads look at: the latest of their school; to a lead under duress, what that phone was shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic, thread_time

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from phonetree.desk import family_calls, pretences
from phonetree.desk.alert_texts import moment, place_word
from phonetree.desk.console_doors import SignedIn
from phonetree.desk.console_now import may_pause
from phonetree.desk.headway import Curve, Headway, Share, headway_of, limit_of
from phonetree.desk.means import Means
from phonetree.desk.proposals import recipients_of
from phonetree.desk.schools import school_of
from phonetree.dialogue.effects import Action, Kind
from phonetree.models import CALL, TEXT, Alert, Broadcast, Person, Pretence, Proposal, Sender, Site, reading
from phonetree.words.i18n import Moment, Word

KEPT = 0.5
"""Seconds for which one count serves everybody who looks."""
REST = 12
"""A count that takes long is kept so many times as long: counting never takes more than a small part of the time."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What the page shows of one broadcast."""

    number: int
    action: Action
    kind: Kind
    place: Word
    began: Moment
    headway: Headway
    now: datetime
    by_staff: int = 0
    is_paused: bool = False
    may_pause: bool = False

    @property
    def seconds(self) -> float:
        """How long it has been going; once it is over, how long it took."""
        since = (self.now - self.headway.began).total_seconds()
        ended = self.headway.curve[-1][0]
        return max(1.0, min(since, ended) if self.headway.is_over else since)


@dataclass(slots=True)
class Counts:
    """What was counted a moment ago, for all leads who look at the same broadcast in this process."""

    kept: dict[int, tuple[float, Headway]] = field(default_factory=dict)
    turn: Lock = field(default_factory=Lock)

    def of(self, session: Session, broadcast: Broadcast) -> Headway:
        with self.turn:
            until, headway = self.kept.get(broadcast.id, (0.0, None))
            if headway is None or monotonic() >= until:
                headway, seconds = _timed(session, broadcast)
                now = monotonic()
                still_good = {key: each for key, each in self.kept.items() if each[0] > now}
                self.kept = {**still_good, broadcast.id: (now + max(KEPT, REST * seconds), headway)}
            return headway


def _timed(session: Session, broadcast: Broadcast) -> tuple[Headway, float]:
    """And how long the counting itself took, not the waiting for others' turns."""
    begun = thread_time()
    headway = headway_of(session, broadcast)
    return headway, thread_time() - begun


def progress_at(engine: Engine, means: Means, lead: SignedIn, counts: Counts) -> Progress | None:
    """The latest broadcast of an alert at this lead's school; None where there was none yet."""
    with reading(engine) as session:
        site, person = session.get_one(Site, lead.site_id), session.get_one(Person, lead.person_id)
        shown = pretences.standing(session, person, site)
        seemed = [p for p in shown if p.handed_over_by is not None and p.number is not None]
        latest = _latest(session, site, shown)
        if seemed and (latest is None or latest[0].created_at < seemed[-1].opened_at):
            return _as_shown(session, means, person, site, seemed[-1])
        return None if latest is None else _as_it_is(session, means, person, site, latest, counts)


def _latest(session: Session, site: Site, shown: Sequence[Pretence]) -> tuple[Broadcast, Alert] | None:
    hidden = [p.released_number for p in shown if p.released_number is not None]
    chosen = select(Broadcast, Alert).join(Alert, Alert.id == Broadcast.alert_id).where(Broadcast.site_id == site.id)
    chosen = chosen.where(Alert.number.not_in(hidden)) if hidden else chosen
    row = session.execute(chosen.order_by(Broadcast.id.desc()).limit(1)).one_or_none()
    return None if row is None else (row[0], row[1])


def _as_it_is(
    session: Session, means: Means, person: Person, site: Site, latest: tuple[Broadcast, Alert], counts: Counts
) -> Progress:
    broadcast, alert = latest
    school, kind = school_of(means, site), Kind(alert.kind)
    by_staff, _nobody = family_calls.outcomes(session, means, alert)
    return Progress(
        number=alert.number,
        action=Action(broadcast.action),
        kind=kind,
        place=place_word(school, kind, alert.place),
        began=moment(school, broadcast.created_at, means.now()),
        headway=counts.of(session, broadcast),
        now=means.now(),
        by_staff=by_staff,
        is_paused=broadcast.paused_at is not None,
        may_pause=may_pause(session, means, person, site),
    )


# --- what was only shown ---------------------------------------------------------------------------------------------


def _as_shown(session: Session, means: Means, person: Person, site: Site, shown: Pretence) -> Progress:
    school, kind, now = school_of(means, site), Kind(shown.kind), means.now()
    return Progress(
        number=shown.number or 0,
        action=Action(shown.action),
        kind=kind,
        place=place_word(school, kind, shown.place),
        began=moment(school, shown.opened_at, now),
        headway=_pretended(session, means, site, shown),
        now=now,
        is_paused=shown.paused_at is not None,
        may_pause=may_pause(session, means, person, site),
    )


def _pretended(session: Session, means: Means, site: Site, shown: Pretence) -> Headway:
    """The same figures, as if it had gone out at the speed of the school's number."""
    now, began = means.now(), shown.began_at or shown.opened_at
    there = _there_would_be(session, means, site, shown)
    texts, calls = pretences.delivered(shown, now), pretences.heard(shown, now)
    by_channel = {TEXT: Share(texts, shown.phones - shown.calls), CALL: Share(calls, shown.calls)}
    handed = pretences.handed_over(shown, now)
    of_all = (texts + calls) / max(1, shown.phones)
    sender = session.get_one(Sender, site.sender_id)
    speeds = (sender.segments_per_second, sender.calls_per_second)
    return Headway(
        began=shown.opened_at,
        phones=shown.phones,
        reached=texts + calls,
        waiting=shown.phones - handed,
        under_way=handed - texts - calls,
        handed_over=handed,
        heard=calls,
        curve=_drawn(shown, began, now),
        limit=limit_of(shown.phones - shown.calls, shown.phones - shown.calls, shown.calls, *speeds),
        by_channel={channel: share for channel, share in by_channel.items() if share.phones},
        by_language={code: Share(int(phones * of_all), phones) for code, phones in there},
    )


def _there_would_be(session: Session, means: Means, site: Site, shown: Pretence) -> list[tuple[str, int]]:
    """Its phones by language, the largest first."""
    proposal = session.get(Proposal, shown.proposal_id)
    if proposal is None:
        return []
    rows = recipients_of(session, means, site, proposal).subquery()
    grouped = select(rows.c.language, func.count()).group_by(rows.c.language).order_by(func.count().desc())
    return [(language, phones) for language, phones in session.execute(grouped)]


def _drawn(shown: Pretence, began: datetime, now: datetime) -> Curve:
    until = min(now, (shown.handed_over_by or now) + pretences.RECEIPTS_AFTER + timedelta(seconds=1))
    seconds = max(1, int((until - began).total_seconds()))
    step = max(1, seconds // 60)
    moments = [*range(0, seconds, step), seconds]
    return tuple((float(at), float(_so_far(shown, began + timedelta(seconds=at)))) for at in moments)


def _so_far(shown: Pretence, at: datetime) -> int:
    return pretences.delivered(shown, at) + pretences.heard(shown, at)
