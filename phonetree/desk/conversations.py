"""One text in, one answer out: what every inbound text goes through, and how it is written down.

Most texts only ask. They are understood while others write, and the one who writes waits only for what is noted of
them; a text that wants something done is taken anew with its person locked.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial

from sqlalchemy import Engine, Insert, Select, Update, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from phonetree.desk import people, schools
from phonetree.desk.counters import count
from phonetree.desk.exchange import Exchange, HeardText, MustWrite
from phonetree.desk.floods import note_heard
from phonetree.desk.forgetting import must_go
from phonetree.desk.means import Means
from phonetree.desk.outbox import QUEUED
from phonetree.desk.replies import SILENCE, Answer, send_back
from phonetree.desk.text_turns import Taken, take_text_turn
from phonetree.desk.weighing import Evidence, looks_like_an_answer, may_hold_a_pin, weigh
from phonetree.models import (
    TEXT,
    Conversation,
    Heard,
    Person,
    Sender,
    as_rows,
    begin_writing,
    reading,
    reading_first,
    writing,
)
from phonetree.models.database import may_go_well
from phonetree.words.numbers import is_textable

MOST_TRIES = 3


class NotOurNumber(Exception):
    """The text came to a number on which no school is."""


class NoOrdinaryPhone(Exception):
    """The text came from a number that we never text: another country's, a premium, toll-free or satellite one."""


class Outrun(Exception):
    """Something else was written of this conversation meanwhile: the turn is to be taken anew."""


def answer(engine: Engine, means: Means, heard: HeardText) -> Answer:
    """Answer one text. The same text again gets the same answer and has no second effect."""
    try:
        return _answer(engine, means, heard)
    except NoOrdinaryPhone:
        with writing(engine) as session:
            count(session, "texts not answered: from no ordinary phone")
        return SILENCE


def _answer(engine: Engine, means: Means, heard: HeardText) -> Answer:
    evidence = _weigh(engine, means, heard)
    ways = [partial(_under_lock, engine, means, heard, evidence)] * MOST_TRIES
    if evidence is None:
        ways.insert(0, partial(_asking_only, engine, means, heard))
    failed: Exception = Outrun()
    for way in ways:
        try:
            said, is_queued = way()
        except (MustWrite, Outrun) as error:
            failed = error
        except DBAPIError as error:  # two turns of one phone met crosswise, or the database went away for a moment
            if not may_go_well(error):
                raise
            failed = error
        else:
            if is_queued:
                means.doorbell.ring()
            return said
    raise failed


def _asking_only(engine: Engine, means: Means, heard: HeardText) -> tuple[Answer, bool]:
    """Take the turn while only reading, and write down what it says."""
    with reading_first(engine) as session:
        x = _exchange(session, means, _sender(session, means, heard), heard, is_locked=False)
        taken = take_text_turn(session, x)
        if session.new or session.dirty:
            raise MustWrite
        begin_writing(session)
        return _write(session, x, taken), QUEUED in session.info


def _under_lock(engine: Engine, means: Means, heard: HeardText, evidence: Evidence | None) -> tuple[Answer, bool]:
    """The answer, and whether anything was queued that a worker should be woken for."""
    with writing(engine) as session:
        sender = _sender(session, means, heard)
        if before := _before(session, heard):
            return _as_before(means, sender, heard, before), False
        x = _exchange(session, means, sender, heard, is_locked=True)
        x.evidence = evidence
        said = _write(session, x, take_text_turn(session, x))
        return said, QUEUED in session.info


def _weigh(engine: Engine, means: Means, heard: HeardText) -> Evidence | None:
    if not looks_like_an_answer(heard.words):
        return None
    with reading(engine) as session:
        sender = schools.find_sender(session, means, heard.recipient)
        person = people.find_person(session, means, sender, heard.sender, lock=False) if sender else None
        person_id = person.id if person and people.has_pin_role(person) else None
    return weigh(engine, means, person_id, heard.sid, heard.words) if person_id else None


def _sender(session: Session, means: Means, heard: HeardText) -> Sender:
    sender = schools.find_sender(session, means, heard.recipient)
    if sender is None or not sender.sites:
        raise NotOurNumber
    return sender


@dataclass(frozen=True, slots=True)
class _Before:
    """That this very text was answered already, and with what."""

    sealed: bytes | None


