"""Who comes in to the console: code and PIN are weighed, a session is made, known again at each request, and ended."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache

from sqlalchemy import Engine, Select, select, update
from sqlalchemy.orm import Session

from phonetree.desk.console_codes import LOCK_AFTER, code_of, hash_of, is_alive, sites_led, wrong_answers
from phonetree.desk.means import Means
from phonetree.desk.outbox import audit, tell_leads
from phonetree.desk.schools import school_of
from phonetree.dialogue.keywords import plain_digits
from phonetree.models import ConsoleKnock, ConsoleSession, Lane, Person, Pin, Site, reading, writing
from phonetree.words.i18n import _
from phonetree.words.languages import fallbacks
from phonetree.words.pins import PinHasher

TRIES = 3
IDLE, WHOLE = timedelta(minutes=120), timedelta(hours=12)
"""A session ends when nobody used it for so long; and at last."""
NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A lead at the console: which school they look at, and in which languages they read, best first."""

    session_id: int
    person_id: str
    site_id: int
    languages: tuple[str, ...]
    school: str = ""
    """Its name, for the head of every page."""


@dataclass(frozen=True, slots=True)
class _Counted:
    """An answer that was counted, with what it is weighed against; of a stranger, against nobody's."""

    knock_id: int
    code: str = field(repr=False)
    hashed: str = field(repr=False)
    may_enter: bool


def sign_in(engine: Engine, means: Means, token: str, code: str, pin: str) -> str | None:
    """What the browser is to hold from now on; None where the answer was not right, whatever about it was wrong.

    Counted and committed first, verified outside any transaction, then settled, as for an alert (ADR 0006).
    """
    nobodys = _nobodys(means.pins)
    with reading(engine) as looking:  # who made this token up never takes the lock that alerts write under
        is_open = _takes_answers(means, looking.scalar(_knock(token)))
    counted = _count(engine, means, token, nobodys) if is_open else None
    if counted is None:
        return None
    # Both are always compared, for strangers too, so that the time tells nothing.
    pin_fits = means.pins.verify(counted.hashed, digits_of(pin))
    code_fits = hmac.compare_digest(digits_of(code), counted.code)
    return _settle(engine, means, counted.knock_id) if pin_fits and code_fits and counted.may_enter else None


@cache
def _nobodys(pins: PinHasher) -> str:
    return pins.hash(secrets.token_hex(16))


def digits_of(written: str) -> str:
    """What somebody keyed, in whatever script, without spaces."""
    return "".join(sign for sign in plain_digits(written) if sign in "0123456789")


def _knock(token: str) -> Select[ConsoleKnock]:
    return select(ConsoleKnock).where(ConsoleKnock.token_hash == hash_of(token))


def _takes_answers(means: Means, knock: ConsoleKnock | None) -> bool:
    return knock is not None and knock.wrong < TRIES and is_alive(means, knock)


def _count(engine: Engine, means: Means, token: str, nobodys: str) -> _Counted | None:
    with writing(engine) as session:
        knock = session.scalar(_knock(token).with_for_update())
        if knock is None or not _takes_answers(means, knock):
            return None
        knock.wrong += 1
        session.flush()
        whose = knock.person_id or ""
        # The lead's row is locked: one answer for one lead is counted at a time.
        person = session.get(Person, whose, with_for_update={"key_share": True})
        pin = session.get(Pin, whose)
        is_locked = wrong_answers(session, means, whose) > LOCK_AFTER
        code = code_of(means, knock, person) if person else ""
        return _Counted(knock.id, code, pin.hashed if pin else nobodys, may_enter=bool(code and pin) and not is_locked)


def _settle(engine: Engine, means: Means, knock_id: int) -> str | None:
    """The code is used up, the session is there, and every lead of the school is told."""
    with writing(engine) as session:
        unused = (ConsoleKnock.id == knock_id) & ConsoleKnock.used_at.is_(None)
        used = update(ConsoleKnock).where(unused).values(used_at=means.now(), wrong=ConsoleKnock.wrong - 1)
        row = session.execute(used.returning(ConsoleKnock.person_id, ConsoleKnock.site_id)).one_or_none()
        if row is None or not _leads(session, row.person_id, row.site_id):
            return None
        token, now, site = secrets.token_urlsafe(32), means.now(), session.get_one(Site, row.site_id)
        made = ConsoleSession(
            token_hash=hash_of(token), person_id=row.person_id, site_id=site.id, made_at=now, last_seen_at=now
        )
        session.add(made)
        audit(session, means, "signed in to the console", site=site, actor=session.get_one(Person, row.person_id))
        words = _(
            "{s}: a lead signed in to the console. If it was not one of you, call each other.", s=_short(means, site)
        )
        tell_leads(session, means, site, words, lane=Lane.ANSWER)
        return token


def recognise(engine: Engine, means: Means, token: str, *, is_use: bool = True) -> SignedIn | None:
    """The lead of this session, if it is not over and they still lead that school: asked anew at every request.

    What a page asks for by itself is no use of the session: a screen that nobody sits at is signed out.
    """
    with reading(engine) as session:
        found = session.scalar(select(ConsoleSession).where(ConsoleSession.token_hash == hash_of(token)))
        if found is None or _is_over(means, found) or not _still_leads(session, found):
            return None
        person, site = session.get_one(Person, found.person_id), session.get_one(Site, found.site_id)
        school = school_of(means, site).site
        languages = fallbacks(person.language, person.second_language, school.languages[0])
        signed_in = SignedIn(found.id, person.id, site.id, languages, school.name)
        seen_at = found.last_seen_at
    if is_use and seen_at <= means.now() - NOTED_EVERY:
        _note(engine, means, signed_in)
    return signed_in


def sign_out(engine: Engine, means: Means, token: str) -> None:
    """The session ends. Nothing happens where there is none."""
    mine = (ConsoleSession.token_hash == hash_of(token)) & ConsoleSession.ended_at.is_(None)
    with writing(engine) as session:
        session.execute(update(ConsoleSession).where(mine).values(ended_at=means.now()))


def _is_over(means: Means, found: ConsoleSession) -> bool:
    now = means.now()
    return found.ended_at is not None or found.last_seen_at <= now - IDLE or found.made_at <= now - WHOLE


def _still_leads(session: Session, found: ConsoleSession) -> bool:
    """Whether they still lead that school, with the PIN that they signed in with: a new one ends what was before."""
    pin = session.get(Pin, found.person_id)
    has_same_pin = pin is not None and pin.set_at <= found.made_at
    return has_same_pin and _leads(session, found.person_id, found.site_id)


def _leads(session: Session, person_id: str | None, site_id: int | None) -> bool:
    person = session.get(Person, person_id) if person_id else None
    return person is not None and any(site.id == site_id for site in sites_led(person))


def _note(engine: Engine, means: Means, signed_in: SignedIn) -> None:
    with writing(engine) as session:
        open_one = (ConsoleSession.id == signed_in.session_id) & ConsoleSession.ended_at.is_(None)
        session.execute(update(ConsoleSession).where(open_one).values(last_seen_at=means.now()))


def _short(means: Means, site: Site) -> str:
    return school_of(means, site).site.short
