"""A year after somebody agreed they are asked whether it still holds; who never answers leaves (decisions 28).

Asked are those who are on the list for themselves; who works for the school is not. A few a day, by day, and never
while an alert is open or a drill is under way on the number.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from phonetree.desk.alert_texts import local
from phonetree.desk.call_consent import takes_texts
from phonetree.desk.call_ledger import NewCall, queue_call
from phonetree.desk.contexts import context_of
from phonetree.desk.exchange import Exchange
from phonetree.desk.means import Means
from phonetree.desk.outbox import FOREVER, audit, queue_text
from phonetree.desk.people import opt_out, reconfirm
from phonetree.desk.schools import school_of
from phonetree.dialogue import engine as dialogue
from phonetree.dialogue.effects import Action
from phonetree.dialogue.nodes import Step
from phonetree.dialogue.text_form import as_text
from phonetree.flows import menu, yearly
from phonetree.models import (
    Alert,
    Broadcast,
    CallLane,
    Consent,
    Conversation,
    Lane,
    Mark,
    Membership,
    Person,
    Site,
    YearlyQuestion,
)

ASKED = ("parent", "volunteer", "interpreter")
"""In other roles somebody works for the school, or for the network, and is known to the leads."""
AGREED = ("opt_in", "come_back", "imported", "confirmed")
"""What begins a year anew."""
A_YEAR, FOUR_WEEKS, A_WEEK = timedelta(days=365), timedelta(weeks=4), timedelta(weeks=1)
TEXTS, CALLS = 2, 8
"""How often somebody is asked: a text stays to be read, a call that nobody picks up does not, so it comes each week."""
MOST_A_DAY = 60
"""At one school."""
AT_ONCE, EVERY = 10, timedelta(minutes=10)
DAYTIME = range(9, 20)
A_TALK = timedelta(hours=1)
"""Nobody is interrupted in what they are just texting about."""
LOOKED = "yearly questions"


def ask_who_is_due(session: Session, means: Means) -> None:
    """Every few minutes a few at each school."""
    last = session.get(Mark, LOOKED)
    if last is not None and last.at > means.now() - EVERY:
        return
    session.merge(Mark(name=LOOKED, at=means.now()))
    for site in session.scalars(select(Site).order_by(Site.id)).all():
        if local(school_of(means, site), means.now()).hour in DAYTIME and _is_quiet(session, site):
            _ask_at(session, means, site)


def _is_quiet(session: Session, site: Site) -> bool:
    """On the whole number: whoever is on several lists reads one text at a time."""
    here = select(Site.id).where(Site.sender_id == site.sender_id)
    is_open = exists().where(Alert.site_id.in_(here), Alert.closed_at.is_(None))
    drills = (Broadcast.action == Action.DRILL, Broadcast.told_delivered_at.is_(None))
    drilling = exists().where(Broadcast.site_id.in_(here), *drills)
    return not session.scalar(select(or_(is_open, drilling)))


def _ask_at(session: Session, means: Means, site: Site) -> None:
    """Who was asked before comes first, and leaves when all was asked; then whose year is over."""
    left = min(AT_ONCE, MOST_A_DAY - _asked_today(session, means, site))
    for person, question in _unanswered(session, means, site, left):
        if question.times >= _most(session, person, site):
            opt_out(session, means, person, "unanswered")
            audit(session, means, "left: no answer", site=site, actor=person)
            session.delete(question)
        else:
            question.asked_at, question.times = means.now(), question.times + 1
            _ask(session, means, person, site, question.times)
        left -= 1
    for person in _due(session, means, site, left):
        new = {"site_id": site.id, "asked_at": means.now(), "times": 1, "answered_at": None}
        session.merge(YearlyQuestion(person_id=person.id, **new))
        _ask(session, means, person, site, 1)


def _asked_today(session: Session, means: Means, site: Site) -> int:
    midnight = local(school_of(means, site), means.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    asked = (YearlyQuestion.site_id == site.id, YearlyQuestion.asked_at >= midnight)
    return session.scalar(select(func.count()).select_from(YearlyQuestion).where(*asked)) or 0


def _due(session: Session, means: Means, site: Site, most: int) -> Sequence[Person]:
    """Whose last word is a year old, the oldest first."""
    at_work, mine = aliased(Membership), aliased(Membership)
    works = exists().where(at_work.person_id == Person.id, at_work.role.not_in(ASKED))
    is_here = exists().where(mine.person_id == Person.id, mine.site_id == site.id, mine.is_held.is_(False))
    last = select(func.max(Consent.at)).where(Consent.person_id == Person.id, Consent.what.in_(AGREED))
    agreed = last.correlate(Person).scalar_subquery()
    is_asked = exists().where(
        YearlyQuestion.person_id == Person.id,
        or_(YearlyQuestion.answered_at.is_(None), YearlyQuestion.answered_at > means.now() - A_YEAR),
    )
    chosen = select(Person).where(Person.sender_id == site.sender_id, Person.stopped_at.is_(None), is_here, ~works)
    chosen = chosen.where(agreed <= means.now() - A_YEAR, ~is_asked, ~_is_talking(means.now()))
    return session.scalars(chosen.order_by(agreed, Person.id).limit(max(most, 0))).all()


def _is_talking(now: datetime) -> ColumnElement[bool]:
    return exists().where(
        Conversation.person_id == Person.id, Conversation.step.is_not(None), Conversation.updated_at > now - A_TALK
    )


def _unanswered(session: Session, means: Means, site: Site, most: int) -> Sequence[tuple[Person, YearlyQuestion]]:
    """Who let the time pass. Who joined, came back or was imported anew since then has answered by that."""
    since = exists().where(
        Consent.person_id == Person.id, Consent.what.in_(AGREED), Consent.at >= YearlyQuestion.asked_at
    )
    by_text = takes_texts(Person.id, site.id)
    is_over = or_(
        YearlyQuestion.asked_at <= means.now() - FOUR_WEEKS,
        ~by_text & (YearlyQuestion.asked_at <= means.now() - A_WEEK),
    )
    chosen = (
        select(Person, YearlyQuestion)
        .join(YearlyQuestion, YearlyQuestion.person_id == Person.id)
        .where(YearlyQuestion.site_id == site.id, YearlyQuestion.answered_at.is_(None), is_over)
        .where(Person.stopped_at.is_(None), ~since, ~_is_talking(means.now()))
        .order_by(YearlyQuestion.asked_at, Person.id)
    )
    return [(row[0], row[1]) for row in session.execute(chosen.limit(max(most, 0)))]


def _takes_texts(session: Session, person: Person, site: Site) -> bool:
    return session.scalar(select(Person.id).where(Person.id == person.id, takes_texts(Person.id, site.id))) is not None


def _most(session: Session, person: Person, site: Site) -> int:
    return TEXTS if _takes_texts(session, person, site) else CALLS


def _ask(session: Session, means: Means, person: Person, site: Site, times: int) -> None:
    """By text, or by call where they chose calls; from the middle on it says what comes of silence."""
    by_text = _takes_texts(session, person, site)
    step = yearly.ask_again if times > (TEXTS if by_text else CALLS) // 2 else yearly.ask
    if not by_text:
        queue_call(session, means, person, site, NewCall(step, CallLane.LATER, life=A_TALK))
        return
    turn = dialogue.begin(step, context_of(session, means, person, site, {}))
    queue_text(session, means, person, site, as_text(turn.said, turn.wait), lane=Lane.LATER, life=FOREVER)


# --- the answer ------------------------------------------------------------------------------------------------------


def step_of_digit(session: Session, x: Exchange, digit: str) -> Step | None:
    """What a bare digit outside a conversation means: the answer to that question, else a choice of the menu."""
    if digit == yearly.STAYS and _is_asked(session, x):
        return yearly.stay
    _label, step = menu.DIGITS.get(digit, ("", None))
    return step


def _is_asked(session: Session, x: Exchange) -> bool:
    """It is open, however long ago it was asked, and no safety text came to this phone since."""
    question = session.get(YearlyQuestion, x.person.id)
    if question is None or question.answered_at is not None:
        return False
    if x.last_text_at is not None and x.last_text_at > question.asked_at:
        return False
    x.choose(session.get(Site, question.site_id))
    return True


def stay(session: Session, x: Exchange) -> None:
    """Another year, by their own word; said twice it is written down once."""
    question = session.get(YearlyQuestion, x.person.id, with_for_update={"key_share": True})
    if question is not None and question.answered_at is None:
        question.answered_at = x.means.now()
        reconfirm(session, x.means, x.person, x.site, "sms" if x.call is None else "voice")
