"""One text in, one answer out: the transaction that every inbound text goes through."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from phonetree.desk import people, schools
from phonetree.desk.exchange import Exchange, HeardText
from phonetree.desk.forgetting import must_go
from phonetree.desk.means import Means
from phonetree.desk.outbox import QUEUED, answered, is_draining, queue_text, reader_of
from phonetree.desk.proposals import Evidence, looks_like_an_answer, weigh
from phonetree.desk.questions import answers_so_far, context_for, open_question, park, parked_answers, save
from phonetree.desk.recognition import choose_school, recognise
from phonetree.desk.turns import perform_all
from phonetree.desk.understanding import Begin, Next, Resume, Silence, Unpark, needs_school, what_next
from phonetree.dialogue import engine as dialogue
from phonetree.dialogue.engine import Heard as Words
from phonetree.dialogue.engine import Turn
from phonetree.dialogue.keywords import understand
from phonetree.dialogue.nodes import Step
from phonetree.dialogue.text_form import as_text
from phonetree.flows import STEPS, which_school
from phonetree.models import Conversation, Heard, Lane, Sender, reading, writing
from phonetree.models.database import once_more
from phonetree.words.segments import in_texts

READ_ON_AT_MOST = 2


class NotOurNumber(Exception):
    """The text came to a number on which no school is."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back in the webhook's own reply; ``attempt`` names its row in the ledger. No body: silence."""

    body: str = ""
    attempt: str = ""


def answer(engine: Engine, means: Means, heard: HeardText) -> Answer:
    """Answer one text. The same text again gets the same answer and has no second effect."""
    evidence = _weigh(engine, means, heard)
    said, is_queued = once_more(lambda: _answer_once(engine, means, heard, evidence))
    if is_queued:
        means.doorbell.ring()
    return said


def _answer_once(engine: Engine, means: Means, heard: HeardText, evidence: Evidence | None) -> tuple[Answer, bool]:
    """The answer, and whether anything was queued that a worker should be woken for."""
    with writing(engine) as session:
        sender = schools.find_sender(session, means, heard.recipient)
        if sender is None or not sender.sites:
            raise NotOurNumber
        if (before := session.get(Heard, heard.sid)) is not None:
            return _as_before(means, sender, before), False
        x = _exchange(session, means, sender, heard)
        x.evidence = evidence
        said = _converse(session, x)
        return said, QUEUED in session.info


def _weigh(engine: Engine, means: Means, heard: HeardText) -> Evidence | None:
    if not looks_like_an_answer(heard.words):
        return None
    with reading(engine) as session:
        sender = schools.find_sender(session, means, heard.recipient)
        person = people.find_person(session, means, sender, heard.sender, lock=False) if sender else None
        person_id = person.id if person and any(m.role == people.LEAD for m in person.memberships) else None
    return weigh(engine, means, person_id, heard.sid, heard.words) if person_id else None


def _as_before(means: Means, sender: Sender, before: Heard) -> Answer:
    if before.answer_sealed is None:
        return Answer()
    body, attempt = json.loads(means.vault(sender.id).open(before.answer_sealed, row=f"heard|{before.sid}"))
    return Answer(body, attempt)


def _exchange(session: Session, means: Means, sender: Sender, heard: HeardText) -> Exchange:
    site = sender.sites[0]
    person = people.find_person(session, means, sender, heard.sender)
    if person is None:
        language = schools.school_of(means, site).site.languages[0]
        person = people.enrol(session, means, sender, heard.sender, language)
    conversation = session.get(Conversation, (person.id, "sms"))
    if conversation is None:
        conversation = Conversation(person_id=person.id, channel="sms", updated_at=means.now())
        session.add(conversation)
    return Exchange(means, heard.incoming, sender, person, site, conversation)


def _converse(session: Session, x: Exchange) -> Answer:
    choose_school(session, x)
    park(session, x)
    turn, begun = _turn(session, x)
    for _again in range(READ_ON_AT_MOST):
        if turn is None or not turn.read_on:
            break
        x.heard = replace(x.heard, words=turn.read_on)
        save(x, turn)
        turn, begun = _turn(session, x)
    said = Answer()
    if turn is not None:
        save(x, turn)
        said = _send_back(session, x, turn, begun)
    _remember(session, x, said)
    if looks_like_an_answer(x.heard.words) and any(m.role == people.LEAD for m in x.person.memberships):
        must_go(session, x.means, x.heard.sid)  # whatever came of it, it may hold a PIN
    if x.forget_at_the_end:
        people.forget(session, x.means, x.person)
    return said


def _turn(session: Session, x: Exchange) -> tuple[Turn | None, Step | None]:
    """One whole turn: decide, move, perform, and go on until somebody has to answer. None: silence."""
    question = open_question(session, x)
    language = x.person.language if x.person.language_is_chosen else None
    meaning = understand(x.heard.words, language=language)
    chosen = what_next(session, x, recognise(session, x, meaning), question)
    step = _step_of(x, chosen)
    if step is None:
        return None, None
    turn = _move(session, x, chosen, step)
    return perform_all(session, x, turn), step


def _step_of(x: Exchange, chosen: Next) -> Step | None:
    match chosen:
        case Begin(step):
            return which_school.school if needs_school(step) and not x.has_chosen_site else step
        case Resume(step):
            return step
        case Unpark():
            return STEPS.get(x.conversation.parked_step or "")
        case Silence():
            return None


def _move(session: Session, x: Exchange, chosen: Next, step: Step) -> Turn:
    match chosen:
        case Resume():
            so_far = answers_so_far(x)
            standing = dialogue.Session(step.name, so_far, x.conversation.misses)
            return dialogue.resume(step, standing, Words(x.heard.words), context_for(session, x, so_far))
        case Begin(answers=answers):
            answers = {"words": x.heard.words} if step is which_school.school else dict(answers)
        case _:
            answers = parked_answers(x)
    return dialogue.begin(step, context_for(session, x, answers))


def _send_back(session: Session, x: Exchange, turn: Turn, begun: Step | None) -> Answer:
    body = reader_of(x.means, x.person, x.site).read(as_text(turn.said, turn.wait))
    if not body:
        return Answer()
    is_urgent = begun is not None and begun.flow.through_alerts
    if is_draining(session, x.sender.id) and not is_urgent:
        queue_text(session, x.means, x.person, x.site, body, lane=Lane.ANSWER)
        return Answer()
    lane = Lane.NOW if is_urgent else Lane.ANSWER
    if x.forget_at_the_end:
        return Answer(body)
    first, *more = in_texts(body)
    for text in more:
        queue_text(session, x.means, x.person, x.site, text, lane=lane)
    return Answer(first, answered(session, x.means, x.person, x.site, first, lane=lane))


def _remember(session: Session, x: Exchange, said: Answer) -> None:
    stored = json.dumps([said.body, said.attempt])
    sealed = x.means.vault(x.sender.id).seal(stored, row=f"heard|{x.heard.sid}") if said.body else None
    session.add(Heard(sid=x.heard.sid, person_id=x.person.id, answer_sealed=sealed, at=x.means.now()))
