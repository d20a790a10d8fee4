"""Posts to group chats go out, in their own ledger: claimed by lease, asked for with no database held, written down.

They take nothing from a sender's bucket and no text waits for them.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import assert_never

from sqlalchemy import ColumnElement, Engine, Select, and_, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from phonetree.desk.delivery import ASKED_WITHIN, as_repeat
from phonetree.desk.means import Means
from phonetree.desk.pauses import BY_FREEZE, BY_LEAD
from phonetree.desk.post_failures import fail
from phonetree.desk.proposals import RESUME_LIFE
from phonetree.desk.relaying import call_off, post_row
from phonetree.desk.schools import school_of
from phonetree.dialogue.effects import Action
from phonetree.models import (
    OPEN_POSTS,
    Alert,
    Broadcast,
    PostState,
    RelayPost,
    Site,
    database_now,
    reading,
    writing,
)
from phonetree.school.schema import Relay
from phonetree.words.chats import GroupChats, NotPosted, OutgoingPost, Posted, PostOutcome, PostTrouble
from phonetree.words.crypto import CannotDecrypt

LEASE = timedelta(seconds=15)
"""Longer than any post is waited for."""
MOST_TRIES = 6
MOST_DOUBTS = 2
"""A group may read the same post twice, the second marked as a repeat, and never more often."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=2), timedelta(minutes=2)
AFTER_DOUBT = timedelta(seconds=20)
"""A service that was slow to answer may bring the post yet."""
SOON = timedelta(seconds=1)
HOPELESS = frozenset({PostTrouble.NOT_SET, PostTrouble.NOT_UNDERSTOOD})
"""Asking again changes nothing before somebody mends the settings."""


@dataclass(frozen=True, slots=True)
class ClaimedPost:
    """A post that this worker alone may ask for, until its lease ends. A later claim has another count of tries."""

    post_id: int
    tries: int
    post: OutgoingPost = field(repr=False)


async def relay(engine: Engine, means: Means, chats: GroupChats, asked_within: float = ASKED_WITHIN) -> None:
    """Post what is due, to all chats side by side; what is not asked for *asked_within* seconds is looked at again."""
    claimed = await asyncio.to_thread(claim_posts, engine, means, asked_within)
    await asyncio.gather(*(_post(engine, means, chats, one) for one in claimed))


async def _post(engine: Engine, means: Means, chats: GroupChats, one: ClaimedPost) -> None:
    outcome = await chats.post(one.post)
    await asyncio.to_thread(record_post, engine, means, one, outcome)


def claim_posts(engine: Engine, means: Means, asked_within: float = ASKED_WITHIN) -> list[ClaimedPost]:
    """Take what may go now: one post per chat, and of one alert never a later post before an earlier one is through."""
    with reading(engine) as session:
        if not session.scalar(select(exists().where(RelayPost.state.in_(OPEN_POSTS)))):
            return []
    with writing(engine) as session:
        _take_back(session)
        call_off(session, means, _no_longer_holds(means))
        for post in session.scalars(_given_up(means)):
            fail(session, means, post, PostTrouble(post.trouble or PostTrouble.EXPIRED))
        ask_by, claimed = time.monotonic() + asked_within, dict[str, ClaimedPost]()
        for post in session.scalars(_due(means)):
            relay = _relay_of(session, means, post)
            if relay is None:
                call_off(session, means, RelayPost.id == post.id)
            elif relay.url_env not in claimed and (one := _claimed(session, means, post, relay, ask_by)):
                claimed[relay.url_env] = one
        return list(claimed.values())


def record_post(engine: Engine, means: Means, claimed: ClaimedPost, outcome: PostOutcome) -> None:
    """Write down what came of it, unless somebody else has claimed it since."""
    with writing(engine) as session:
        post = session.get(RelayPost, claimed.post_id, with_for_update=True)
        if post is None or post.tries != claimed.tries or post.state not in OPEN_POSTS:
            return
        match outcome:
            case Posted():
                post.state, post.trouble, post.done_at, post.body_sealed = PostState.DONE, "", means.now(), None
            case NotPosted(PostTrouble.TOO_LATE):
                _put_back(post, means, SOON)
                post.tries -= 1
            case NotPosted():
                _try_again(session, means, post, outcome)
            case _:
                assert_never(outcome)


