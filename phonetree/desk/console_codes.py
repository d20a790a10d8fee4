"""The codes with which leads sign in to the console: whoever knocks is written down alike, and workers look it up.

So no answer of the web, nor the time it takes, tells whether a phone is a lead's. These counters are the console's own:
whatever happens here, no alert is kept from going out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from phonetree.desk.means import Means
from phonetree.desk.outbox import audit, queue_text, tell_leads
from phonetree.desk.people import LEAD, find_person
from phonetree.desk.schools import school_of
from phonetree.models import AuditEntry, ConsoleKnock, Lane, Person, Pin, Sender, Site, reading, writing
from phonetree.words.i18n import Word, _
from phonetree.words.numbers import NotAPhoneNumber, PhoneNumber, parse_number

CODE_LIFE = timedelta(minutes=10)
MOST_CODES, WITHIN = 3, timedelta(hours=1)
"""Codes for one lead."""
MOST_KNOCKS, A_MINUTE = 30, timedelta(minutes=1)
"""Of everybody together: nobody's address is kept to tell them apart, and behind a proxy all have the same."""
LOCK_AFTER = 5
"""Wrong answers for one lead, within the hour."""
LOCKED = "console locked"
AT_ONCE = 20
_LONGEST_CODE = 12


def hash_of(token: str) -> bytes:
    """What is kept of a token that a browser holds: 256 random bits need no slow hash."""
    return sha256(token.encode(errors="surrogatepass")).digest()


def knock(engine: Engine, means: Means, token: str, phone: str, school: str) -> None:
    """Somebody wishes to sign in. One row, whoever it is; none where too many knock."""
    hashed = hash_of(token)
    sealed = means.common_vault().seal(_e164(phone), row=_number_row(hashed))
    row = ConsoleKnock(
        token_hash=hashed, number_sealed=sealed, school=school.strip().upper()[:_LONGEST_CODE], made_at=means.now()
    )
    lately = select(func.count()).where(ConsoleKnock.made_at > means.now() - A_MINUTE)
    with reading(engine) as looking:  # a storm of strangers never takes the lock that alerts write under
        if (looking.scalar(lately) or 0) >= MOST_KNOCKS:
            return
    with writing(engine) as session:
        session.add(row)


def _e164(phone: str) -> str:
    try:
        return parse_number(phone).e164
    except NotAPhoneNumber:
        return ""


def console_round(session: Session, means: Means) -> None:
    """Answer who knocked, and tell the leads where somebody guesses."""
    waiting = select(ConsoleKnock).where(ConsoleKnock.looked_at.is_(None)).order_by(ConsoleKnock.id).limit(AT_ONCE)
    for each in session.scalars(waiting.with_for_update(skip_locked=True)).all():
        _answer(session, means, each)
    _tell_of_locks(session, means)


def _answer(session: Session, means: Means, knocked: ConsoleKnock) -> None:
    number, knocked.number_sealed, knocked.looked_at = _number_of(means, knocked), None, means.now()
    found = _lead_of(session, means, number, knocked.school) if number and is_alive(means, knocked) else None
    if found is None:
        return
    person, site = found
    if _codes_given(session, means, person) >= MOST_CODES:
        return
    knocked.person_id, knocked.site_id = person.id, site.id
    words = _invitation(session, means, knocked, person, site)
    life = knocked.made_at + CODE_LIFE - means.now()
    queue_text(session, means, person, site, words, lane=Lane.ANSWER, life=life)
    session.flush()


def _invitation(session: Session, means: Means, knocked: ConsoleKnock, person: Person, site: Site) -> Word:
    s = school_of(means, site).site.short
    if session.get(Pin, person.id) is None:
        return _("{s}: this phone has no PIN yet, so it cannot sign in to the console.", s=s)
    code = f"{means.new_code()}{means.new_code()}"[:6]
    knocked.code_sealed = means.vault(person.sender_id).seal(code, row=_code_row(knocked))
    return _(
        "{s}: {code} is your code for the console, good for 10 minutes. Tell it to nobody. "
        "If you did not ask for it, do nothing.",
        s=s,
        code=code,
    )


def is_alive(means: Means, knocked: ConsoleKnock) -> bool:
    """Whether a code of this knock is still good, if it has one."""
    return knocked.used_at is None and knocked.made_at > means.now() - CODE_LIFE


def code_of(means: Means, knocked: ConsoleKnock, person: Person) -> str:
    """The code that was texted; empty where there was none."""
    sealed = knocked.code_sealed
    return means.vault(person.sender_id).open(sealed, row=_code_row(knocked)) if sealed else ""


def wrong_answers(session: Session, means: Means, person_id: str) -> int:
    """Answers within the hour that were not right, for this lead."""
    mine = (ConsoleKnock.person_id == person_id) & (ConsoleKnock.made_at > means.now() - WITHIN)
    return session.scalar(select(func.coalesce(func.sum(ConsoleKnock.wrong), 0)).where(mine)) or 0


def sites_led(person: Person) -> Iterator[Site]:
    """The schools that this person leads; none where they left."""
    if person.stopped_at is None:
        leads = (m for m in person.memberships if m.role == LEAD and not m.is_held)
        yield from (m.site for m in sorted(leads, key=lambda m: m.id))


def _lead_of(session: Session, means: Means, number: PhoneNumber, school: str) -> tuple[Person, Site] | None:
    for sender in session.scalars(select(Sender).order_by(Sender.id)).all():
        person = find_person(session, means, sender, number)
        led = sites_led(person) if person else ()
        for site in led:
            if person and school in {"", site.code}:
                return person, site
    return None


def _codes_given(session: Session, means: Means, person: Person) -> int:
    mine = (ConsoleKnock.person_id == person.id) & (ConsoleKnock.made_at > means.now() - WITHIN)
    is_pin_alone = ConsoleKnock.used_at.is_not(None) & ConsoleKnock.code_sealed.is_(None)
    return session.scalar(select(func.count()).where(mine, ~is_pin_alone)) or 0


def _tell_of_locks(session: Session, means: Means) -> None:
    """Once an hour for each lead whose codes were answered wrongly too often."""
    since = means.now() - WITHIN
    total = func.sum(ConsoleKnock.wrong)
    guessed = select(ConsoleKnock.person_id, func.max(ConsoleKnock.site_id)).where(
        ConsoleKnock.made_at > since, ConsoleKnock.person_id.is_not(None), ConsoleKnock.wrong > 0
    )
    for person_id, site_id in session.execute(guessed.group_by(ConsoleKnock.person_id).having(total >= LOCK_AFTER)):
        told = (AuditEntry.actor_id == person_id) & (AuditEntry.what == LOCKED) & (AuditEntry.at > since)
        if session.scalar(select(AuditEntry.id).where(told).limit(1)) is None:
            site = session.get_one(Site, site_id)
            audit(session, means, LOCKED, site=site, actor=session.get(Person, person_id))
            words = _(
                "Wrong answers at the console, with codes for a lead's phone. It lets nobody in with that phone "
                "for an hour. Alerts are not touched. If it was not one of you, call each other."
            )
            tell_leads(session, means, site, words, lane=Lane.ANSWER)


def _number_of(means: Means, knocked: ConsoleKnock) -> PhoneNumber | None:
    if knocked.number_sealed is None:
        return None
    number = means.common_vault().open(knocked.number_sealed, row=_number_row(knocked.token_hash))
    return PhoneNumber(number) if number else None


def _number_row(hashed: bytes) -> str:
    return f"console_knocks|{hashed.hex()}|number"


def _code_row(knocked: ConsoleKnock) -> str:
    return f"console_knocks|{knocked.id}|code"
