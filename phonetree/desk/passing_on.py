"""A text of one side of a request becomes a text to the other: through the ledger, sealed like every other."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from phonetree.desk.exchange import Exchange
from phonetree.desk.masked import Standing, all_named, named, open_requests, other_side
from phonetree.desk.masking import BLANK, blanked
from phonetree.desk.means import Means
from phonetree.desk.outbox import FOREVER, LONGEST, queue_text, tell_leads
from phonetree.desk.schools import find_site, school_of
from phonetree.dialogue.masked import MuteRequest, NotPassedOn, PassedOn, PassOn, RequestMuted, WhyNot
from phonetree.dialogue.outcomes import Outcome
from phonetree.models import (
    MESSAGE,
    Delivery,
    Lane,
    Person,
    Request,
    Site,
)
from phonetree.words.i18n import Lines, Word, _

MOST_IN_AN_HOUR = 30
AN_HOUR = timedelta(hours=1)
PASSED_ON = "masked-"
"""How the matter of a text begins that was passed on."""
_WHY: dict[Standing, WhyNot] = {
    Standing.UNTAKEN: "untaken",
    Standing.UNSETTLED: "unsettled",
    Standing.SILENT: "silent",
    Standing.ANSWERED: "answered",
    Standing.CLOSED: "closed",
}


def pass_on(session: Session, x: Exchange, asked: PassOn) -> Outcome:
    """The other side gets the words; nobody else does, whatever else they are about."""
    if asked.school:
        x.choose(find_site(session, asked.school))
    found = named(session, x, asked.number)
    if found is None:
        return NotPassedOn("unknown")
    request, standing = found.request, found.standing
    if standing in _WHY:
        return NotPassedOn(_WHY[standing])
    words, left_out = blanked(asked.words.strip())
    if not any(character.isalnum() for character in words.replace(BLANK, "")):
        return NotPassedOn("nothing_left")
    if _in_the_last_hour(session, x.means, request) >= MOST_IN_AN_HOUR:
        return NotPassedOn("too_many")
    if standing is Standing.TO_TAKE and not take_message(session, x, request):
        return NotPassedOn("answered")
    return _passed_on(session, x, request, words, left_out=bool(left_out))


def _passed_on(session: Session, x: Exchange, request: Request, words: str, *, left_out: bool) -> Outcome:
    other = other_side(session, request, x.person)
    if other is None:
        return NotPassedOn("silent")
    site, is_cut = session.get_one(Site, request.site_id), len(words) > LONGEST
    short = school_of(x.means, site).site.short
    told = _("{s} {number}: {words}", s=short, number=str(request.number), words=_cut(words))
    lines = (told, *_how_to_answer(session, x.means, request, other))
    for text in queue_text(session, x.means, other, site, Lines(lines), lane=Lane.ANSWER, life=FOREVER):
        text.matter = _matter(request)
    return PassedOn(left_out=left_out, is_cut=is_cut)


def take_message(session: Session, x: Exchange, request: Request) -> bool:
    """The first lead who answers a message has it; the others are told that it is answered."""
    taken = session.scalar(
        update(Request)
        .where(Request.id == request.id, Request.kind == MESSAGE, Request.taken_by.is_(None))
        .values(taken_by=x.person.id, taken_at=x.means.now())
        .returning(Request.id)
        .execution_options(synchronize_session=False)
    )
    session.refresh(request)
    if taken is None:
        return False
    site = session.get_one(Site, request.site_id)
    words = _("{s}: {number} is answered.", s=school_of(x.means, site).site.short, number=str(request.number))
    tell_leads(session, x.means, site, words, lane=Lane.ANSWER, besides=x.person.id)
    return True


def mute(session: Session, x: Exchange, asked: MuteRequest) -> Outcome:
    theirs = (Standing.OPEN, Standing.SILENT)
    found = [each.request for each in all_named(session, x, asked.number) if each.standing in theirs]
    for request in found:
        if request.person_id == x.person.id:
            request.muted_by_asker = True
        else:
            request.muted_by_taker = True
    return RequestMuted(bool(found))


def was_passed_on_since_asked(session: Session, x: Exchange) -> bool:
    """Whether the other side of a request wrote to this person after the open question was asked."""
    since = x.conversation.updated_at
    theirs = select(Delivery.id).where(Delivery.person_id == x.person.id, Delivery.matter.startswith(PASSED_ON))
    return session.scalar(theirs.where(Delivery.created_at > since).limit(1)) is not None


def close_unanswered(session: Session, means: Means) -> None:
    """Messages that nobody closed are over after their time."""
    lapsed = update(Request).where(Request.kind == MESSAGE, Request.done_at.is_(None))
    lapsed = lapsed.where(Request.expires_at <= means.now())
    session.execute(lapsed.values(done_at=means.now(), outcome="expired"))


def _cut(words: str) -> str:
    return words if len(words) <= LONGEST else words[:LONGEST].rstrip() + " ..."


def _how_to_answer(session: Session, means: Means, request: Request, other: Person) -> tuple[Word, ...]:
    """With the first text that this side gets of it."""
    before = select(Delivery.id).where(Delivery.matter == _matter(request), Delivery.person_id == other.id)
    if session.scalar(before.limit(1)) is not None:
        return ()
    number = str(request.number)
    if [each.id for each in open_requests(session, means, other)] == [request.id]:
        return (_("To answer, just text back. MUTE {number} ends it.", number=number),)
    return (_("To answer, text {number} and your words. MUTE {number} ends it.", number=number),)


def _in_the_last_hour(session: Session, means: Means, request: Request) -> int:
    counted = select(func.count()).where(Delivery.matter == _matter(request))
    return session.scalar(counted.where(Delivery.created_at > means.now() - AN_HOUR)) or 0


def _matter(request: Request) -> str:
    """Rows of requests are deleted, and a database may give their numbers anew: the time tells them apart."""
    return f"{PASSED_ON}{request.id}-{int(request.made_at.timestamp())}"
