"""Group chats of a school get its alerts, updates, ends and corrections: whom a broadcast is posted to, in what words.

Internal chats are the staff's. External ones never hear what families do not: they get the same alerts, the same words.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from phonetree.desk.broadcasts import protocol_names, reaches_families
from phonetree.desk.means import Means
from phonetree.desk.outbox import QUEUED
from phonetree.desk.schools import school_of
from phonetree.dialogue.effects import Action, Level
from phonetree.models import OPEN_POSTS, Alert, Broadcast, PostState, RelayPost, Site
from phonetree.school.schema import Audience, Relay, RelayAudience, School
from phonetree.words.i18n import Word, _, reader

ENDS = frozenset({Action.CLEAR, Action.CORRECT})
OPENINGS = frozenset({Action.ALERT, Action.DRILL})
READ_OUTSIDE = ("en", "es")
"""An external chat reads these as well as the school's own first language, where the school offers them."""
ASKS_TO_REPLY = frozenset({Action.ALERT, Action.UPDATE, Action.CLEAR})
"""Whose words say what to reply; a reply in a group chat reaches nobody."""


def queue_posts(session: Session, means: Means, broadcast: Broadcast, body: Word) -> None:
    """Write one row per group chat that *broadcast*, of an alert, goes to; what its end makes untrue is called off.

    In the transaction that releases it. Nothing is written where the protocol names no relays.
    """
    site, alert = session.get_one(Site, broadcast.site_id), session.get_one(Alert, broadcast.alert_id)
    school, action = school_of(means, site), Action(broadcast.action)
    relays = _opened_to(school, action, alert) if action in OPENINGS else _told(session, school, alert)
    if action in ENDS:
        call_off(session, means, RelayPost.alert_id == alert.id)
    for relay in relays:
        _queue(session, means, site, broadcast, relay.name, _in_words(school, relay, action, body))


def call_off(session: Session, means: Means, which: ColumnElement[bool]) -> None:
    """Of *which* nothing that waits is posted any more."""
    waiting = update(RelayPost).where(RelayPost.state == PostState.PENDING, which)
    session.execute(waiting.values(state=PostState.CANCELLED, done_at=means.now(), body_sealed=None))


def chat_names(session: Session, means: Means) -> list[str]:
    """The names in the environment that the schools' files give the addresses of their group chats."""
    schools = [school_of(means, site) for site in session.scalars(select(Site).order_by(Site.id))]
    return list(dict.fromkeys(relay.url_env for school in schools for relay in school.relays))


def post_row(post_id: int) -> str:
    return f"relay_posts|{post_id}|body"


def _opened_to(school: School, action: Action, alert: Alert) -> Sequence[Relay]:
    names = protocol_names(school, action, Level(alert.level))
    if Audience.RELAYS not in names:
        return ()
    is_for_all = action is not Action.DRILL and reaches_families(names)
    return [relay for relay in school.relays if is_for_all or relay.audience is RelayAudience.INTERNAL]


def _told(session: Session, school: School, alert: Alert) -> Sequence[Relay]:
    """The group chats that got the alert, may have, or still get it."""
    may_know = or_(RelayPost.state.in_((*OPEN_POSTS, PostState.DONE)), RelayPost.doubts > 0)
    told = set(session.scalars(select(RelayPost.relay).where(and_(RelayPost.alert_id == alert.id, may_know))))
    return [relay for relay in school.relays if relay.name in told]


def _in_words(school: School, relay: Relay, action: Action, body: Word) -> str:
    """The alert's own words: in the school's first language; to an external chat in English and Spanish too."""
    first, *others = school.site.languages
    also = [code for code in READ_OUTSIDE if code in others and relay.audience is RelayAudience.EXTERNAL]
    each = [body, _("Nobody at the phone tree reads this chat. To answer, text its number.")]
    parts = each if action in ASKS_TO_REPLY else each[:1]
    readers = [reader(code, None, first) for code in (first, *also)]
    return "\n\n".join("\n".join(one.read(part) for part in parts) for one in readers)


def _queue(session: Session, means: Means, site: Site, broadcast: Broadcast, relay: str, words: str) -> None:
    post = RelayPost(
        site_id=site.id,
        broadcast_id=broadcast.id,
        alert_id=broadcast.alert_id,
        relay=relay,
        expires_at=broadcast.expires_at,
        created_at=means.now(),
    )
    session.add(post)
    session.flush()
    post.body_sealed = means.vault(site.sender_id).seal(words, row=post_row(post.id))
    session.info[QUEUED] = True