def _try_again(session: Session, means: Means, post: RelayPost, outcome: NotPosted) -> None:
    post.doubts += outcome.may_have_come
    post.trouble = outcome.trouble
    if outcome.trouble in HOPELESS or _is_enough(post):
        fail(session, means, post, outcome.trouble)
    else:
        _put_back(post, means, AFTER_DOUBT if outcome.may_have_come else pause_after(post.tries))


def pause_after(tries: int) -> timedelta:
    """How long to wait after so many tries."""
    return min(FIRST_PAUSE * float(3 ** (tries - 1)), LONGEST_PAUSE)


def _is_enough(post: RelayPost) -> bool:
    return post.tries >= MOST_TRIES or post.doubts >= MOST_DOUBTS


def _put_back(post: RelayPost, means: Means, pause: timedelta) -> None:
    post.state, post.lease_until, post.not_before = PostState.PENDING, None, means.now() + pause


def _take_back(session: Session) -> None:
    """A worker died between asking and writing down: nobody knows whether the group has it."""
    session.execute(
        update(RelayPost)
        .where(RelayPost.state == PostState.SENDING, RelayPost.lease_until <= database_now())
        .values(
            state=PostState.PENDING, lease_until=None, doubts=RelayPost.doubts + 1, trouble=PostTrouble.NO_ANSWER.value
        )
    )


def _no_longer_holds(means: Means) -> ColumnElement[bool]:
    """Its alert has ended, or a lead paused it and nobody went on within ten minutes."""
    mine, of_alert = Broadcast.id == RelayPost.broadcast_id, Alert.id == RelayPost.alert_id
    news = Broadcast.action.in_((Action.ALERT, Action.UPDATE))
    ended = exists().where(mine, of_alert, news, Alert.closed_at.is_not(None))
    lapsed = exists().where(mine, Broadcast.paused_by == BY_LEAD, Broadcast.paused_at <= means.now() - RESUME_LIFE)
    return or_(ended, lapsed)


def _given_up(means: Means) -> Select[RelayPost]:
    is_over = or_(RelayPost.expires_at <= means.now(), RelayPost.tries >= MOST_TRIES, RelayPost.doubts >= MOST_DOUBTS)
    chosen = select(RelayPost).where(RelayPost.state == PostState.PENDING, is_over).order_by(RelayPost.id)
    return chosen.with_for_update(skip_locked=True)


def _due(means: Means) -> Select[RelayPost]:
    """A lead's pause, or a freeze, holds it. Trouble with the carrier does not: then a group chat is what is left."""
    before, asked = aliased(RelayPost), aliased(RelayPost)
    same_alert = and_(before.alert_id == RelayPost.alert_id, before.relay == RelayPost.relay)
    is_behind = exists().where(same_alert, before.id < RelayPost.id, before.state.in_(OPEN_POSTS))
    same_chat = and_(asked.site_id == RelayPost.site_id, asked.relay == RelayPost.relay)
    is_asked = exists().where(same_chat, asked.state == PostState.SENDING)
    held = Broadcast.paused_by.in_((BY_LEAD, BY_FREEZE)) & Broadcast.paused_at.is_not(None)
    is_held = exists().where(Broadcast.id == RelayPost.broadcast_id, held)
    is_time = or_(RelayPost.not_before.is_(None), RelayPost.not_before <= means.now())
    chosen = select(RelayPost).where(RelayPost.state == PostState.PENDING, is_time, ~is_behind, ~is_asked, ~is_held)
    return chosen.order_by(RelayPost.id).with_for_update(skip_locked=True)


def _relay_of(session: Session, means: Means, post: RelayPost) -> Relay | None:
    """As the school's file has it today."""
    school = school_of(means, session.get_one(Site, post.site_id))
    return next((relay for relay in school.relays if relay.name == post.relay), None)


def _claimed(session: Session, means: Means, post: RelayPost, relay: Relay, ask_by: float) -> ClaimedPost | None:
    site = session.get_one(Site, post.site_id)
    try:
        words = means.vault(site.sender_id).open(post.body_sealed or b"", row=post_row(post.id))
    except CannotDecrypt:
        fail(session, means, post, PostTrouble.UNREADABLE)
        return None
    if post.doubts:
        words = as_repeat(words, school_of(means, site).site.languages[0])
    post.state, post.tries = PostState.SENDING, post.tries + 1
    post.lease_until = session.scalars(select(database_now())).one() + LEASE
    return ClaimedPost(post.id, post.tries, OutgoingPost(relay.url_env, words, ask_by))
