"""A request of aid in the hands of who takes it: taken by the first, given back, done; each side told once."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from phonetree.desk.aid_people import (
    is_joined,
    item_of,
    label_of,
    may_take,
    offer,
    open_at,
    tell,
    tell_one,
    tell_others,
)
from phonetree.desk.exchange import Exchange
from phonetree.desk.masked import KINDS
from phonetree.desk.means import Means
from phonetree.desk.people import LEAD, leads_of, roles_at
from phonetree.desk.recordings import set_aside
from phonetree.desk.schools import school_of
from phonetree.dialogue.aid_effects import FindRequests
from phonetree.dialogue.aid_outcomes import (
    AidFound,
    AidTaken,
    NoSuchRequest,
    RequestFinished,
    RequestNamed,
    RequestPassed,
    RequestsFound,
)
from phonetree.flows import match_words, take_words
from phonetree.models import (
    AID,
    Recording,
    Request,
    Site,
)


def take(session: Session, x: Exchange, number: int) -> AidTaken | AidFound | None:
    """The first has it. None: no request of aid with this number is open to this person."""
    request = session.scalar(select(Request).where(open_at(x.site) & (Request.number == number)))
    if request is None or not may_take(x.person, x.site, request):
        return None
    is_mine = request.taken_by == x.person.id
    if x.call is not None and x.delivery is None:
        return AidFound(is_mine) if is_mine or request.taken_by is None else None
    if is_mine:
        return _taken(x, request, is_again=True)
    if not _claim(session, x, request):
        return None
    tell_others(session, x.means, x.site, request)
    _tell_of_taking(session, x, request)
    return _taken(x, request)


def _claim(session: Session, x: Exchange, request: Request) -> bool:
    """One statement, so that of two in the same instant one has it."""
    now = x.means.now()
    is_free = Request.taken_by.is_(None) & Request.done_at.is_(None) & (Request.expires_at > now)
    claimed = (
        update(Request)
        .where(Request.id == request.id, is_free)
        .values(
            taken_by=x.person.id,
            taken_at=now,
            expires_at=now + school_of(x.means, x.site).aid_rules.expires,
            yes_by=None,
            place="",
        )
        .returning(Request.id)
        .execution_options(synchronize_session=False)
    )
    is_first = session.scalar(claimed) is not None
    session.refresh(request)
    return is_first


def _tell_of_taking(session: Session, x: Exchange, request: Request) -> None:
    school = school_of(x.means, x.site)
    item = item_of(school, request)
    if request.needs_yes:
        words = match_words.wants_yes(school, request.number, item, label_of(session, x.site, request))
        tell(session, x.means, x.site, leads_of(session, x.site), words)
    else:
        words = take_words.has_somebody(school.site.short, request.number, item)
        tell_one(session, x.means, x.site, request.person_id, words)


def _taken(x: Exchange, request: Request, *, is_again: bool = False) -> AidTaken:
    item = item_of(school_of(x.means, x.site), request)
    return AidTaken(request.number, item, request.language, not is_joined(request), is_again)


def pass_on(session: Session, x: Exchange, number: str) -> RequestPassed | NoSuchRequest:
    """Back among those that wait; the others are asked again."""
    request = _locked(session, x, number, Request.taken_by == x.person.id)
    if request is None:
        return NoSuchRequest()
    give_back(session, x.means, x.site, request)
    return RequestPassed(request.number)


def give_back(session: Session, means: Means, site: Site, request: Request) -> None:
    """Nobody has it any more; a yes was for that taker alone."""
    was_joined, school = is_joined(request), school_of(means, site)
    request.passed_by, request.taken_by, request.taken_at = request.taken_by, None, None
    request.yes_by, request.place, request.muted_by_taker = None, "", False
    if request.kind != AID:
        return
    request.told_at = request.escalated_at = None
    request.expires_at = means.now() + school.aid_rules.expires
    offer(session, means, site, request)
    if was_joined:
        words = take_words.given_back(school.site.short, request.number, item_of(school, request))
        tell_one(session, means, site, request.person_id, words)


def finish(session: Session, x: Exchange, number: str) -> RequestFinished | RequestPassed | NoSuchRequest:
    """Closed by who asked, who has it, or a lead; the other side is told. Before a lead's yes it is only given back."""
    of_two = Request.kind.in_(KINDS)
    mine, asked = Request.taken_by == x.person.id, (Request.person_id == x.person.id) & of_two
    leads = of_two if LEAD in roles_at(x.person, x.site) else asked
    request = _locked(session, x, number, or_(mine, asked, leads))
    if request is None:
        return NoSuchRequest()
    if request.taken_by == x.person.id and not is_joined(request):
        return pass_on(session, x, number)
    request.done_at, request.outcome = x.means.now(), "done"
    if recording := session.get(Recording, request.recording_id) if request.recording_id else None:
        set_aside(recording, x.means)
    if request.kind == AID:
        _tell_of_end(session, x, request)
    return RequestFinished(request.number)


def _tell_of_end(session: Session, x: Exchange, request: Request) -> None:
    school = school_of(x.means, x.site)
    if request.taken_by != x.person.id:
        words = take_words.is_closed(school.site.short, request.number)
        tell_one(session, x.means, x.site, request.taken_by, words)
    if request.person_id != x.person.id:
        words = take_words.ask_again(school.site.short, request.number, item_of(school, request))
        tell_one(session, x.means, x.site, request.person_id, words)


def find(session: Session, x: Exchange, asked: FindRequests) -> RequestsFound:
    """Those of which this person may mean one."""
    school = school_of(x.means, x.site)
    return RequestsFound(
        tuple(
            RequestNamed(each.number, item_of(school, each), label_of(session, x.site, each) if each.taken_by else "")
            for each in _found(session, x, asked)
        )
    )


def _found(session: Session, x: Exchange, asked: FindRequests) -> Sequence[Request]:
    mine, asked_for = Request.taken_by == x.person.id, Request.person_id == x.person.id
    match asked.to:
        case "finish":
            those = or_(mine, asked_for)
        case "pass":
            those = mine
        case "confirm":
            those = Request.needs_yes & Request.taken_by.is_not(None) & Request.yes_by.is_(None)
    chosen = select(Request).where(open_at(x.site), those).order_by(Request.id)
    return session.scalars(chosen).all()


def public_number(words: str) -> int:
    """Three digits; anything else is nobody's number."""
    return int(words) if re.fullmatch("[1-9][0-9]{2}", words, re.ASCII) else 0


def _locked(session: Session, x: Exchange, number: str, whose: ColumnElement[bool]) -> Request | None:
    """The open request of this number, where it is theirs. Who calls in proves nothing and has none."""
    if x.call is not None and x.delivery is None:
        return None
    chosen = select(Request).where(
        Request.site_id == x.site.id, Request.number == public_number(number), Request.done_at.is_(None), whose
    )
    locked = chosen.with_for_update(key_share=True).execution_options(populate_existing=True)
    return session.scalars(locked.limit(1)).first()
