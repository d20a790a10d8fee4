"""The open question of a conversation: what is asked, what was answered so far, and what a safety text parked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from phonetree.desk import schools
from phonetree.desk.answers import open_answers, seal_answers
from phonetree.desk.call_contexts import in_call
from phonetree.desk.contexts import context_of
from phonetree.desk.exchange import Exchange
from phonetree.desk.recognition import possible_sites
from phonetree.dialogue.context import Context
from phonetree.dialogue.engine import Turn
from phonetree.dialogue.nodes import Node
from phonetree.flows import STEPS

QUESTION_LIFE = timedelta(hours=1)


def context_for(session: Session, x: Exchange, answers: Mapping[str, str]) -> Context:
    """What a step may know in this exchange."""
    sites = [schools.school_of(x.means, site).site for site in possible_sites(x)]
    context = replace(
        context_of(session, x.means, x.person, x.site, answers, x.weighed, x.last_text_at),
        schools={site.code: site.name for site in sites},
        keypad_codes={site.code: site.keypad_code for site in sites if site.keypad_code},
    )
    return context if x.call is None else in_call(session, x, context)


def open_question(session: Session, x: Exchange) -> Node | None:
    """What is being asked, if anything still is."""
    step = STEPS.get(x.conversation.step or "")
    if step is None or x.conversation.updated_at < x.means.now() - QUESTION_LIFE:
        x.conversation.step = None
        return None
    return step(context_for(session, x, answers_so_far(x)))


def park(x: Exchange) -> None:
    """A safety text parks an open question: the next bare digit answers the safety text (decisions 5)."""
    c = x.conversation
    step = STEPS.get(c.step or "")
    if step is None or step.flow.through_alerts:
        return
    if x.last_text_at is not None and x.last_text_at > c.updated_at:
        c.parked_step, c.parked_answers_sealed, c.parked_at = c.step, c.answers_sealed, x.last_text_at
        c.step, c.answers_sealed, c.misses = None, None, 0


def save(x: Exchange, turn: Turn) -> None:
    c = x.thread
    c.step, c.misses, c.updated_at = turn.session.step, turn.session.misses, x.means.now()
    c.site_id = x.site.id if x.has_chosen_site else None
    c.answers_sealed = seal_answers(x.means, x.person, turn.session.answers if turn.session.step else {})


def answers_so_far(x: Exchange) -> dict[str, str]:
    return open_answers(x.means, x.person, x.thread.answers_sealed)


def has_parked(x: Exchange) -> bool:
    """Whether ``BACK`` has somewhere to go: what was parked over an hour ago lapsed."""
    c = x.conversation
    return bool(c.parked_step and c.parked_at and c.parked_at > x.means.now() - QUESTION_LIFE)


def parked_answers(x: Exchange) -> dict[str, str]:
    sealed, x.conversation.parked_step = x.conversation.parked_answers_sealed, None
    return open_answers(x.means, x.person, sealed)
