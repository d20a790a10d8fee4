"""Who may join at once and who waits for a lead; and what leads do with who waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from phonetree.desk import people
from phonetree.desk.counters import count
from phonetree.desk.exchange import Exchange
from phonetree.desk.means import Means
from phonetree.desk.outbox import FOREVER, audit, queue_text, tell_leads
from phonetree.desk.schools import next_number, school_of
from phonetree.dialogue.join_effects import HeldFound, HeldSettled, Joined
from phonetree.flows.held import MOST_NAMED
from phonetree.flows.join_words import on_the_list
from phonetree.models import Lane, Membership, Person, Site
from phonetree.words.i18n import _

MOST_IN_AN_HOUR, MOST_IN_A_DAY = 60, 300
"""Joins at one school. A parents' evening may have more: nobody is refused, the leads let them in."""
MOST_OF_ALL_IN_AN_HOUR = 600
"""In the whole deployment."""
TELL_AGAIN = timedelta(minutes=30)
AN_HOUR, A_DAY = 3600, 86_400


def join(session: Session, x: Exchange, word: str, how: str) -> Joined:
    """Join as a parent: at once, or held until a lead says yes. Who belongs already reads the same."""
    before = _membership(x.person, x.site)
    if before is not None and not before.is_held:
        is_held = _is_asked_first(x, word)
    else:
        is_held = _is_asked_first(x, word) or _are_too_many(session, x)
    people.opt_in(session, x.means, x.person, x.site, held=is_held, how=how)
    audit(session, x.means, "joined", site=x.site, actor=x.person)
    if not is_held:
        if before is not None:
            before.is_held, before.held_number = False, None
        return Joined()
    session.flush()
    return Joined(_numbered(session, x))


def _membership(person: Person, site: Site) -> Membership | None:
    of_site = (m for m in person.memberships if m.site_id == site.id and m.role == people.PARENT)
    return next(of_site, None)


def _is_asked_first(x: Exchange, word: str) -> bool:
    """Where the school says so, or a lead made a word and it was not named."""
    if school_of(x.means, x.site).join.mode == "hold":
        return True
    return x.site.join_word is not None and word.strip().upper() != x.site.join_word


def _are_too_many(session: Session, x: Exchange) -> bool:
    """Count this one; whether it is beyond what joins by itself within an hour or a day."""
    site, now = x.site, x.means.now()
    session.refresh(
        site, ["join_hour", "joins_in_hour", "join_day", "joins_in_day"], with_for_update={"key_share": True}
    )
    hour, day = int(now.timestamp() // AN_HOUR), int(now.timestamp() // A_DAY)
    site.joins_in_hour = site.joins_in_hour + 1 if site.join_hour == hour else 1
    site.joins_in_day = site.joins_in_day + 1 if site.join_day == day else 1
    site.join_hour, site.join_day = hour, day
    session.flush()
    of_all = select(func.sum(Site.joins_in_hour)).where(Site.join_hour == hour)
    is_flood = site.joins_in_hour > MOST_IN_AN_HOUR or site.joins_in_day > MOST_IN_A_DAY
    is_flood = is_flood or (session.scalar(of_all) or 0) > MOST_OF_ALL_IN_AN_HOUR
    if is_flood:
        count(session, "joins held: too many")
    return is_flood


def _numbered(session: Session, x: Exchange) -> int:
    """Under which public number it waits; the same one for who asks again."""
    membership = _membership(x.person, x.site)
    if membership is None or membership.held_number is None:
        number = next_number(session, x.site)
        if membership is not None:
            membership.held_number = number
        return number
    return membership.held_number


# --- what leads do ---------------------------------------------------------------------------------------------------


def find_held(session: Session, x: Exchange) -> HeldFound:
    numbers = [m.held_number for m in _held(session, x.site) if m.held_number is not None]
    return HeldFound(tuple(numbers[:MOST_NAMED]), max(0, len(numbers) - MOST_NAMED))


def let_in(session: Session, x: Exchange, number: int | None) -> HeldSettled:
    """They are on the list from now on and read so; who left meanwhile reads nothing."""
    found = _held(session, x.site) if number is None else _under(session, x.site, number)
    words = on_the_list(school_of(x.means, x.site))
    for membership in found:
        membership.is_held, membership.held_number = False, None
        if membership.person.stopped_at is None:
            queue_text(session, x.means, membership.person, x.site, words, lane=Lane.LATER, life=FOREVER)
    return _settled(session, x, found, "let in")


def turn_away(session: Session, x: Exchange, number: int | None) -> HeldSettled:
    """They stay off the list. Nothing is said to them; they may ask again."""
    found = [m for m in _held(session, x.site) if number in (None, m.held_number)]
    for membership in found:
        membership.person.memberships.remove(membership)
    return _settled(session, x, found, "turned away")


def _settled(session: Session, x: Exchange, found: Sequence[Membership], what: str) -> HeldSettled:
    if found:
        audit(session, x.means, f"joins {what}", site=x.site, actor=x.person, about=f"{len(found)} phones")
    return HeldSettled(len(found))


def _held(session: Session, site: Site) -> Sequence[Membership]:
    """Those who wait, the oldest first."""
    waiting = select(Membership).where(
        Membership.site_id == site.id, Membership.is_held, Membership.held_number.is_not(None)
    )
    return session.scalars(waiting.order_by(Membership.id)).all()


def _under(session: Session, site: Site, number: int) -> Sequence[Membership]:
    """Who was given this number; also somebody who is on the list already and asked once more."""
    numbered = select(Membership).where(Membership.site_id == site.id, Membership.held_number == number)
    return session.scalars(numbered).all()


def tell_of_held(session: Session, means: Means, site: Site) -> None:
    """New ones wait: the leads read how many, every half hour at most."""
    newest = select(func.max(Membership.id)).where(
        Membership.site_id == site.id, Membership.is_held, Membership.held_number.is_not(None)
    )
    last = session.scalar(newest)
    if last is None or last <= site.joins_told or not _is_time(site, means.now()):
        return
    site.joins_told, site.joins_told_at = last, means.now()
    short, waiting = school_of(means, site).site.short, len(_held(session, site))
    words = _(
        "{s}: {n} wait to join. No alert goes to them before you let them in. JOINS says who.", s=short, n=waiting
    )
    tell_leads(session, means, site, words, lane=Lane.LATER)


def _is_time(site: Site, now: datetime) -> bool:
    return site.joins_told_at is None or site.joins_told_at <= now - TELL_AGAIN
