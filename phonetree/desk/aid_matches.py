"""Rides and child care: a lead says yes to each match and to the place, and only then the two hear of each other."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from phonetree.desk.aid_people import item_of, label_of, tell, tell_one
from phonetree.desk.aid_taking import public_number
from phonetree.desk.exchange import Exchange
from phonetree.desk.outbox import audit
from phonetree.desk.people import LEAD, leads_of, roles_at
from phonetree.desk.schools import school_of
from phonetree.dialogue.aid_effects import SayYes
from phonetree.dialogue.aid_outcomes import MatchMade, NoSuchRequest
from phonetree.flows import match_words
from phonetree.models import (
    AID,
    Request,
)
from phonetree.school.schema import Place


def say_yes(session: Session, x: Exchange, asked: SayYes) -> MatchMade | NoSuchRequest:
    """The first lead's yes counts, for who has it now."""
    place = next((each for each in school_of(x.means, x.site).meeting_places if each.key == asked.place), None)
    if place is None or LEAD not in roles_at(x.person, x.site):
        return NoSuchRequest()
    is_waiting = Request.taken_by.is_not(None) & Request.yes_by.is_(None) & Request.done_at.is_(None)
    said = session.scalar(
        update(Request)
        .where(Request.site_id == x.site.id, Request.number == public_number(asked.number))
        .where(Request.kind == AID, Request.needs_yes, is_waiting)
        .values(yes_by=x.person.id, place=place.key)
        .returning(Request.id)
        .execution_options(synchronize_session=False)
    )
    if said is None:
        return NoSuchRequest()
    return _told(session, x, session.get_one(Request, said, populate_existing=True), place)


def _told(session: Session, x: Exchange, request: Request, place: Place) -> MatchMade:
    """Both sides, and the other leads; and who said yes is kept."""
    school, number = school_of(x.means, x.site), request.number
    s, where, taker = school.site.short, match_words.named(place, school), label_of(session, x.site, request)
    family = match_words.meets_taker(s, number, item_of(school, request), where)
    tell_one(session, x.means, x.site, request.person_id, family)
    tell_one(session, x.means, x.site, request.taken_by, match_words.meets_family(s, number, where))
    others = [lead for lead in leads_of(session, x.site) if lead.id not in {x.person.id, request.taken_by}]
    tell(session, x.means, x.site, others, match_words.said_yes(s, number, taker, where))
    audit(session, x.means, "said yes to a match", site=x.site, actor=x.person, about=f"request {number}")
    return MatchMade(number, taker, where)
