"""A new phone in an old one's place: the two rows exchange their numbers, and all that hangs on the person stays."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from typing import assert_never

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from phonetree.desk import removing
from phonetree.desk.alert_texts import moment
from phonetree.desk.exchange import Exchange
from phonetree.desk.means import Means, number_row
from phonetree.desk.outbox import audit, queue_text, tell_leads
from phonetree.desk.people import LEAD, NETWORK, PARENT, note_move, roles_at
from phonetree.desk.proposals import withdraw
from phonetree.desk.schools import school_of
from phonetree.dialogue.moving import (
    AskToMove,
    IsOnListItself,
    MoveCode,
    Moved,
    MoveEffect,
    MoveStopped,
    MoveWaits,
    MovingLead,
    NoSuchMove,
    NothingToMove,
    StopMove,
    TakeMove,
)
from phonetree.dialogue.outcomes import Outcome
from phonetree.flows import move_told
from phonetree.models import Lane, Membership, Move, Person, Site

CODE_LIFE = timedelta(hours=1)
A_DAY = timedelta(days=1)
AGREE_WITHIN = timedelta(days=3)
"""So long a lead's move waits for another lead."""


def perform_move(session: Session, x: Exchange, effect: MoveEffect) -> Outcome:
    match effect:
        case AskToMove():
            return _ask(session, x)
        case TakeMove(code):
            return _take(session, x, code)
        case StopMove():
            return _stop(session, x)
        case _:
            assert_never(effect)


# --- from the old phone -----------------------------------------------------------------------------------------------


def _ask(session: Session, x: Exchange) -> Outcome:
    """The same code for who asks again within the hour; a move that waited is begun anew."""
    if any(m.role == NETWORK for m in x.person.memberships):
        return NothingToMove(is_of_network=True)
    if not x.person.memberships or x.person.stopped_at is not None:
        return NothingToMove()
    vault, now, found = x.means.vault(x.sender.id), x.means.now(), session.get(Move, x.person.id)
    if found is not None and found.to_id is None and found.expires_at > now:
        return MoveCode(vault.open(found.code_sealed, row=_row(x.person.id)))
    code = f"{x.means.new_code()}{x.means.new_code()}"
    session.merge(
        Move(
            person_id=x.person.id,
            sender_id=x.sender.id,
            code_sealed=vault.seal(code, row=_row(x.person.id)),
            expires_at=now + CODE_LIFE,
            to_id=None,
            taken_at=None,
            agreed_by=None,
            due_at=None,
        )
    )
    audit(session, x.means, "asked to move to another phone", site=x.site, actor=x.person)
    return MoveCode(code)


# --- from the new phone -----------------------------------------------------------------------------------------------


def _take(session: Session, x: Exchange, code: str) -> Outcome:
    asked = _of_code(session, x, code)
    old = session.get(Person, asked.person_id, with_for_update=True) if asked else None
    if asked is None or old is None or old.id == x.person.id or old.stopped_at is not None:
        return NoSuchMove()
    if x.person.memberships:
        return IsOnListItself()
    sites = [membership.site for membership in old.memberships]
    if any(m.role == LEAD for m in old.memberships):
        asked.to_id, asked.taken_at, asked.expires_at = x.person.id, x.means.now(), x.means.now() + AGREE_WITHIN
        for site in _led_by(old):
            ending, new = removing.ending_of(x.means, old), removing.ending_of(x.means, x.person)
            tell_leads(session, x.means, site, move_told.it_waits(ending, new), besides=old.id)
            audit(session, x.means, "a lead's move waits for another lead", site=site, actor=old)
        return MoveWaits()
    session.delete(asked)
    _change_places(session, x.means, old, x.person)
    _tell(session, x.means, old, x.person, sites[0])
    return Moved()


def _of_code(session: Session, x: Exchange, code: str) -> Move | None:
    """The open move with this code. There are few, and each is compared in the same time."""
    open_ones = select(Move).where(Move.sender_id == x.sender.id, Move.to_id.is_(None), Move.expires_at > x.means.now())
    found = None
    for each in session.scalars(open_ones.with_for_update()):
        opened = x.means.vault(x.sender.id).open(each.code_sealed, row=_row(each.person_id))
        fits = hmac.compare_digest(opened, code)
        found = each if fits else found
    return found


