"""Numbers change hands: once a day the carriers' list of those that were given up is read, and who is on it leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Engine, exists, select
from sqlalchemy.orm import Session

from phonetree.desk import heartbeats
from phonetree.desk.means import Means
from phonetree.desk.outbox import audit, tell_leads
from phonetree.desk.people import opt_out
from phonetree.desk.schools import school_of
from phonetree.models import Alert, Lane, Membership, Person, Site, reading, writing
from phonetree.words.i18n import _
from phonetree.words.ports import Carrier

ASK_EVERY = timedelta(hours=1)
"""Where there is no list yet."""
AS_FAR_BACK = 7
"""Days that are made up for when nobody asked meanwhile."""
IN_ONE_GO = 500
LISTED, ASKED = "deactivations", "deactivations asked"
"""Of the first the heart beats with the day whose list was read last."""


async def leave_given_up(engine: Engine, means: Means, line: Carrier) -> None:
    """Read the lists of the days since the last one, yesterday's at the latest. Not while an alert is open anywhere."""
    for day in await asyncio.to_thread(_days, engine, means):
        numbers = await line.deactivated(day)
        if numbers is None:
            return
        await asyncio.to_thread(_leave, engine, means, day, numbers)


def _days(engine: Engine, means: Means) -> Sequence[date]:
    """The days whose lists are to be asked for now; that it was tried is written down first."""
    now, open_alert = means.now(), select(exists().where(Alert.closed_at.is_(None)))
    with reading(engine) as session:
        beats = heartbeats.last_beats(session)
        is_quiet = not session.scalar(open_alert)
    yesterday = now.date() - timedelta(days=1)
    last = beats[LISTED].date() if LISTED in beats else yesterday - timedelta(days=1)
    first = max(last + timedelta(days=1), yesterday - timedelta(days=AS_FAR_BACK - 1))
    waits = ASKED in beats and beats[ASKED] > now - ASK_EVERY
    if first > yesterday or waits or not is_quiet:
        return ()
    with writing(engine) as session:
        heartbeats.beat(session, ASKED, now)
    return [first + timedelta(days=n) for n in range((yesterday - first).days + 1)]


def _leave(engine: Engine, means: Means, day: date, numbers: frozenset[str]) -> None:
    gone = _found(engine, means, numbers)
    for start in range(0, len(gone), IN_ONE_GO):
        with writing(engine) as session:
            people = session.scalars(select(Person).where(Person.id.in_(gone[start : start + IN_ONE_GO])))
            for person in people.all():
                opt_out(session, means, person, "given up")
    with writing(engine) as session:
        _tell(session, means, gone)
        heartbeats.beat(session, LISTED, datetime.combine(day, time(), UTC))


def _found(engine: Engine, means: Means, numbers: frozenset[str]) -> list[str]:
    """Who of ours is on the list; who had left stays as they are."""
    with reading(engine) as session:
        here = select(Person).where(Person.stopped_at.is_(None))
        people = session.scalars(here.execution_options(yield_per=IN_ONE_GO))
        return [person.id for person in people if means.number_of(person).e164 in numbers]


def _tell(session: Session, means: Means, gone: Sequence[str]) -> None:
    """The leads of each school hear how many it were, never which."""
    for site in session.scalars(select(Site)).all():
        theirs = select(Membership.person_id).where(Membership.site_id == site.id).distinct()
        here = set(session.scalars(theirs)) & set(gone)
        if here:
            audit(session, means, "numbers were given up", site=site, actor=None, about=f"{len(here)}")
            words = _(
                "{s}: {n} phones left the list: their carriers say that the number was given up or moved. "
                "Who still has it texts START.",
                s=school_of(means, site).site.short,
                n=len(here),
            )
            tell_leads(session, means, site, words, lane=Lane.LATER)
