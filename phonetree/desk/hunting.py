"""The hunt for a person: a caller waits, operators ring, the first who presses 1 gets the call."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from phonetree.desk.call_answers import CallAnswer, LeaveQueue, UnknownCall, WaitOn
from phonetree.desk.clips import ClipStore
from phonetree.desk.duty import duty_of, end_duty
from phonetree.desk.exchange import Exchange
from phonetree.desk.means import Means
from phonetree.desk.outbox import QUEUED, queue_text
from phonetree.desk.ringing import ON_ITS_WAY, is_live, ring_next, still_rings
from phonetree.desk.schools import school_of
from phonetree.dialogue.context import Waiting
from phonetree.dialogue.effects import TakeCall
from phonetree.dialogue.outcomes import AlreadyTaken, Outcome, Taken
from phonetree.flows import rung
from phonetree.models import Call, CallOutcome, Delivery, Hunt, Lane, Person, Site, State, new_id, reading, writing
from phonetree.words.i18n import Lines, Sentences, Word, _, say
from phonetree.words.speech import speaker_for

RINGING, TAKEN, PASSED, OVER, GONE = "ringing", "taken", "passed", "over", "gone"
ASKED_EVERY = timedelta(seconds=10)
JOINED_WITHIN = timedelta(seconds=20)
"""An operator who pressed 1 and has not been joined by then has hung up instead."""
UNANSWERED = 2
"""So many in a row end a duty."""
ENDS_FOR = timedelta(minutes=5)
"""How long the carrier is asked again to end a leg of which it reports no end."""


def begin_hunt(session: Session, x: Exchange) -> bool:
    """Begin to ring for the caller of this exchange; whether anybody is rung."""
    if x.call is None:
        raise UnknownCall
    now = x.means.now()
    hunt = Hunt(
        id=new_id(),
        site_id=x.site.id,
        call_id=x.call.id,
        person_id=None if x.is_withheld else x.person.id,
        language=x.call.language,
        state=RINGING,
        began_at=now,
        until=now + school_of(x.means, x.site).hotline.max_wait,
    )
    session.add(hunt)
    session.flush()
    if not ring_next(session, x.means, hunt):
        hunt.state, hunt.ended_at = OVER, now
    return hunt.state == RINGING


def queue_of(session: Session, x: Exchange) -> str:
    """The hunt that this caller waits for: the name of the queue."""
    hunt = _last_hunt(session, x)
    if hunt is None or hunt.state != RINGING:
        raise UnknownCall
    return hunt.id


def waiting_caller(session: Session, x: Exchange) -> Waiting | None:
    """Of a leg that rings an operator: who waits."""
    hunt = session.get(Hunt, x.delivery.matter) if x.delivery and x.delivery.matter else None
    if hunt is None:
        return None
    return Waiting(hunt.language, is_over=hunt.state != RINGING, is_taken=hunt.state in (TAKEN, PASSED))


def has_waited(session: Session, x: Exchange) -> tuple[bool, bool]:
    """Of a caller: whether they waited as long as the school lets anyone, and whether they were passed on."""
    hunt = _last_hunt(session, x)
    return (hunt.until <= x.means.now(), hunt.state == PASSED) if hunt else (False, False)


def wait_in_queue(engine: Engine, means: Means, hunt_id: str, call_sid: str) -> CallAnswer:
    """What a caller who waits hears next. Mostly one look; only where the wait turns is anything written."""
    with reading(engine) as session:
        waits = select(Hunt, Call).join(Call, Call.id == Hunt.call_id)
        found = session.execute(waits.where(Hunt.id == hunt_id, Call.sid == call_sid)).one_or_none()
        if found is None:
            return LeaveQueue()
        hunt, call = found
        if hunt.state == RINGING and _is_on(session, means, hunt):
            return _still_waiting(session, means, hunt, call)
    with writing(engine) as session:
        hunt = session.get_one(Hunt, hunt_id, with_for_update=True)
        stays = _goes_on(session, means, hunt)
        if not stays:
            _end_legs(session, means, hunt)
        is_queued = QUEUED in session.info
    if is_queued:
        means.doorbell.ring()
    return WaitOn((), _seconds(means, hunt)) if stays else LeaveQueue()


def take_call(session: Session, x: Exchange, asked: TakeCall) -> Outcome:
    """Two presses in the same instant meet at one row: one changes it, the other finds it changed."""
    matter = x.delivery.matter if x.delivery else None
    state = PASSED if asked.passes_on else TAKEN
    changed = (
        update(Hunt)
        .where(Hunt.id == (matter or ""), Hunt.state == RINGING)
        .values(state=state, taken_by=x.person.id, ended_at=x.means.now())
        .returning(Hunt.id)
        .execution_options(synchronize_session=False)
    )
    won = session.scalar(changed)
    hunt = session.get(Hunt, matter or "", populate_existing=True)
    duty = duty_of(session, x.site.id, x.person.id)
    if duty is not None:
        duty.unanswered = 0
    if won is None or hunt is None:
        return AlreadyTaken()
    if duty is not None:
        duty.last_caller_id = hunt.person_id
    _end_legs(session, x.means, hunt)
    _give_numbers(session, x)
    return Taken()


def caller_left(session: Session, x: Exchange) -> None:
    """The caller hung up, or spoke with somebody and hung up: nobody has to ring any more."""
    hunt = _last_hunt(session, x)
    if hunt is not None and _settle(session, x.means, hunt.id, GONE):
        _end_legs(session, x.means, session.get_one(Hunt, hunt.id, populate_existing=True))


def leg_ended(session: Session, means: Means, delivery: Delivery) -> None:
    """A call of ours is over. Where it rang an operator who did not take the caller, the next one rings.

    A hunt that somebody else holds is just being taken or given up, and needs nobody any more: nobody waits for it
    here, so that the report of a leg and a press of 1 never wait for one another crosswise.
    """
    if delivery.begins != rung.whisper.name or delivery.matter is None:
        return
    ringing = select(Hunt).where(Hunt.id == delivery.matter, Hunt.state == RINGING)
    held = ringing.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    hunt = session.scalar(held)
    if hunt is None:
        return
    if delivery.outcome not in {CallOutcome.FAILED, CallOutcome.HEARD}:
        _count_unanswered(session, means, delivery)
    session.flush()
    if hunt.until > means.now() and not still_rings(session, means, hunt):
        ring_next(session, means, hunt)


def end_hunts(session: Session, means: Means) -> None:
    """Hunts whose time is up or whose caller is gone are over; what still rings for one that is over is ended."""
    now = means.now()
    due = select(Hunt, Call.ended_at).join(Call, Call.id == Hunt.call_id).where(Hunt.state == RINGING)
    due = due.where((Hunt.until <= now) | Call.ended_at.is_not(None)).with_for_update(of=Hunt, skip_locked=True)
    for hunt, hung_up_at in session.execute(due).all():
        hunt.state, hunt.ended_at = GONE if hung_up_at else OVER, now
    session.flush()
    late = select(Hunt).join(Delivery, Delivery.matter == Hunt.id).where(Hunt.state != RINGING)
    late = late.where(Delivery.final_at.is_(None), Delivery.created_at > now - ENDS_FOR).distinct()
    for hunt in session.scalars(late).all():
        _end_legs(session, means, hunt)


def _last_hunt(session: Session, x: Exchange) -> Hunt | None:
    if x.call is None:
        return None
    own = select(Hunt).where(Hunt.call_id == x.call.id).order_by(Hunt.began_at.desc()).limit(1)
    return session.scalar(own)


def _is_on(session: Session, means: Means, hunt: Hunt) -> bool:
    return hunt.until > means.now() and still_rings(session, means, hunt)


def _goes_on(session: Session, means: Means, hunt: Hunt) -> bool:
    """Whether the caller is to stay; where not, nobody can take them from here on."""
    match hunt.state:
        case "ringing" if _is_on(session, means, hunt):
            return True
        case "ringing" if hunt.until > means.now() and ring_next(session, means, hunt):
            return True
        case "taken" if _comes(session, means, hunt):
            return True
        case "ringing" | "taken":
            hunt.state, hunt.ended_at = OVER, means.now()
    return False


def _comes(session: Session, means: Means, hunt: Hunt) -> bool:
    """Whether the operator who pressed 1 is still on the line; the two are about to be joined."""
    if hunt.ended_at is None or hunt.ended_at + JOINED_WITHIN < means.now():
        return False
    leg = select(Delivery.id).where(is_live(means, hunt), Delivery.person_id == hunt.taken_by)
    return session.scalar(leg.limit(1)) is not None


def _still_waiting(session: Session, means: Means, hunt: Hunt, call: Call) -> WaitOn:
    """Something is said every other time: silence sounds like a dead line, and a voice all the time is no rest."""
    if (means.now() - hunt.began_at) // ASKED_EVERY % 2 == 0:
        return WaitOn((), _seconds(means, hunt))
    site = session.get_one(Site, hunt.site_id)
    person = session.get(Person, hunt.person_id) if hunt.person_id else None
    default = school_of(means, site).site.languages[0]
    second = person.second_language if person else None
    speaker = speaker_for(call.language, second, default, ClipStore(session, site))
    calm = Sentences((say("We are still looking for a person."), say("Please stay on the line.")))
    return WaitOn(speaker.speak(calm), _seconds(means, hunt))


def _seconds(means: Means, hunt: Hunt) -> int:
    """Until the caller is asked about again: not beyond the end of the wait."""
    if hunt.state == TAKEN:
        return 1
    left: timedelta = min(ASKED_EVERY, hunt.until - means.now())
    return max(1, int(left.total_seconds()))


def _settle(session: Session, means: Means, hunt_id: str, state: str) -> bool:
    changed = update(Hunt).where(Hunt.id == hunt_id, Hunt.state == RINGING).returning(Hunt.id)
    changed = changed.values(state=state, ended_at=means.now()).execution_options(synchronize_session=False)
    return session.scalar(changed) is not None


def _end_legs(session: Session, means: Means, hunt: Hunt) -> None:
    """All but the one who took it. A leg that is being written by somebody else is left to the next round."""
    legs = select(Delivery).where(
        Delivery.matter == hunt.id,
        Delivery.final_at.is_(None),
        Delivery.person_id != (hunt.taken_by or ""),
        Delivery.created_at > means.now() - ENDS_FOR,
    )
    held = legs.with_for_update(skip_locked=True, key_share=True).execution_options(populate_existing=True)
    for leg in session.scalars(held).all():
        if leg.state == State.PENDING:
            leg.state, leg.final_at = State.CANCELLED, means.now()
        elif leg.state in ON_ITS_WAY:
            leg.is_to_end = True
            session.info[QUEUED] = True


def _count_unanswered(session: Session, means: Means, leg: Delivery) -> None:
    duty = duty_of(session, leg.site_id or 0, leg.person_id)
    if duty is None or duty.ended_at is not None:
        return
    duty.unanswered += 1
    if duty.unanswered >= UNANSWERED:
        end_duty(duty, means)
        operator, site = session.get_one(Person, leg.person_id), session.get_one(Site, duty.site_id)
        told = _(
            "{s}: You are off the hotline: two calls were not answered. ON begins again.",
            s=school_of(means, site).site.short,
        )
        queue_text(session, means, operator, site, told, lane=Lane.ANSWER)


def _give_numbers(session: Session, x: Exchange) -> None:
    """One text to who took the call: the network's numbers and the legal ones."""
    school = school_of(x.means, x.site)
    outside = [f"{line.number.national()} {line.name}" for line in school.hotlines]
    numbers: list[Word] = [*outside, *(f"{line.number.national()} {line.name}" for line in school.hotline.legal)]
    if numbers:
        words = Lines((_("{s}: Numbers to give:", s=school.site.short), *numbers))
        queue_text(session, x.means, x.person, x.site, words, lane=Lane.ANSWER)
