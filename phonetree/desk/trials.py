"""One real text and one real call to a phone that the operator names, by the same way as every other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from phonetree.desk.call_ledger import NewCall, queue_call
from phonetree.desk.means import Means
from phonetree.desk.outbox import audit, queue_text
from phonetree.desk.people import enrol, find_person
from phonetree.desk.schools import school_of
from phonetree.flows import trial
from phonetree.models import (
    FINAL,
    CallLane,
    Delivery,
    Lane,
    Site,
    State,
    reading,
    writing,
)
from phonetree.words.numbers import PhoneNumber

LIFE = timedelta(minutes=5)
"""A test that comes later than that only puzzles."""


class HasLeft(Exception):
    """Whoever has this phone said STOP; they get nothing, not even a test."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What was written into the ledger: a text and a call."""

    text: int
    call: int


@dataclass(frozen=True, slots=True)
class Stage:
    """How far one of the two is; *outcome* is a call's."""

    state: State
    outcome: str
    error_code: int | None

    @property
    def is_over(self) -> bool:
        return self.state in FINAL


def begin(session: Session, means: Means, site: Site, number: PhoneNumber) -> Trial:
    """Write both into the ledger; a worker sends them. Raises ``HasLeft``."""
    school, sender = school_of(means, site), site.sender
    person = find_person(session, means, sender, number)
    person = person or enrol(session, means, sender, number, school.site.languages[0])
    if person.stopped_at is not None:
        raise HasLeft
    (text,) = queue_text(session, means, person, site, trial.text(school.site.short), lane=Lane.ANSWER, life=LIFE)
    call = queue_call(session, means, person, site, NewCall(trial.hello, CallLane.LATER, life=LIFE))
    audit(session, means, "a phone was tried", site=site, actor=None, about="one text and one call")
    return Trial(text.id, call.id)


def stages(engine: Engine, tried: Trial) -> tuple[Stage, Stage]:
    """How far the text and the call are."""
    with reading(engine) as session:
        text, call = (session.get_one(Delivery, each) for each in (tried.text, tried.call))
        return _stage(text), _stage(call)


def call_off(engine: Engine, means: Means, tried: Trial) -> None:
    """What still waits is not sent any more: nobody is looking."""
    waits = (Delivery.id.in_((tried.text, tried.call)), Delivery.state == State.PENDING)
    with writing(engine) as session:
        session.execute(update(Delivery).where(*waits).values(state=State.CANCELLED, final_at=means.now()))


def first_site(session: Session) -> Site | None:
    """The school in whose name a phone is tried where none is named."""
    return session.scalar(select(Site).order_by(Site.id).limit(1))


def _stage(delivery: Delivery) -> Stage:
    return Stage(State(delivery.state), delivery.outcome, delivery.error_code)
