"""The words of a proposal, put together from the school's file, its place and the clock."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from phonetree.desk.means import Means
from phonetree.desk.schools import school_of
from phonetree.dialogue.effects import Action, Kind, Level
from phonetree.flows import alerts
from phonetree.models import Alert, Pretence, Proposal, Site
from phonetree.school.schema import School
from phonetree.words.i18n import Moment, Named, Text, Word


def place_word(school: School, kind: Kind | None, digit: str) -> Word:
    """The school's own name of a place, or what stands for another place."""
    if kind is None or not digit:
        return ""
    place = None if digit == alerts.ELSEWHERE else school.place_by_digit(int(digit))
    return Named(place.name, school.site.languages[0]) if place else alerts.elsewhere()


def local(school: School, at: datetime) -> datetime:
    return at.astimezone(school.site.timezone)


def moment(school: School, at: datetime, now: datetime) -> Moment:
    """A time as the school's clock shows it."""
    return Moment(local(school, at), local(school, now).date())


def pretence_of(session: Session, proposal: Proposal) -> Pretence | None:
    """What the proposal follows, where that was only shown to a lead under duress."""
    shown = session.get(Pretence, proposal.follows_pretence_id) if proposal.follows_pretence_id else None
    return None if shown is None or shown.proposal_id == proposal.id else shown


def _followed(session: Session, proposal: Proposal) -> Alert | Pretence | None:
    alert = session.get(Alert, proposal.alert_id) if proposal.alert_id else None
    return alert or pretence_of(session, proposal)


def body_of(session: Session, means: Means, site: Site, proposal: Proposal) -> Text:
    """What everyone will read if the proposal is released now."""
    school = school_of(means, site)
    alert = _followed(session, proposal)
    now = means.now()
    kind, s = Kind(proposal.kind), school.site.short
    p = place_word(school, kind, proposal.place)
    there = alerts.that_place() if proposal.place == alerts.ELSEWHERE else p
    t, u = moment(school, now, now), moment(school, now + school.protocol.next_text, now)
    match Action(proposal.action):
        case Action.ALERT:
            return alerts.alert(kind, Level(proposal.level), s=s, p=p, t=t, u=u)
        case Action.DRILL:
            return alerts.drill(s=s, t=t)
        case Action.CLEAR:
            return alerts.no_longer(kind, s=s, p=there, t=t)
        case Action.CORRECT:
            opened = alert.opened_at if alert else now
            return alerts.was_wrong(kind, s=s, t=t, t0=moment(school, opened, now))
        case Action.UPDATE | Action.RESUME | Action.ABORT:
            level = Level(alert.level) if alert else Level(proposal.level)
            return alerts.update(kind, level, s=s, p=there, t=t, u=u)
