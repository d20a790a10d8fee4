"""Requests to be called back, and what people left after the tone: a number, no name, taken by the first."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from phonetree.desk import aid_taking, notes
from phonetree.desk.call_ledger import answers_of
from phonetree.desk.duty import duty_of, is_barred, may_serve, on_duty
from phonetree.desk.exchange import Exchange, Target
from phonetree.desk.means import Means
from phonetree.desk.outbox import FOREVER, queue_text, tell_leads
from phonetree.desk.people import LEAD, roles_at
from phonetree.desk.recordings import set_aside
from phonetree.desk.schools import next_number, school_of
from phonetree.dialogue.effects import CloseRequest, LeaveRecording, TakeRequest
from phonetree.dialogue.outcomes import AlreadyTaken, Outcome, Taken
from phonetree.models import (
    VOICEMAIL,
    Lane,
    Membership,
    Note,
    Person,
    Purpose,
    Recording,
    RecordingState,
    Report,
    Request,
    Site,
)
from phonetree.words.i18n import _

KEPT = timedelta(days=7)
"""What was said after a tone is kept no longer, heard or not."""
HELD_FOR = timedelta(hours=2)
"""Who took a request and has not closed it by then gives it back."""
ANSWERING_ROLES = ("operator", LEAD)
_IS_VOICEMAIL = Request.kind == VOICEMAIL


def leave_recording(session: Session, x: Exchange, left: LeaveRecording) -> None:
    """Keep it under a number: a voicemail for the shift, anything else for the leads."""
    recording = session.get(Recording, left.recording)
    if recording is None:
        return
    recording.purpose, recording.site_id = Purpose(left.topic), x.site.id
    if left.topic == "voicemail":
        recording.number = _leave_request(session, x, recording)
    else:
        person = None if x.is_withheld else x.person
        recording.number = notes.leave(session, x.means, person, x.site, left.topic, "", recording.id).number


def take(session: Session, x: Exchange, asked: TakeRequest) -> Outcome:
    """The first who names a request has it; what was said to the leads, each of them may hear."""
    number = aid_taking.public_number(asked.number)
    if (aid := aid_taking.take(session, x, number)) is not None:
        return aid
    if not may_serve(x.person, x.site):
        return AlreadyTaken()
    taken = session.scalar(
        update(Request)
        .where(Request.site_id == x.site.id, Request.number == number, Request.done_at.is_(None), _IS_VOICEMAIL)
        .where(Request.taken_by.is_(None) | (Request.taken_by == x.person.id))
        .values(taken_by=x.person.id, taken_at=x.means.now())
        .returning(Request.id)
        .execution_options(synchronize_session=False)
    )
    if taken is not None:
        request = session.get_one(Request, taken, populate_existing=True)
        return Taken(_sound(session, request.recording_id), has_caller=request.person_id is not None)
    note = _note(session, x, number)
    return AlreadyTaken() if note is None else Taken(_sound(session, note.recording_id))


def close(session: Session, x: Exchange, asked: CloseRequest) -> None:
    """Done: what was said is deleted. Left for later: it is anybody's again."""
    number = _number_at_hand(x)
    request, note = _at_hand(session, x), _note(session, x, number)
    if request is not None and asked.is_done:
        request.done_at = x.means.now()
        _silence(session, x.means, request.recording_id)
    elif request is not None:
        request.taken_by = request.taken_at = None
    elif note is not None and asked.is_done:
        _silence(session, x.means, note.recording_id)


def target(session: Session, x: Exchange) -> Target | None:
    """Who asked to be called, by the request at hand. None where there is none, or they want no more of us."""
    request = _at_hand(session, x)
    caller = session.get(Person, request.person_id) if request and request.person_id else None
    if caller is None or caller.stopped_at is not None:
        return None
    if duty := duty_of(session, x.site.id, x.person.id):
        duty.last_caller_id = caller.id
    return Target(x.means.number_of(caller))