def _before(session: Session, heard: HeardText) -> _Before | None:
    found = as_rows(session, _answer_to(), {"sid": heard.sid}).one_or_none()
    return None if found is None else _Before(found.answer_sealed)


@cache
def _answer_to() -> Select[bytes | None]:
    return select(Heard.answer_sealed).where(Heard.sid == bindparam("sid"))


def _as_before(means: Means, sender: Sender, heard: HeardText, before: _Before) -> Answer:
    if before.sealed is None:
        return Answer()
    body, attempt = json.loads(means.vault(sender.id).open(before.sealed, row=_row(heard.sid)))
    return Answer(body, attempt)


def _exchange(session: Session, means: Means, sender: Sender, heard: HeardText, *, is_locked: bool) -> Exchange:
    """Where the conversation stands is held apart from the session: it is written with the rest, in one go."""
    site = sender.sites[0]
    find = people.lock_texter if is_locked else people.find_texter
    texter = find(session, means, sender, heard.sender)
    if texter is None:
        texter = people.Texter(_new_person(session, means, sender, heard, is_locked=is_locked), None, None)
    conversation = texter.conversation
    if conversation is None:
        conversation = _nothing_yet(texter.person, means.now())
    else:
        session.expunge(conversation)
    x = Exchange(means, heard.incoming, sender, texter.person, site, conversation, may_write=is_locked)
    x.last_text_at = texter.last_text_at
    note_heard(x)
    return x


def _nothing_yet(person: Person, now: datetime) -> Conversation:
    counts = {"misses": 0, "turns": 0, "replies": 0, "menu_replies": 0}
    return Conversation(person_id=person.id, channel=TEXT, updated_at=now, **counts)


def _new_person(session: Session, means: Means, sender: Sender, heard: HeardText, *, is_locked: bool) -> Person:
    if not is_locked:
        raise MustWrite
    if not is_textable(heard.sender):
        raise NoOrdinaryPhone
    language = schools.school_of(means, sender.sites[0]).site.languages[0]
    return people.enrol(session, means, sender, heard.sender, language)


# --- how it is written down ------------------------------------------------------------------------------------------


def _write(session: Session, x: Exchange, taken: Taken) -> Answer:
    """The conversation, the answer, and that this text was heard."""
    said = send_back(session, x, taken)
    _keep(session, x.conversation)
    _remember(session, x, said)
    if may_hold_a_pin(x.heard.words) and people.has_pin_role(x.person):
        must_go(session, x.means, x.heard.sid)  # whatever came of it
    if x.forget_at_the_end:
        people.forget(session, x.means, x.person)
    return said


def _keep(session: Session, conversation: Conversation) -> None:
    """Write where it stands, if nobody else has since it was read."""
    seen, columns = conversation.turns, Conversation.__table__.columns
    values = {column.key: getattr(conversation, column.key) for column in columns} | {"turns": seen + 1}
    if seen == 0:
        kept = as_rows(session, _first_standing(session.get_bind().dialect.name), values)
    else:
        key = {"whose": values.pop("person_id"), "by": values.pop("channel"), "seen": seen}
        kept = as_rows(session, _standing(), values | key)
    if kept.one_or_none() is None:
        raise Outrun


@cache
def _standing() -> Update:
    theirs = (Conversation.person_id == bindparam("whose")) & (Conversation.channel == bindparam("by"))
    seen = update(Conversation).where(theirs, Conversation.turns == bindparam("seen"))
    return seen.returning(Conversation.turns)


@cache
def _first_standing(dialect: str) -> Insert:
    return _insert(dialect, Conversation).on_conflict_do_nothing().returning(Conversation.turns)


@cache
def _first_hearing(dialect: str) -> Insert:
    return _insert(dialect, Heard).on_conflict_do_nothing().returning(Heard.sid)


def _insert(dialect: str, into: type[Conversation | Heard]) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(into) if dialect == "sqlite" else postgresql.insert(into)


def _remember(session: Session, x: Exchange, said: Answer) -> None:
    stored = json.dumps([said.body, said.attempt])
    sealed = x.means.vault(x.sender.id).seal(stored, row=_row(x.heard.sid)) if said.body else None
    heard = {"sid": x.heard.sid, "person_id": x.person.id, "answer_sealed": sealed, "at": x.means.now()}
    if as_rows(session, _first_hearing(session.get_bind().dialect.name), heard).one_or_none() is None:
        raise MustWrite  # it was answered before: the same answer again


def _row(sid: str) -> str:
    return f"heard|{sid}"
