"""A lead who is signed in gives the PIN once more, before something that changes who hears of what.

Counted with the answers at the console's door: who guesses here is kept out there too, and no alert is touched by it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from sqlalchemy import Engine

from phonetree.desk.console_codes import LOCK_AFTER, hash_of, wrong_answers
from phonetree.desk.console_doors import SignedIn, digits_of
from phonetree.desk.means import Means
from phonetree.models import ConsoleKnock, Person, Pin, writing


@dataclass(frozen=True, slots=True)
class _Counted:
    knock_id: int
    hashed: str = field(repr=False)
    is_locked: bool


def gives_pin(engine: Engine, means: Means, lead: SignedIn, pin: str) -> bool:
    """Whether it is this lead's PIN. Counted and committed first, verified outside any transaction, then settled."""
    counted = _count(engine, means, lead)
    if counted is None or not means.pins.verify(counted.hashed, digits_of(pin)) or counted.is_locked:
        return False
    with writing(engine) as session:
        session.get_one(ConsoleKnock, counted.knock_id).wrong = 0
    return True


def _count(engine: Engine, means: Means, lead: SignedIn) -> _Counted | None:
    """One answer for one lead at a time."""
    with writing(engine) as session:
        session.get(Person, lead.person_id, with_for_update={"key_share": True})
        kept = session.get(Pin, lead.person_id)
        if kept is None:
            return None
        knocked = _knock(means, lead)
        session.add(knocked)
        session.flush()
        is_locked = wrong_answers(session, means, lead.person_id) > LOCK_AFTER
        return _Counted(knocked.id, kept.hashed, is_locked)


def _knock(means: Means, lead: SignedIn) -> ConsoleKnock:
    """Nobody can answer it with a code: it was used as it was made."""
    now = means.now()
    return ConsoleKnock(
        token_hash=hash_of(secrets.token_urlsafe(32)),
        made_at=now,
        looked_at=now,
        used_at=now,
        person_id=lead.person_id,
        site_id=lead.site_id,
        wrong=1,
    )
