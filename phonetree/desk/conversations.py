"""One text in, one answer out: the transaction that every inbound text goes through."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from phonetree.desk import people, schools
from phonetree.desk.contexts import context_of, last_safety_text
from phonetree.desk.effects import perform
from phonetree.desk.exchange import Exchange, HeardText
from phonetree.desk.means import Means
from phonetree.desk.outbox import answered, is_draining, queue_text, reader_of
from phonetree.desk.proposals import Evidence, weigh
from phonetree.desk.understanding import Begin, Next, Resume, Silence, Unpark, needs_school, what_next
from phonetree.dialogue import engine as dialogue
from phonetree.dialogue.engine import Heard as Words
from phonetree.dialogue.engine import Turn
from phonetree.dialogue.keywords import Command, Said, understand
from phonetree.dialogue.nodes import Node, Step
from phonetree.dialogue.text_form import as_text
from phonetree.flows import STEPS, menu
from phonetree.models import Conversation, Heard, Lane, Sender, Site, reading, writing
from phonetree.words.languages import language_of_script

QUESTION_LIFE = timedelta(hours=1)
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
    try:
        said = _answer_once(engine, means, heard, evidence)
    except IntegrityError:  # the same text, or the same new phone, was written by another process meanwhile
        said = _answer_once(engine, means, heard, evidence)
    means.doorbell.ring()
    return said


def _answer_once(engine: Engine, means: Means, heard: HeardText, evidence: Evidence | None) -> Answer:
    with writing(engine) as session:
        sender = schools.find_sender(session, means, heard.recipient)
        if sender is None or not sender.sites:
            raise NotOurNumber
        if (before := session.get(Heard, heard.sid)) is not None:
            return _as_before(means, sender, before)
        x = _exchange(session, means, sender, heard)
        x.evidence = evidence
        return _converse(session, x)


def _weigh(engine: Engine, means: Means, heard: HeardText) -> Evidence | None:
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
    return Exchange(means, heard, sender, person, site, conversation)


def _converse(session: Session, x: Exchange) -> Answer:
    _choose_school(session, x)
    _park(session, x)
    turn, begun = _turn(session, x)
    for _again in range(READ_ON_AT_MOST):
        if turn is None or not turn.read_on:
            break
        x.heard = replace(x.heard, words=turn.read_on)
        _save(x, turn)
        turn, begun = _turn(session, x)
    said = Answer()
    if turn is not None:
        _save(x, turn)
        said = _send_back(session, x, turn, begun)
    _remember(session, x, said)
    if x.forget_at_the_end:
        people.forget(session, x.means, x.person)
    return said


def _turn(session: Session, x: Exchange) -> tuple[Turn | None, Step | None]:
    """One whole turn: decide, move, perform, and go on until somebody has to answer. None: silence."""
    question = _question(session, x)
    language = x.person.language if x.person.language_is_chosen else None
    meaning = understand(x.heard.words, language=language)
    if isinstance(meaning, Said):
        _learn_language(x, meaning.language)
        _school_in_words(session, x, meaning)
    elif _is_code(session, x):
        meaning = Said(Command.JOIN, None, "")
    chosen = what_next(session, x, meaning, question)
    step = _step_of(x, chosen)
    if step is None:
        return None, None
    turn = _move(session, x, chosen, step)
    return _perform_all(session, x, turn), step


def _step_of(x: Exchange, chosen: Next) -> Step | None:
    match chosen:
        case Begin(step):
            return menu.school if needs_school(step) and not x.has_chosen_site else step
        case Resume(step):
            return step
        case Unpark():
            return STEPS.get(x.conversation.parked_step or "")
        case Silence():
            return None


def _move(session: Session, x: Exchange, chosen: Next, step: Step) -> Turn:
    match chosen:
        case Resume():
            context = context_of(session, x.means, x.person, x.site, _answers(x), x.weighed)
            session_now = dialogue.Session(step.name, _answers(x), x.conversation.misses)
            return dialogue.resume(step, session_now, Words(x.heard.words), context)
        case Begin(answers=answers):
            answers = {"words": x.heard.words} if step is menu.school else dict(answers)
        case _:
            answers = _parked_answers(x)
    context = context_of(session, x.means, x.person, x.site, answers)
    names = {site.code: schools.school_of(x.means, site).site.name for site in _sites(x)}
    return dialogue.begin(step, replace(context, schools=names))


def _perform_all(session: Session, x: Exchange, turn: Turn) -> Turn:
    while True:
        for effect in turn.effects:
            perform(session, x, effect)
        if turn.perform is None:
            return turn
        outcome = perform(session, x, turn.perform.effect)
        if outcome is None:
            return replace(turn, perform=None)
        session.flush()
        turn = dialogue.proceed(turn, outcome, context_of(session, x.means, x.person, x.site, turn.session.answers))


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
    return Answer(body, answered(session, x.means, x.person, x.site, body, lane=lane))


# --- the open question ------------------------------------------------------------------------------------------------


def _question(session: Session, x: Exchange) -> Node | None:
    """What is being asked, if anything still is."""
    step = STEPS.get(x.conversation.step or "")
    if step is None or x.conversation.updated_at < x.means.now() - QUESTION_LIFE:
        x.conversation.step = None
        return None
    names = {site.code: schools.school_of(x.means, site).site.name for site in _sites(x)}
    context = context_of(session, x.means, x.person, x.site, _answers(x), x.weighed)
    return step(replace(context, schools=names))


def _park(session: Session, x: Exchange) -> None:
    """A safety text parks an open question: the next bare digit answers the safety text (decisions 5)."""
    c = x.conversation
    step = STEPS.get(c.step or "")
    if step is None or step.flow.through_alerts:
        return
    last = last_safety_text(session, x.person)
    if last is not None and last.submitted_at is not None and last.submitted_at > c.updated_at:
        c.parked_step, c.parked_answers_sealed, c.parked_at = c.step, c.answers_sealed, x.means.now()
        c.step, c.answers_sealed, c.misses = None, None, 0


def _save(x: Exchange, turn: Turn) -> None:
    c = x.conversation
    c.step, c.misses, c.updated_at, c.site_id = turn.session.step, turn.session.misses, x.means.now(), x.site.id
    kept = turn.session.answers if turn.session.step else {}
    c.answers_sealed = x.means.vault(x.sender.id).seal(json.dumps(dict(kept)), row=_row(x)) if kept else None


def _answers(x: Exchange) -> dict[str, str]:
    return _opened(x, x.conversation.answers_sealed)


def _parked_answers(x: Exchange) -> dict[str, str]:
    sealed, x.conversation.parked_step = x.conversation.parked_answers_sealed, None
    is_fresh = x.conversation.parked_at and x.conversation.parked_at > x.means.now() - QUESTION_LIFE
    return _opened(x, sealed) if is_fresh else {}


def _opened(x: Exchange, sealed: bytes | None) -> dict[str, str]:
    return dict(json.loads(x.means.vault(x.sender.id).open(sealed, row=_row(x)))) if sealed else {}


def _row(x: Exchange) -> str:
    return f"conversations|{x.person.id}|answers"


def _remember(session: Session, x: Exchange, said: Answer) -> None:
    stored = json.dumps([said.body, said.attempt])
    sealed = x.means.vault(x.sender.id).seal(stored, row=f"heard|{x.heard.sid}") if said.body else None
    known = None if x.forget_at_the_end else x.person.id
    session.add(Heard(sid=x.heard.sid, person_id=known, answer_sealed=sealed, at=x.means.now()))


# --- which school, which language -------------------------------------------------------------------------------------


def _sites(x: Exchange) -> list[Site]:
    """The schools that this conversation may be about: the person's own, else all on the number."""
    own = {m.site_id for m in x.person.memberships}
    return [site for site in x.sender.sites if site.id in own] or list(x.sender.sites)


def _choose_school(session: Session, x: Exchange) -> None:
    sites = _sites(x)
    if len(sites) == 1:
        x.choose(sites[0])
    elif x.conversation.site_id is not None and x.conversation.step:
        x.choose(session.get(Site, x.conversation.site_id))


def _school_in_words(session: Session, x: Exchange, said: Said) -> None:
    if said.command is Command.JOIN and said.arguments:
        x.choose(schools.find_site(session, said.arguments.strip().upper()))


def _is_code(session: Session, x: Exchange) -> bool:
    """The code of a school alone is a wish to join it."""
    word = x.heard.words.strip().strip(".!\"'").upper()
    codes = {site.code for site in x.sender.sites}
    if word in codes:
        x.choose(schools.find_site(session, word))
    return word in codes


def _learn_language(x: Exchange, spoken: str | None) -> None:
    """The language of the word, else of its script, tells the language of a person we do not know yet."""
    found = spoken or language_of_script(x.heard.words)
    offered = schools.school_of(x.means, x.site).site.languages
    if not x.person.language_is_chosen and found in offered:
        x.person.language = found
