"""A group chat that did not get a post: the leads are told once, calmly, and texts go on."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from phonetree.desk.means import Means
from phonetree.desk.outbox import tell_leads
from phonetree.dialogue.effects import Action
from phonetree.models import Broadcast, Lane, PostState, RelayPost, Site
from phonetree.words.chats import PostTrouble
from phonetree.words.i18n import Text, _

NEWS = (Action.ALERT, Action.UPDATE)


def fail(session: Session, means: Means, post: RelayPost, trouble: PostTrouble) -> None:
    """Give it up. Of one alert the leads are told once per chat; once more where its end or correction fails."""
    post.state, post.trouble, post.done_at, post.body_sealed = PostState.FAILED, trouble, means.now(), None
    action = session.get_one(Broadcast, post.broadcast_id).action
    if not _is_told(session, post, is_news=action in NEWS):
        post.told_at = means.now()
        words = _told_words(post, is_alert=action == Action.ALERT)
        tell_leads(session, means, session.get_one(Site, post.site_id), words, lane=Lane.LATER)
    session.flush()


def _is_told(session: Session, post: RelayPost, *, is_news: bool) -> bool:
    other = aliased(RelayPost)
    is_alike = Broadcast.action.in_(NEWS) if is_news else Broadcast.action.not_in(NEWS)
    told = exists().where(
        other.alert_id == post.alert_id,
        other.relay == post.relay,
        other.told_at.is_not(None),
        Broadcast.id == other.broadcast_id,
        is_alike,
    )
    return bool(session.scalar(select(told)))


def _told_words(post: RelayPost, *, is_alert: bool) -> Text:
    match is_alert, post.doubts > 0:
        case True, False:
            return _('The group chat "{name}" did not get the alert. Texts are not affected.', name=post.relay)
        case True, True:
            return _(
                'We do not know whether the group chat "{name}" got the alert. Texts are not affected.',
                name=post.relay,
            )
        case _, False:
            return _('The group chat "{name}" did not get our last message. Texts are not affected.', name=post.relay)
        case _:
            return _(
                'We do not know whether the group chat "{name}" got our last message. Texts are not affected.',
                name=post.relay,
            )
