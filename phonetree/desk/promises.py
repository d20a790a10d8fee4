"""Every alert promises a next text. When it is due all leads are asked for it; an open alert is never let lie."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from phonetree.desk.answers import seal_answers
from phonetree.desk.contexts import context_of
from phonetree.desk.means import Means
from phonetree.desk.outbox import queue_text
from phonetree.desk.people import leads_of
from phonetree.desk.proposals import CODE_LIFE
from phonetree.desk.schools import school_of
from phonetree.dialogue import engine as dialogue
from phonetree.dialogue.text_form import as_text
from phonetree.flows import follow_up
from phonetree.models import Alert, Conversation, Lane, Person, Site


def ask_for_next_text(session: Session, means: Means, site: Site) -> None:
    """Ask every lead, once per promise, and again when another promise's time has passed without news."""
    now, every = means.now(), school_of(means, site).protocol.next_text
    due = select(Alert).where(
        Alert.site_id == site.id,
        Alert.closed_at.is_(None),
        Alert.next_due_at <= now,
        Alert.prompted_at.is_(None) | (Alert.prompted_at < Alert.next_due_at) | (Alert.prompted_at <= now - every),
    )
    alert = session.scalars(due.order_by(Alert.next_due_at).with_for_update(key_share=True)).first()
    if alert is None or _was_just_asked(session, means, site, alert):
        return
    alert.prompted_at = now
    for lead in leads_of(session, site):
        ask(session, means, lead, site, alert.number)


def _was_just_asked(session: Session, means: Means, site: Site, besides: Alert) -> bool:
    """One question at a time: another alert's waits until its answer had time to come."""
    asked = select(Alert.id).where(
        Alert.site_id == site.id,
        Alert.id != besides.id,
        Alert.closed_at.is_(None),
        Alert.next_due_at <= means.now(),
        Alert.prompted_at > means.now() - CODE_LIFE,
    )
    return session.scalar(asked.limit(1)) is not None


def ask(session: Session, means: Means, lead: Person, site: Site, number: int) -> None:
    """Ask this lead for the next text about the alert with this number."""
    answers = {"alert": str(number)}
    turn = dialogue.begin(follow_up.ask, context_of(session, means, lead, site, answers))
    if stand_by(session, means, lead, site, turn.session.step, answers):
        queue_text(session, means, lead, site, as_text(turn.said, turn.wait), lane=Lane.NOW)


def stand_by(
    session: Session,
    means: Means,
    lead: Person,
    site: Site,
    step: str | None,
    answers: Mapping[str, str] = MappingProxyType({}),
) -> bool:
    """Open the question *step* on the lead's phone, unless a preview is being answered there this very minute."""
    key = {"person_id": lead.id, "channel": "sms"}
    c = session.get(Conversation, key, with_for_update=True)
    if c is None:
        c = Conversation(**key, turns=0, updated_at=means.now())
        session.add(c)
    is_busy = (c.step or "").startswith("announce.") and c.updated_at > means.now() - CODE_LIFE
    if not is_busy:
        c.step, c.misses, c.updated_at, c.site_id = step, 0, means.now(), site.id
        c.answers_sealed = seal_answers(means, lead, answers)
        c.turns += 1
    return not is_busy
