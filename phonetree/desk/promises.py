"""Every alert promises a next text. When it is due all leads are asked for it; an open alert is never let lie."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

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
    for alert in session.scalars(due.with_for_update(key_share=True)):
        alert.prompted_at = now
        for lead in leads_of(session, site):
            _ask(session, means, lead, site)


def _ask(session: Session, means: Means, lead: Person, site: Site) -> None:
    turn = dialogue.begin(follow_up.ask, context_of(session, means, lead, site, {}))
    if stand_by(session, means, lead, site, turn.session.step):
        queue_text(session, means, lead, site, as_text(turn.said, turn.wait), lane=Lane.NOW)


def stand_by(session: Session, means: Means, lead: Person, site: Site, step: str | None) -> bool:
    """Open the question *step* on the lead's phone, unless a preview is being answered there this very minute."""
    key = {"person_id": lead.id, "channel": "sms"}
    c = session.get(Conversation, key, with_for_update=True)
    if c is None:
        c = Conversation(**key, updated_at=means.now())
        session.add(c)
    is_busy = (c.step or "").startswith("announce.") and c.updated_at > means.now() - CODE_LIFE
    if not is_busy:
        c.step, c.answers_sealed, c.misses, c.updated_at, c.site_id = step, None, 0, means.now(), site.id
    return not is_busy
