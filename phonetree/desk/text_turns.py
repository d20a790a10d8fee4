"""What one text leads to: heard as an answer, a command or neither, and moved through the flow that it belongs to."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from phonetree.desk.exchange import Exchange
from phonetree.desk.next_steps import Begin, Next, Resume, Silence, Unpark
from phonetree.desk.questions import answers_so_far, context_for, open_question, park, parked_answers, save
from phonetree.desk.recognition import choose_school, recognise
from phonetree.desk.turns import perform_all
from phonetree.desk.understanding import needs_school, what_next
from phonetree.dialogue import engine as dialogue
from phonetree.dialogue.engine import Heard as Words
from phonetree.dialogue.engine import Turn
from phonetree.dialogue.keywords import understand
from phonetree.dialogue.nodes import Step
from phonetree.flows import STEPS, which_school

READ_ON_AT_MOST = 2


@dataclass(frozen=True, slots=True)
class Taken:
    """A turn by text that is over, and the step with which it began; without a turn it is silence."""

    turn: Turn | None
    begun: Step | None


def take_text_turn(session: Session, x: Exchange) -> Taken:
    """Decide, move, perform; where words are to be read on, once more."""
    choose_school(session, x)
    park(x)
    taken = _taken(session, x)
    for _again in range(READ_ON_AT_MOST):
        if taken.turn is None or not taken.turn.read_on:
            break
        x.heard = replace(x.heard, words=taken.turn.read_on)
        save(x, taken.turn)
        taken = _taken(session, x)
    if taken.turn is not None:
        save(x, taken.turn)
    return taken


def _taken(session: Session, x: Exchange) -> Taken:
    """One whole turn: decide, move, perform, and go on until somebody has to answer."""
    question = open_question(session, x)
    language = x.person.language if x.person.language_is_chosen else None
    meaning = understand(x.heard.words, language=language)
    chosen = what_next(session, x, recognise(session, x, meaning), question)
    step = _step_of(x, chosen)
    if step is None:
        return Taken(None, None)
    turn = _move(session, x, chosen, step)
    return Taken(perform_all(session, x, turn), step)


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