def give_back(session: Session, means: Means) -> None:
    """What was taken and not closed is anybody's again; what was said is kept a week at most."""
    now = means.now()
    forgotten = update(Request).where(_IS_VOICEMAIL, Request.done_at.is_(None), Request.taken_at < now - HELD_FOR)
    session.execute(forgotten.values(taken_by=None, taken_at=None))
    old = select(Recording).where(Recording.made_at < now - KEPT, Recording.handled_at.is_(None))
    for recording in session.scalars(old.limit(100)).all():
        set_aside(recording, means)
    lapsed = update(Request).where(_IS_VOICEMAIL, Request.done_at.is_(None), Request.made_at < now - KEPT)
    session.execute(lapsed.values(done_at=now))


def _leave_request(session: Session, x: Exchange, recording: Recording) -> int:
    request = Request(
        site_id=x.site.id,
        number=next_number(session, x.site),
        person_id=None if x.is_withheld else x.person.id,
        language=x.call.language if x.call else x.person.language,
        recording_id=recording.id,
        made_at=x.means.now(),
    )
    session.add(request)
    _page(session, x, request)
    return request.number


def _page(session: Session, x: Exchange, request: Request) -> None:
    """The shift is told; where nobody is on, everyone who answers. Of a barred caller the leads alone."""
    words = _(
        "{s}: Voicemail {number} waits. To hear it and call back, send TAKE {number}.",
        s=school_of(x.means, x.site).site.short,
        number=str(request.number),
    )
    if is_barred(session, x.means, x.site.id, request.person_id):
        tell_leads(session, x.means, x.site, words, lane=Lane.ANSWER)
        return
    for person in on_duty(session, x.means, x.site.id) or _operators(session, x.site):
        queue_text(session, x.means, person, x.site, words, lane=Lane.ANSWER, life=FOREVER)


def _operators(session: Session, site: Site) -> list[Person]:
    theirs = select(Membership.person_id).where(
        Membership.site_id == site.id, Membership.role.in_(ANSWERING_ROLES), ~Membership.is_held
    )
    chosen = select(Person).where(Person.id.in_(theirs), Person.stopped_at.is_(None))
    return list(session.scalars(chosen.order_by(Person.id)))


def _number_at_hand(x: Exchange) -> int:
    """Only in a call of ours: who calls in may have forged an operator's number."""
    return int(answers_of(x.means, x.delivery).get("number", "0")) if x.delivery else 0


def _at_hand(session: Session, x: Exchange) -> Request | None:
    chosen = select(Request).where(
        Request.site_id == x.site.id,
        Request.number == _number_at_hand(x),
        Request.taken_by == x.person.id,
        Request.done_at.is_(None),
        _IS_VOICEMAIL,
    )
    return session.scalars(chosen.limit(1)).first()


def _note(session: Session, x: Exchange, number: int) -> Note | Report | None:
    """What was said to the leads under this number, a message or a report, for a lead."""
    if LEAD not in roles_at(x.person, x.site):
        return None
    said = select(Note).where(Note.site_id == x.site.id, Note.number == number, Note.recording_id.is_not(None))
    report = select(Report).where(
        Report.site_id == x.site.id, Report.number == number, Report.recording_id.is_not(None)
    )
    note = session.scalars(said.order_by(Note.id.desc()).limit(1)).first()
    return note or session.scalars(report.order_by(Report.id.desc()).limit(1)).first()


def _sound(session: Session, recording_id: str | None) -> str:
    """The name of the recording, where it has come and is kept still."""
    recording = session.get(Recording, recording_id) if recording_id else None
    is_here = recording is not None and recording.state == RecordingState.FETCHED and recording.sound_sealed is not None
    return recording.id if recording is not None and is_here else ""


def _silence(session: Session, means: Means, recording_id: str | None) -> None:
    if recording := session.get(Recording, recording_id) if recording_id else None:
        set_aside(recording, means)