def _change_places(session: Session, means: Means, old: Person, new: Person) -> None:
    """From here on *old* has the new phone, and the stranger's row the old one. Nothing else changes hands."""
    vault, was, becomes = means.vault(old.sender_id), means.number_of(old), means.number_of(new)
    new.number_index = secrets.token_bytes(len(new.number_index))  # an index is one phone's alone
    session.flush()
    old.number_index, old.number_sealed = vault.index(becomes), vault.seal(becomes.e164, row=number_row(old.id))
    session.flush()
    new.number_index, new.number_sealed = vault.index(was), vault.seal(was.e164, row=number_row(new.id))
    new.language, new.stopped_at, old.stopped_at = old.language, None, None
    session.flush()
    note_move(session, means, old)


def _tell(session: Session, means: Means, person: Person, before: Person, site: Site) -> None:
    """The phone that was, and the leads where it is one that serves."""
    words = move_told.to_old_phone(school_of(means, site).site.short)
    queue_text(session, means, before, site, words, lane=Lane.NOW)
    for each in {membership.site_id: membership.site for membership in person.memberships}.values():
        audit(session, means, "moved to another phone", site=each, actor=person)
        if roles_at(person, each) - {PARENT, LEAD}:
            tell_leads(session, means, each, move_told.of_who_serves(removing.ending_of(means, person)))


# --- a lead's, which other leads decide -------------------------------------------------------------------------------


def moving_lead(session: Session, means: Means, site: Site, lead: Person) -> MovingLead | None:
    """The first move of another lead of this school that waits, for one who may agree to it or stop it."""
    waiting = {found.person_id: found for found in session.scalars(_waiting(site, means))}
    if not waiting:
        return None
    for digit, other in enumerate(removing.others_of(session, site, lead), start=1):
        if found := waiting.get(other.id):
            new = removing.ending_of(means, session.get_one(Person, found.to_id or ""))
            due = moment(school_of(means, site), found.due_at, means.now()) if found.due_at else None
            return MovingLead(str(digit), removing.ending_of(means, other), new, due)
    return None


def _waiting(site: Site, means: Means) -> Select[Move]:
    """The moves of leads of this school that were taken up and are not over."""
    leads = select(Membership.person_id).where(Membership.site_id == site.id, Membership.role == LEAD)
    return select(Move).where(Move.person_id.in_(leads), Move.to_id.is_not(None), Move.expires_at > means.now())


def is_waiting(session: Session, means: Means, site: Site, about: Person) -> bool:
    """Whether this lead's move waits for another lead to agree."""
    found = session.scalar(_waiting(site, means).where(Move.person_id == about.id))
    return found is not None and found.due_at is None


def agree(session: Session, x: Exchange, site: Site, about: Person) -> bool:
    """Another lead's PIN was right: from a day after the new phone sent the code on, it is done."""
    found = session.get(Move, about.id, with_for_update=True)
    if found is None or found.taken_at is None or not is_waiting(session, x.means, site, about):
        return False
    found.agreed_by, found.due_at = x.person.id, max(found.taken_at + A_DAY, x.means.now())
    found.expires_at = found.due_at + A_DAY
    audit(session, x.means, "agreed to a lead's move", site=site, actor=x.person)
    return True


def _stop(session: Session, x: Exchange) -> Outcome:
    waiting = moving_lead(session, x.means, x.site, x.person)
    if waiting is None or LEAD not in roles_at(x.person, x.site):
        return NoSuchMove()
    other = removing.others_of(session, x.site, x.person)[int(waiting.lead) - 1]
    session.execute(delete(Move).where(Move.person_id == other.id))
    audit(session, x.means, "stopped a lead's move", site=x.site, actor=x.person)
    words = move_told.it_is_stopped(waiting.ending)
    tell_leads(session, x.means, x.site, words, besides=x.person.id)
    return MoveStopped()


def move_who_is_due(session: Session, means: Means) -> None:
    """In the rounds: whose day is over has the new phone, unless that one joined by itself meanwhile."""
    due = select(Move).where(Move.due_at <= means.now()).with_for_update(skip_locked=True)
    for found in session.scalars(due).all():
        person, to = session.get_one(Person, found.person_id), session.get_one(Person, found.to_id or "")
        session.delete(found)
        is_free = session.scalar(select(Membership.id).where(Membership.person_id == to.id).limit(1)) is None
        if not is_free or person.stopped_at is not None or not _led_by(person):
            continue
        withdraw(session, person)
        _change_places(session, means, person, to)
        _tell(session, means, person, to, _led_by(person)[0])
        for site in _led_by(person):
            tell_leads(session, means, site, move_told.it_is_done(removing.ending_of(means, person)))


def _led_by(person: Person) -> list[Site]:
    return [membership.site for membership in person.memberships if membership.role == LEAD]


def _row(person_id: str) -> str:
    return f"moves|{person_id}|code"
