"""Phones that show boxes: from now on other letters, or calls, are done here, inside the webhook's transaction."""

from __future__ import annotations

from typing import assert_never

from sqlalchemy.orm import Session

from phonetree.desk.exchange import Exchange
from phonetree.desk.people import PARENT, take_texts
from phonetree.dialogue.letters import LetterEffect, TakeCalls, TakeLatin
from phonetree.models import CALL, Consent, Person, TextForm


def perform_letters(session: Session, x: Exchange, effect: LetterEffect) -> None:
    match effect:
        case TakeLatin():
            _take_latin(x.person)
        case TakeCalls():
            _call(session, x)
        case _:
            assert_never(effect)


def _take_latin(person: Person) -> None:
    if person.text_form == TextForm.VOICE:
        take_texts(person)
    person.text_form = TextForm.LATIN


def _call(session: Session, x: Exchange) -> None:
    """The word for it is kept as what they agreed to."""
    x.person.text_form = TextForm.VOICE
    for membership in x.person.memberships:
        if membership.role == PARENT:
            membership.channel, membership.calls = CALL, "all"
    consent = Consent(person_id=x.person.id, site_id=x.site.id, what="calls", how="sms", at=x.means.now())
    session.add(consent)
