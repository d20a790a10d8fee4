"""What the phone of a lead under duress is to see: alerts that nobody got, counted as if they had gone out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from phonetree.desk.alert_texts import moment, place_word
from phonetree.desk.means import Means
from phonetree.dialogue.context import AlertState, Context
from phonetree.dialogue.effects import Action, Kind, Level
from phonetree.dialogue.guards import FrozenNow, Guard
from phonetree.models import Person, Pretence, Site
from phonetree.school.schema import School
from phonetree.words.i18n import Moment

RECEIPTS_AFTER = timedelta(seconds=5)
"""So long after the last phone its receipt would be in."""
FROZEN_FOR = timedelta(minutes=30)
OPENS = (Action.ALERT, Action.DRILL)
ENDS = (Action.CLEAR, Action.CORRECT)
MOST_SHOWN = 5


def standing(session: Session, person: Person, site: Site) -> Sequence[Pretence]:
    """Everything that this phone was shown and still is, the oldest first."""
    theirs = (Pretence.person_id == person.id, Pretence.site_id == site.id, Pretence.ended_at.is_(None))
    return session.scalars(select(Pretence).where(*theirs).order_by(Pretence.id)).all()


def followed(session: Session, person: Person, site: Site, number: int | None) -> Pretence | None:
    """The alert with this number, if it was only shown."""
    shown = [p for p in standing(session, person, site) if is_root(p) and p.number == number]
    return shown[-1] if shown and number is not None else None


def seems_frozen(session: Session, means: Means, person: Person, site: Site) -> bool:
    """Whether this phone was told that nothing of an alert is sent now."""
    return _freeze_in(standing(session, person, site), means) is not None


def _freeze_in(shown: Sequence[Pretence], means: Means) -> Pretence | None:
    since = means.now() - FROZEN_FOR
    return next((p for p in shown if p.action == Guard.FREEZE and p.opened_at > since), None)


def is_root(pretence: Pretence) -> bool:
    return pretence.action in OPENS and pretence.alert_id is None and pretence.number is not None


def as_shown(session: Session, means: Means, person: Person, site: Site, context: Context) -> Context:
    """What a lead may know, and under duress what that phone is to know instead."""
    shown = standing(session, person, site)
    if not shown:
        return context
    school, now, hidden = context.school, means.now(), {p.released_number for p in shown}
    states = [state for state in context.alerts if state.number not in hidden]
    states += [_state(means, school, p) for p in shown if is_root(p)]
    for pretence in shown:
        states = [_after(means, school, pretence, state) for state in states]
    ordered = sorted(states, key=lambda state: (not state.is_open, -state.number))
    frozen = _freeze_in(shown, means)
    seems_frozen = FrozenNow(moment(school, frozen.opened_at + FROZEN_FOR, now)) if frozen else context.frozen
    last_text = _last_text(means, school, shown, context.last_text)
    return replace(context, alerts=tuple(ordered[:MOST_SHOWN]), frozen=seems_frozen, last_text=last_text)


def _last_text(means: Means, school: School, shown: Sequence[Pretence], true: Moment | None) -> Moment | None:
    """When this phone last had a safety text, by what it can see itself."""
    copies = [p.own_copy_at for p in shown if p.own_copy_at is not None]
    if not copies or (true is not None and true.at > max(copies)):
        return true
    return moment(school, max(copies), means.now())


def _state(means: Means, school: School, pretence: Pretence) -> AlertState:
    now, kind, is_drill = means.now(), Kind(pretence.kind), pretence.action == Action.DRILL
    due, opened = pretence.next_due_at, moment(school, pretence.opened_at, now)
    return AlertState(
        number=pretence.number or 0,
        kind=kind,
        place=place_word(school, kind, pretence.place),
        level=Level(pretence.level),
        began=opened,
        opened=opened,
        latest=opened,
        next_text=moment(school, due, now) if due else None,
        is_overdue=due is not None and due < now,
        is_open=not is_drill,
        is_drill=is_drill,
        is_paused=pretence.paused_at is not None,
        reaches_families=pretence.reaches_families,
        phones=pretence.phones,
        handed_over=handed_over(pretence, now),
        delivered=delivered(pretence, now),
        calls_heard=heard(pretence, now),
    )


def _after(means: Means, school: School, pretence: Pretence, state: AlertState) -> AlertState:
    """The alert after an update or an end that nobody got."""
    if pretence.number != state.number or is_root(pretence):
        return state
    now = means.now()
    at = moment(school, pretence.opened_at, now)
    if pretence.action in ENDS:
        level = Level(pretence.level)
        return replace(state, level=level, opened=at, latest=at, is_open=False, next_text=None, is_overdue=False)
    due = pretence.next_due_at
    state = replace(state, latest=at)
    return state if due is None else replace(state, next_text=moment(school, due, now), is_overdue=due < now)


def handed_over(pretence: Pretence, now: datetime) -> int:
    return int(pretence.phones * _share(pretence, now))


def delivered(pretence: Pretence, now: datetime) -> int:
    return int((pretence.phones - pretence.calls) * _share(pretence, now - RECEIPTS_AFTER))


def heard(pretence: Pretence, now: datetime) -> int:
    return int(pretence.calls * _share(pretence, now - RECEIPTS_AFTER))


def under_way(shown: Sequence[Pretence], now: datetime) -> Pretence | None:
    """The newest of which something would not have gone yet."""
    going = [p for p in shown if p.handed_over_by and handed_over(p, now) < p.phones]
    return going[-1] if going else None


def _share(pretence: Pretence, now: datetime) -> float:
    """How much of it would be done, at the speed of the school's number."""
    by, since = pretence.handed_over_by, pretence.began_at
    now = now if pretence.paused_at is None else min(now, pretence.paused_at)
    if by is None or since is None or now >= by:
        return 1.0
    return max(0.0, (now - since) / (by - since))
