"""What the rounds do for the hotline's rota: an end is told, tomorrow's shift is announced, a gap warns the leads."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from phonetree.desk.alert_texts import local, moment
from phonetree.desk.duty import end_duty, on_duty
from phonetree.desk.means import Means
from phonetree.desk.outbox import audit, queue_text, tell_leads
from phonetree.desk.schools import school_of
from phonetree.desk.shifts import Window, suits, uncovered, window_of
from phonetree.flows.tongues import tongue
from phonetree.models import AuditEntry, Duty, Lane, Membership, Person, Site
from phonetree.school.schema import School
from phonetree.words.i18n import Word, _

EVENING = range(18, 21)
"""The hours at which tomorrow is announced: once, and not in the night because the tree was down."""
GRACE = timedelta(minutes=5)
"""A shift that has just begun is nobody's gap yet."""
WARNED = "warned of a gap"


def rota_round(session: Session, means: Means) -> None:
    _tell_ends(session, means)
    for site in session.scalars(select(Site)).all():
        school = school_of(means, site)
        if school.shifts:
            _announce_tomorrow(session, means, site, school)
            _warn_of_gaps(session, means, site, school)


def _tell_ends(session: Session, means: Means) -> None:
    """Who went on and whose time ran out is told."""
    over = select(Duty).where(Duty.ended_at.is_(None), Duty.until <= means.now())
    for duty in session.scalars(over.with_for_update(skip_locked=True)).all():
        end_duty(duty, means)
        operator, site = session.get_one(Person, duty.person_id), session.get_one(Site, duty.site_id)
        words = _("{s}: Your time on the hotline is over. ON begins again.", s=school_of(means, site).site.short)
        if operator.stopped_at is None:
            queue_text(session, means, operator, site, words, lane=Lane.LATER)


def _announce_tomorrow(session: Session, means: Means, site: Site, school: School) -> None:
    here = local(school, means.now())
    tomorrow = here.date() + timedelta(days=1)
    if here.hour not in EVENING or not _first_time(session, means, site, "announced a shift", f"{tomorrow}"):
        return
    shifts = [shift for shift in school.shifts if tomorrow.weekday() in shift.days.days]
    for operator in operators_of(session, site):
        own = [shift.hours.words for shift in shifts if suits(shift, operator.language, operator.second_language)]
        if own:
            hours = ", ".join(dict.fromkeys(own))
            words = _(
                "{s}: Tomorrow on the hotline: {hours}. Send ON when you begin.", s=school.site.short, hours=hours
            )
            queue_text(session, means, operator, site, words, lane=Lane.LATER)


def _warn_of_gaps(session: Session, means: Means, site: Site, school: School) -> None:
    here = local(school, means.now())
    open_now = [(shift, window) for shift in school.shifts if (window := window_of(shift, here))]
    begun = [(shift, window) for shift, window in open_now if window.began + GRACE <= here]
    if not begun:
        return
    spoken = [spoken_by(person) for person in on_duty(session, means, site.id)]
    for shift, window in begun:
        for language in uncovered(shift, spoken):
            if _first_time(session, means, site, WARNED, f"{window.began:%F %R} {language or ''}"):
                _warn(session, means, site, language, window)


def _warn(session: Session, means: Means, site: Site, language: str | None, window: Window) -> None:
    school = school_of(means, site)
    until = moment(school, window.ends, means.now())
    s = school.site.short
    words: Word = (
        _("{s}: Hotline: nobody is on until {t}.", s=s, t=until)
        if language is None
        else _("{s}: Hotline: nobody is on for {language} until {t}.", s=s, language=tongue(language), t=until)
    )
    tell_leads(session, means, site, words, lane=Lane.LATER)


def _first_time(session: Session, means: Means, site: Site, what: str, about: str) -> bool:
    """Whether this was not done before; from now on it was."""
    before = exists().where(AuditEntry.site_id == site.id, AuditEntry.what == what, AuditEntry.about == about)
    if session.scalar(select(before)):
        return False
    audit(session, means, what, site=site, actor=None, about=about)
    return True


def spoken_by(person: Person) -> tuple[str | None, str | None]:
    return person.language, person.second_language


def operators_of(session: Session, site: Site) -> list[Person]:
    """Those whose shifts the rota is about."""
    theirs = select(Membership.person_id).where(
        Membership.site_id == site.id, Membership.role == "operator", ~Membership.is_held
    )
    chosen = select(Person).where(Person.id.in_(theirs), Person.stopped_at.is_(None))
    return list(session.scalars(chosen.order_by(Person.id)))
