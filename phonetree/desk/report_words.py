"""The words of a report: sealed in its row, passed on to leads and the network within three segments."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from phonetree.desk.alert_texts import moment
from phonetree.desk.means import Means
from phonetree.desk.outbox import queue_text, reader_of
from phonetree.desk.people import NETWORK, leads_of
from phonetree.desk.schools import school_of
from phonetree.flows.report_words import Told, for_leads, for_network
from phonetree.models import Lane, Membership, Person, Report, Site
from phonetree.school.schema import Audience
from phonetree.words.i18n import Named, Word
from phonetree.words.segments import measure

MOST_SEGMENTS = 3
LENGTHS = range(450, -1, -10)
"""To how many characters each thing in own words is cut, until the whole is short enough."""


def seal(means: Means, site: Site, report: Report, words: Mapping[str, str]) -> None:
    report.words_sealed = means.vault(site.sender_id).seal(json.dumps(dict(words)), row=_row(report))


def words_of(means: Means, site: Site, report: Report) -> dict[str, str]:
    """What was told, by question; nothing once it was decided."""
    if report.words_sealed is None:
        return {}
    return dict(json.loads(means.vault(site.sender_id).open(report.words_sealed, row=_row(report))))


def tell(session: Session, means: Means, site: Site, report: Report) -> None:
    """The network, where the protocol names it, is told first; then the leads. Nobody learns who told it."""
    told = _told(means, site, report)
    if Audience.NETWORK in school_of(means, site).protocol.unconfirmed:
        for person in network_of(session, site):
            _queue(session, means, site, person, lambda longest: for_network(told, longest))
    for lead in leads_of(session, site):
        _queue(session, means, site, lead, lambda longest: for_leads(told, longest))
    report.told_at = means.now()


def network_of(session: Session, site: Site) -> list[Person]:
    """The network's phones that can be texted. Who also leads is told as a lead."""
    of_site = (Membership.site_id == site.id) & ~Membership.is_held
    theirs = select(Membership.person_id).where(of_site, Membership.role == NETWORK)
    leads = {lead.id for lead in leads_of(session, site)}
    chosen = select(Person).where(Person.id.in_(theirs), Person.stopped_at.is_(None)).order_by(Person.id)
    return [person for person in session.scalars(chosen) if person.id not in leads]


def _queue(session: Session, means: Means, site: Site, person: Person, words: Callable[[int], Word]) -> None:
    read = reader_of(means, person, site).read
    bodies = (read(words(longest)) for longest in LENGTHS)
    body = next((body for body in bodies if measure(body).segments <= MOST_SEGMENTS), read(words(0)))
    queue_text(session, means, person, site, body, lane=Lane.ANSWER)


def _told(means: Means, site: Site, report: Report) -> Told:
    words, school = words_of(means, site, report), school_of(means, site)
    digit = words.get("place", "")
    place = school.place_by_digit(int(digit)) if digit.isdecimal() else None
    return Told(
        number=report.number,
        at=moment(school, report.made_at, means.now()),
        seen=report.seen_self,
        place=Named(place.name, school.site.languages[0]) if place else "",
        where=words.get("where", ""),
        when=words.get("when", ""),
        how_many=words.get("how_many", ""),
        words=words.get("words", ""),
        is_spoken=report.recording_id is not None,
    )


def _row(report: Report) -> str:
    return f"reports|{report.id}|words"
