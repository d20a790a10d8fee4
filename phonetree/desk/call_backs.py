"""Call-backs: the tree hangs up and calls the phone itself, within guards, because caller ID can be forged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from phonetree.desk.approvals import matter_of
from phonetree.desk.call_ledger import AT_ONCE, NewCall, answers_of, queue_call
from phonetree.desk.exchange import Exchange
from phonetree.desk.outbox import audit, tell_leads
from phonetree.desk.people import LEAD, roles_at
from phonetree.desk.proposals import CODE_LIFE, open_approval
from phonetree.desk.recording_codes import code_in_use
from phonetree.dialogue.effects import About, CallBack
from phonetree.dialogue.keywords import Carrier, understand
from phonetree.dialogue.outcomes import CallComing, NoCall, Outcome
from phonetree.flows.call_backs import CALL_BACKS
from phonetree.models import CALL, AuditEntry, CallLane, Consent, Delivery, Person, State
from phonetree.words.i18n import _
from phonetree.words.numbers import is_textable

MOST_IN_AN_HOUR = 10
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
LEADS_OWN: frozenset[About] = frozenset({"lead", "confirm"})
NEVER_PROVEN: frozenset[About] = frozenset({"join", "carrier"})
"""Of whom we know nothing yet, or whom the carrier no longer lets us text (decisions 18)."""
TO_SPEAK: frozenset[About] = frozenset({"hotline", "request", "talk"})
HOTLINE_LIFE = timedelta(minutes=10)
STRANGER = "stranger"
"""As what a call to a phone that nobody vouches for is known, so that those are counted."""
MANY = "many call-backs"
_STEPS = tuple({step.name for step in CALL_BACKS.values()})


def call_back(session: Session, x: Exchange, asked: CallBack) -> Outcome:
    """Queue the call, unless a guard forbids it. Asked for the same again before it went out, it is one call."""
    if x.is_withheld or not is_textable(x.means.number_of(x.person)):
        return NoCall()
    if _is_waiting(session, x, asked):
        return CallComing()
    _tell_of_many(session, x)
    if not _may_call(session, x, asked.about):
        return NoCall()
    to_speak = asked.about in TO_SPEAK
    new = NewCall(
        begins=CALL_BACKS[asked.about],
        lane=CallLane.HOTLINE if to_speak else CallLane.NOW,
        answers=dict(asked.answers),
        matter=_matter(session, x, asked.about),
        life=HOTLINE_LIFE if to_speak else AT_ONCE,
    )
    queue_call(session, x.means, x.person, x.site, new)
    return CallComing()


def call_the_blocked(session: Session, x: Exchange) -> None:
    """The carrier no longer lets us text this phone: one call says what undoes that."""
    call_back(session, x, CallBack("carrier"))


def is_blocked(session: Session, person: Person) -> bool:
    """Whether the last word of this person was a stop that the carrier took."""
    chosen = select(Consent).where(Consent.person_id == person.id, Consent.what.in_(("opt_out", "opt_in", "come_back")))
    last = session.scalar(chosen.order_by(Consent.id.desc()).limit(1))
    return last is not None and (last.what, last.how) == ("opt_out", "carrier")


def took(x: Exchange, kind: str) -> bool:
    """Whether the carrier itself took this text for its own STOP or START."""
    if x.call is not None:
        return False
    if x.heard.opt_out is not None:
        return x.heard.opt_out == kind.upper()
    meaning = understand(x.heard.words, language=None)
    return isinstance(meaning, Carrier) and meaning.kind == kind


def _may_call(session: Session, x: Exchange, about: About) -> bool:
    person = Delivery.person_id == x.person.id
    if about in LEADS_OWN:
        # Counted by themselves: who calls in with a forged number must not use up the calls that take the PIN.
        return _is_lead(x) and _count(session, x, person, AN_HOUR, (CALL_BACKS[about].name,)) < MOST_IN_AN_HOUR
    if _is_proven(x, about):
        return _count(session, x, person, AN_HOUR) < MOST_IN_AN_HOUR
    if _count(session, x, person, A_DAY, matter=STRANGER):
        return False
    at_site = Delivery.site_id == x.site.id
    return _is_lead(x) or _count(session, x, at_site, AN_HOUR, matter=STRANGER) < MOST_IN_AN_HOUR


def _is_lead(x: Exchange) -> bool:
    """Of any school: on a shared number it may not be known yet which one a lead calls about."""
    return any(m.role == LEAD and not m.is_held for m in x.person.memberships)


def _is_proven(x: Exchange, about: About) -> bool:
    """Somebody whom the school knows, about something that does not say whose phone it is."""
    return about not in NEVER_PROVEN and bool(roles_at(x.person, x.site))


def _count(
    session: Session,
    x: Exchange,
    whose: ColumnElement[bool],
    within: timedelta,
    steps: Sequence[str] = _STEPS,
    matter: str | None = None,
) -> int:
    counted = select(func.count()).where(
        whose,
        Delivery.channel == CALL,
        Delivery.begins.in_(steps),
        Delivery.created_at > x.means.now() - within,
    )
    return session.scalar(counted if matter is None else counted.where(Delivery.matter == matter)) or 0


def _is_waiting(session: Session, x: Exchange, asked: CallBack) -> bool:
    waiting = select(Delivery).where(
        Delivery.person_id == x.person.id,
        Delivery.channel == CALL,
        Delivery.begins == CALL_BACKS[asked.about].name,
        Delivery.state == State.PENDING,
        Delivery.expires_at > x.means.now(),
    )
    for delivery in session.scalars(waiting.with_for_update(key_share=True)):
        if answers_of(x.means, delivery) == dict(asked.answers):
            if asked.about in LEADS_OWN | {"code"}:
                delivery.matter = _matter(session, x, asked.about)
            return True
    return False


def _matter(session: Session, x: Exchange, about: About) -> str | None:
    """What the call is about, where the rows say it and not the flow."""
    match about:
        case "confirm":
            approval = open_approval(session, x.means, x.person)
            if approval is None:
                return None
            approval.expires_at = max(approval.expires_at, x.means.now() + CODE_LIFE)
            return matter_of(approval)
        case "code":
            return code_in_use(session, x)
        case "lead":
            return None
        case _:
            return None if _is_proven(x, about) else STRANGER


def _tell_of_many(session: Session, x: Exchange) -> None:
    """More than ten in an hour at one school may be somebody's game: its leads are told, once."""
    since = x.means.now() - AN_HOUR
    told = select(AuditEntry.id).where(AuditEntry.site_id == x.site.id, AuditEntry.what == MANY, AuditEntry.at > since)
    if _count(session, x, Delivery.site_id == x.site.id, AN_HOUR) < MOST_IN_AN_HOUR or session.scalar(told.limit(1)):
        return
    audit(session, x.means, MANY, site=x.site, actor=None)
    words = _("More than ten call-backs in an hour were asked for. Somebody may be playing with the phone tree.")
    tell_leads(session, x.means, x.site, words)
