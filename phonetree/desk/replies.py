"""What goes back to who texted: at once, or through the ledger where others go first, or not at all in a flood."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from phonetree.desk import floods
from phonetree.desk.counters import count
from phonetree.desk.exchange import Exchange
from phonetree.desk.floods import Worth
from phonetree.desk.outbox import Held, Room, answered, queue_text, reader_of, tell_leads
from phonetree.desk.schools import school_of
from phonetree.desk.spending import day_of
from phonetree.desk.text_turns import Taken
from phonetree.dialogue.text_form import as_text
from phonetree.models import TEXT, Delivery, Lane, State
from phonetree.words.i18n import _
from phonetree.words.segments import in_texts


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back in the webhook's own reply; ``attempt`` names its row in the ledger. No body: silence."""

    body: str = ""
    attempt: str = ""


SILENCE = Answer()


def send_back(session: Session, x: Exchange, taken: Taken) -> Answer:
    """Answer, or leave the answer out and count that. What was asked for is done already, either way."""
    if taken.turn is None:
        return SILENCE
    body = reader_of(x.means, x.person, x.site).read(as_text(taken.turn.said, taken.turn.wait))
    if not body:
        return SILENCE
    if x.forget_at_the_end:
        return Answer(body)
    worth = floods.worth_of(x, taken)
    if floods.is_enough(x, worth):
        return _left_out(session, worth, "phone")
    is_urgent = taken.begun is not None and taken.begun.flow.through_alerts
    return _charged(session, x, body, worth, Lane.NOW if is_urgent else Lane.ANSWER)


def _charged(session: Session, x: Exchange, body: str, worth: Worth, lane: Lane) -> Answer:
    first, *more = in_texts(body)
    attempt = answered(session, x.means, x.person, x.site, first, lane=lane, room=_room(worth))
    if isinstance(attempt, Held):
        if why := _why_not_later(session, x, worth, attempt):
            return _left_out(session, worth, why)
        more, first, attempt = [first, *more], "", ""
    for text in more:
        queue_text(session, x.means, x.person, x.site, text, lane=lane)
    floods.note_answered(x, worth)
    return Answer(first, attempt)


def _room(worth: Worth) -> Room | None:
    if worth is Worth.NEEDED:
        return None
    return Room(floods.DEBT[worth], floods.LEAST_DEBT[worth], floods.DEBT_OF_ALL[worth])


def _why_not_later(session: Session, x: Exchange, worth: Worth, held: Held) -> str:
    """Why it does not go through the ledger either, where it would wait for its turn; nothing: it does."""
    match held:
        case Held.BUDGET:
            _tell_of_budget(session, x)
            return "budget"
        case Held.DEBT if worth is Worth.MENU:
            return "number"
        case Held.ALERT if floods.is_enough(x, worth, floods.MOST_IN_AN_ALERT):
            return "alert"
        case _:
            return "backlog" if _is_long(session, x, worth) else ""


def _is_long(session: Session, x: Exchange, worth: Worth) -> bool:
    """Whether so much waits to be answered on this number already that one more would come too late."""
    if worth is Worth.NEEDED:
        return False
    most = max(floods.LEAST_BACKLOG[worth], int(floods.BACKLOG[worth] * x.sender.segments_per_second))
    waiting = select(Delivery.id).where(
        Delivery.sender_id == x.sender.id,
        Delivery.state == State.PENDING,
        Delivery.lane == Lane.ANSWER,
        Delivery.channel == TEXT,
    )
    return (session.scalar(select(func.count()).select_from(waiting.limit(most).subquery())) or 0) >= most


def _tell_of_budget(session: Session, x: Exchange) -> None:
    """The leads of every school on this number, once a day."""
    day = day_of(x.means.now())
    if x.sender.budget_told_on == day:
        return
    x.sender.budget_told_on = day
    for site in x.sender.sites:
        words = _(
            "{s}: The day's budget for answers is used up. Until midnight questions get no answer. Alerts, corrections "
            "and STOP go on. Tell the technical volunteer.",
            s=school_of(x.means, site).site.short,
        )
        tell_leads(session, x.means, site, words)


def _left_out(session: Session, worth: Worth, why: str) -> Answer:
    """Nothing is said, nothing is raised; how often is counted, and not of whom."""
    count(session, f"answers left out: {worth}, {why}")
    return SILENCE
