"""A lead's one-time code for an interpreter: bound to their phone and their language, good for one day and one call."""

from __future__ import annotations

import hmac
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from phonetree.desk.exchange import Exchange
from phonetree.desk.forgetting import must_go
from phonetree.desk.outbox import audit
from phonetree.desk.people import LEAD, find_person, roles_at
from phonetree.dialogue.outcomes import CodeGiven, CodeUsed, Outcome
from phonetree.dialogue.prompt_effects import GiveCode, UseCode
from phonetree.models import RecordingCode
from phonetree.words.numbers import NotAPhoneNumber, parse_number

INTERPRETER = "interpreter"
CODE_LIFE = timedelta(days=1)
MOST_WRONG = 5
_CODE = "code-"


def give_code(session: Session, x: Exchange, asked: GiveCode) -> Outcome:
    """For an enrolled interpreter of this school; an older code of the same lead for them ends with it."""
    must_go(session, x.means, x.heard.sid)  # the lead's text holds their number
    try:
        person = find_person(session, x.means, x.sender, parse_number(asked.phone))
    except NotAPhoneNumber:
        return CodeGiven()
    if person is None or INTERPRETER not in roles_at(person, x.site) or LEAD not in roles_at(x.person, x.site):
        return CodeGiven()
    mine = (RecordingCode.person_id == person.id) & (RecordingCode.given_by == x.person.id)
    unused = update(RecordingCode).where(mine, RecordingCode.used_at.is_(None)).values(expires_at=x.means.now())
    session.execute(unused)
    given = RecordingCode(
        site_id=x.site.id,
        person_id=person.id,
        language=person.language,
        code_sealed=b"",
        given_by=x.person.id,
        expires_at=x.means.now() + CODE_LIFE,
    )
    session.add(given)
    session.flush()
    code = f"{x.means.new_code()}{x.means.new_code()}"[:6]
    given.code_sealed = x.means.vault(x.sender.id).seal(code, row=_row(given))
    audit(session, x.means, "gave a recording code", site=x.site, actor=x.person, about=given.language)
    return CodeGiven(code, given.language)


def use_code(session: Session, x: Exchange, asked: UseCode) -> Outcome:
    """Good once, in a day, from the phone it was given for; five wrong keyings end every code of that phone."""
    open_codes = select(RecordingCode).where(
        RecordingCode.person_id == x.person.id,
        RecordingCode.used_at.is_(None),
        RecordingCode.expires_at > x.means.now(),
        RecordingCode.wrong < MOST_WRONG,
    )
    open_ones, right = session.scalars(open_codes.with_for_update()).all(), None
    for code in open_ones:
        fits = hmac.compare_digest(x.means.vault(x.sender.id).open(code.code_sealed, row=_row(code)), asked.code)
        right = code if fits else right
    if right is None:
        for code in open_ones:
            code.wrong += 1
        return CodeUsed(is_right=False)
    right.used_at = x.means.now()
    return CodeUsed(is_right=True)


def code_in_use(session: Session, x: Exchange) -> str | None:
    """The code that this interpreter has just used, as the call-back is told."""
    used = select(RecordingCode.id).where(RecordingCode.person_id == x.person.id, RecordingCode.used_at.is_not(None))
    found = session.scalar(used.order_by(RecordingCode.used_at.desc(), RecordingCode.id.desc()).limit(1))
    return None if found is None else f"{_CODE}{found}"


def code_of_call(session: Session, x: Exchange) -> RecordingCode | None:
    """Who invited the person on the line, and for which language; None in any other call."""
    matter = (x.delivery.matter if x.delivery else None) or ""
    if x.call is None or not matter.startswith(_CODE):
        return None
    code = session.get(RecordingCode, int(matter.removeprefix(_CODE)))
    return code if code is not None and code.person_id == x.person.id else None


def _row(code: RecordingCode) -> str:
    return f"recording_codes|{code.id}|code"
